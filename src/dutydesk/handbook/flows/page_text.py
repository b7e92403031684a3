"""A page's file, read: what it says, what it is for, and what its links name."""

import re
from dataclasses import dataclass
from posixpath import basename, dirname

from dutydesk.handbook.rules.bounds import MOST_LINKS
from dutydesk.handbook.rules.files import FIRST, page_ending, stem
from dutydesk.handbook.rules.front_matter import FrontMatter, read_front_matter
from dutydesk.handbook.rules.readable import without_erb, without_title
from dutydesk.web.markdown import is_relative, outline

_BETWEEN = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class PageText:
    """What is known of a page once its file is read. `links`: relative ones, and pictures."""

    title: str
    text: str
    outline: str
    words: str
    front: FrontMatter
    links: tuple[str, ...]
    notes: tuple[str, ...]

    def keys(self, path: str) -> list[str]:
        """Give the names under which alarms find it: its own, and those that it says."""
        alerts = {stem(path), *self.front.alerts}
        named = [alert_key(one) for one in alerts if one.lower() not in FIRST]
        return sorted({*named, *(service_key(one) for one in self.front.services)})


def _called(path: str) -> str:
    """Give what a page is called that says no title: as its file, or as its folder."""
    name = stem(path)
    if name.lower() in FIRST:
        name = basename(dirname(path)) or name
    return name.replace("-", " ")


def alert_key(name: str) -> str:
    """Give the name under which a page is for an alert."""
    return f"alert:{name.lower()}"[:200]


def service_key(name: str) -> str:
    """Give the name under which a page is for a service, written as a name or as an address."""
    return f"service:{_BETWEEN.sub('-', name.lower()).strip('-')}"[:200]


def read_page(path: str, data: bytes) -> PageText:
    """Read a page. What of it can't be is left out, and said."""
    text, notes = _decoded(data)
    front, body = read_front_matter(text)
    if page_ending(path).endswith(".erb"):
        body, tags = without_erb(body)
        if tags:
            notes.append(f"{tags} ERB tag{'s' if tags > 1 else ''}, which only its site fills in")
    shown = outline(body)
    first = next((heading.words for heading in shown.headings), "")
    title = " ".join((front.title or first or _called(path)).split())
    return PageText(
        title=title[:200] or basename(path)[:200],
        text=without_title(body, title),
        outline="\n".join(heading.words for heading in shown.headings),
        words=shown.words.removeprefix(title).strip(),
        front=front,
        links=tuple(filter(is_relative, shown.addresses))[:MOST_LINKS],
        notes=(*notes, *front.notes),
    )


def _decoded(data: bytes) -> tuple[str, list[str]]:
    try:
        text, notes = data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        text = data.decode("utf-8", errors="replace")
        notes = ["what is no UTF-8; it is shown as �"]
    return text.replace("\0", "�"), notes
