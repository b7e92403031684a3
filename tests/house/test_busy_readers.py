"""Whatever strangers write is read in time that grows with its length: nothing is tried anew.

A regular expression holds all of a process up while it looks, so the worker calls nobody meanwhile.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from dutydesk.adapters.github.payloads import split_marker, with_marker
from dutydesk.adapters.slack import paragraphs, text
from dutydesk.announcements.rules.update_times import check_times_of_day
from dutydesk.chat.rules import Retelling, amendment, title_of
from dutydesk.desk.rules import issue_bodies, meanings, phrases, templates, tickets
from dutydesk.handbook.flows.page_text import read_page
from dutydesk.inbox.rules import shown_body
from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.rules.notification_rules import acknowledges
from dutydesk.postmortems.rules import hints, redactions
from dutydesk.postmortems.rules.redactions import Internal
from dutydesk.process.rules import sentences
from dutydesk.rota.rules import ical, typed
from dutydesk.web.markdown import outline
from dutydesk.web.templatetags import prose

MOST_SECONDS = 10
"""Of the processor: many times what any of them needs, and a fraction of what one that tries
everything anew needs."""


def _name(_: str) -> str:
    return "Ada"


READERS: dict[str, Callable[[str], object]] = {
    "a message of Slack's": lambda said: text.plain(said, person=_name, channel=_name, group=_name),
    "whom it names": text.mentioned,
    "its paragraphs": paragraphs.parts,
    "its title": lambda said: title_of(said, 100),
    "what was added to it": amendment,
    "what is said of it": lambda said: Retelling(said[:9_000], None).words(said[:9_000]),
    "what it means": meanings.said,
    "its sentence for the desk": lambda said: sentences.numbered(said),
    "whether it acknowledges": lambda said: acknowledges(said, ["on it"]),
    "whether it asks for a review": phrases.asks_for_review,
    "whether it tells of trouble": phrases.tells_of_trouble,
    "its telling words": phrases.telling_words,
    "what it tells for a ticket": lambda said: tickets.told_in(
        [("Uma", said)], "Uma", ["Prison visits"]
    ),
    "a ticket": issue_bodies.sections_of,
    "a remark": split_marker,
    "a remark of ours": lambda said: with_marker(said, "x"),
    "a template": lambda said: templates.read_template("a.md", said),
    "a form": lambda said: templates.read_template("a.yml", f"title: {said}"),
    "a page": lambda said: read_page("a.md", said.encode()),
    "a page with tags": lambda said: read_page("a.md.erb", said.encode()),
    "an outline": outline,
    "prose": prose.said,
    "secrets": lambda said: redactions.places(said, Internal({"Ada": "an engineer"}, ())),
    "blame": lambda said: hints.hints(said, {"Ada": "an engineer"}),
    "an alert": lambda said: shown_body(said.encode()),
    "times of day": check_times_of_day,
    "windows": typed.windows,
    "a calendar": lambda said: ical.read(
        f"BEGIN:VCALENDAR\n{said}",
        Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)),
    ),
}
BEGINS = ("", "# a", "---", "edit", "hi")
BLANKS = (" ", "\n", "\t")
UNITS = (
    "\r\n", " \n", "\xa0", '"', "'", "“", "[", "]", "(", "<", ">", "{", "`", "```a ", "*", "_",
    " _a", " *a", "~a ", "~~", "#", "# ", "-", " - ", "!", ".", "?", ",", ":", " :a", "|", "@",
    "@a ", "<@", "<!here|", "<https://a|", "<https://", "https://a", "[a](", "<!--", "-->", "\\",
    "<%", "<%a%>x\n", "a", "aA ", "1", "1:", "1-", "a.", "a/", "a@", "&", "=", "+", "thanks ",
    "same ", "- [ ] ", "> ", "-----BEGIN PRIVATE KEY-----", "eyJ", "\x02", "\x03",
)  # fmt: skip
TEXTS = [
    *((begin, blank, 60_000) for blank in BLANKS for begin in BEGINS),
    *(("", unit, 10_000) for unit in UNITS),
]


class _TooLong(BaseException):
    """Nothing catches it on its way."""


@contextmanager
def _no_longer_than(seconds: float) -> Iterator[None]:
    """Stop what takes more of the processor than that."""

    def stop(*_: object) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize("reader", READERS)
def test_no_text_keeps_whoever_reads_it_busy(reader: str) -> None:
    for begin, unit, long in TEXTS:
        said = begin + unit * (long // len(unit)) + "b"
        try:
            with _no_longer_than(MOST_SECONDS):
                READERS[reader](said)
        except (Refused, ValueError):
            continue
        except _TooLong:
            pytest.fail(f"{begin!r} and then {unit!r} again and again")
