"""The handbook's pages that are likely to answer a question."""

from collections.abc import Sequence

from dutydesk.desk.flows import search
from dutydesk.desk.rules.phrases import without_common
from dutydesk.desk.rules.similarity import Alike, offered
from dutydesk.handbook.flows import library
from dutydesk.handbook.models import HandbookPage
from dutydesk.process.flows import process

KIND = "page"


def likely(words: str) -> Sequence[tuple[float, HandbookPage]]:
    """Give the pages that are likely to answer, with their likeness, at most three.

    A page shares the words of its title and headings as a question shares those that were asked.
    """
    if not library.is_kept():
        return ()
    told, _ = search.alike(words=words, among=search.Among(kind="question"))
    sharing = library.sharing(without_common(words))
    found = offered(told, [Alike(KIND, one.number, one.at, one.named, one.said) for one in sharing])
    pages = library.PAGES.in_bulk([one.number for _, one in found])
    return [(how, pages[one.number]) for how, one in found]


def open_to_all() -> bool:
    """Say whether whoever asks may read the handbook."""
    return process.in_force().handbook.read_by == "everybody"
