"""Every answer that the status page has, each made once, when it is first asked for."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib.metadata import version

from django.template.loader import render_to_string

from dutydesk.status.api.feed import feed
from dutydesk.status.rules.entries import StatusEntry
from dutydesk.status.rules.page import AS_JSON, ServiceStatus, StatusPage
from dutydesk.status.words.badge import badge
from dutydesk.status.words.statuspage import documents

HTML, CSS, SVG = "text/html; charset=utf-8", "text/css; charset=utf-8", "image/svg+xml"
ATOM, JSON = "application/atom+xml; charset=utf-8", "application/json; charset=utf-8"
RECENT = timedelta(days=7)
_VERSION = version("dutydesk")
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'{}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """What is sent: its kind, its bytes, and its headers besides."""

    kind: str
    body: bytes
    headers: Mapping[str, str]


Maker = Callable[[bool], tuple[str, bytes]]


class StatusAnswers:
    """The answers of one page by what stands after its address. `stale`: nothing newer is seen.

    Whoever lets one be made does so in one thread at a time.
    """

    def __init__(self, page: StatusPage, link: str) -> None:
        """Answer with this page, which is at `link`."""
        self.page, self.link = page, link
        self._makers: Mapping[str, Maker] = self._all() if page.shown != "off" else {}
        self._made: dict[tuple[str, bool], StatusAnswer] = {}
        facts = AS_JSON.dump_json(replace(page, read_at=page.since))
        self._digest = hashlib.sha256(facts + _VERSION.encode()).hexdigest()[:32]

    def made(self, path: str, *, stale: bool) -> StatusAnswer | None:
        """Give an answer if it was asked for before, from any thread; None if it wasn't."""
        return self._made.get((path, stale))

    def get(self, path: str, *, stale: bool) -> StatusAnswer | None:
        """Give the answer at a path; None if there is nothing."""
        maker = self._makers.get(path)
        if maker is None:
            return None
        if (path, stale) not in self._made:
            self._made[path, stale] = self._answer(maker, stale)
        return self._made[path, stale]

    def _answer(self, maker: Maker, stale: bool) -> StatusAnswer:
        kind, body = maker(stale)
        # Weak, since the moment at which a page was read is in it and changes nothing.
        headers = {
            "ETag": f'W/"{self._digest}{"-stale" if stale else ""}"',
            "Content-Security-Policy": _POLICY.format(f" {self.page.logo_host}".rstrip()),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Dutydesk-Read-At": self.page.read_at.isoformat(timespec="seconds"),
        }
        return StatusAnswer(kind, body, headers)

    def _all(self) -> dict[str, Maker]:
        page, link = self.page, self.link
        found: dict[str, Maker] = {
            "": lambda stale: (HTML, self._screen("page", stale)),
            "history": lambda stale: (HTML, self._screen("history", stale)),
            "style.css": lambda _: (CSS, self._style()),
            "feed.atom": lambda _: (ATOM, feed(page, page.entries, title=page.title, link=link)),
        }
        for name, document in documents(page, link).items():
            found[f"api/v2/{name}.json"] = _document(document)
        for one in page.services:
            found[f"feed/{one.slug}.atom"] = self._feed(one)
            found[f"badge/{one.slug}.svg"] = _badge(one)
        return found

    def _feed(self, service: ServiceStatus) -> Maker:
        title = f"{self.page.title}: {service.name}"
        concerns = [entry for entry in self.page.entries if service.slug in entry.services]
        return lambda _: (ATOM, feed(self.page, concerns, title=title, link=self.link))

    def _style(self) -> bytes:
        colours = {"light": self.page.light, "dark": self.page.dark}
        return render_to_string("status/style.css", colours).encode()

    def _screen(self, name: str, stale: bool) -> bytes:
        page = self.page
        news = [entry for entry in page.entries if entry.kind == "news"]
        others = [entry for entry in page.entries if entry.kind != "news"]
        over = [entry for entry in page.entries if entry.state not in ("open", "scheduled")]
        context = {
            "page": page,
            "stale": stale,
            "services": {one.slug: one.name for one in page.services},
            "running": [entry for entry in others if entry.state == "open"],
            "news": [one for one in news if one.state == "open" or self._recent(one)],
            "coming": sorted(
                (entry for entry in page.entries if entry.state == "scheduled"), key=_start
            ),
            "over": over,
            "recent": [one for one in over if one.kind != "news" and self._recent(one)],
        }
        return render_to_string(f"status/{name}.html", context).encode()

    def _recent(self, entry: StatusEntry) -> bool:
        return entry.changed > self.page.read_at - RECENT


def _start(entry: StatusEntry) -> str:
    return (entry.starts or entry.told).isoformat()


def _document(made: Callable[[], object]) -> Maker:
    return lambda _: (JSON, _json(made()))


def _badge(service: ServiceStatus) -> Maker:
    return lambda _: (SVG, badge(service.name, service.condition).encode())


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
