"""The door under `/status/`: answers from memory, wherever the database is and whoever is busy."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from dutydesk.kernel.addresses import path_to
from dutydesk.status.api.answers import StatusAnswer, StatusAnswers
from dutydesk.status.api.own_host import HERE
from dutydesk.status.flows import record
from dutydesk.web.doors import PLAIN, Door, Headers, Receive, Scope, Send, answer
from dutydesk.web.memory import Remembered

FRESH = 15.0  # Seconds for which a page is shown without looking, if nothing is told to change.
STALE = 60.0  # Seconds after which it says that nothing newer can be seen.
LONGEST = 600.0  # Seconds after which it says nothing any more: what it knew may be wrong.
MARKS = ("announcement:", "incident:", "maintenance:", "process", "promised-update:", "service:")
FORMS = ("subscribe", "subscriptions/")  # What people send is Django's to take.
_CACHE = "public, max-age=10, stale-if-error=600"


class KnownAnswers(Remembered[StatusAnswers]):
    """The status page, in this process's memory."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Know nothing until the first look."""
        super().__init__(
            lambda: StatusAnswers(record.read(at=now()), record.link()),
            name="status page",
            marks=MARKS,
            fresh=FRESH,
        )


class StatusDoor:
    """Answers everybody if the page is public, leaves it to Django behind sign-in, else 404."""

    def __init__(self, known: Remembered[StatusAnswers], django: Door) -> None:
        """Answer by what is known; `django` asks for a sign-in."""
        self._known, self._django = known, django
        self._thread = ThreadPoolExecutor(1, "status page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope["path"].removeprefix(path_to("status"))
        if path.startswith(FORMS):
            return await self._django(scope, receive, send)
        known = await self._known.now()
        if known is None or self._known.age > LONGEST:
            return await _unknown(send)
        if known.page.shown == "sign-in" and HERE not in scope:
            return await self._django(scope, receive, send)
        if known.page.shown != "public":
            return await answer(send, 404, b"There is no status page here.\n")
        if scope["method"] not in ("GET", "HEAD"):
            headers = (*PLAIN, (b"allow", b"GET, HEAD"))
            return await answer(send, 405, b"The status page is only read.\n", headers)
        stale = self._known.age > STALE
        found = known.made(path, stale=stale)
        if found is None:  # Only then is it worth another thread.
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(self._thread, lambda: known.get(path, stale=stale))
        if found is None:
            return await answer(send, 404, b"The status page has nothing here.\n")
        await _send(scope, send, found)


async def _unknown(send: Send) -> None:
    """Say that nothing is known: a page that guessed would be believed."""
    text = b"How the services are doing can't be seen just now. Please try again.\n"
    headers = (*PLAIN, (b"retry-after", b"10"), (b"cache-control", b"no-store"))
    await answer(send, 503, text, headers)


async def _send(scope: Scope, send: Send, found: StatusAnswer) -> None:
    """Send an answer, or say that who asks has it already."""
    told: Headers = (
        *((name.lower().encode(), value.encode()) for name, value in found.headers.items()),
        (b"cache-control", _CACHE.encode()),
        (b"access-control-allow-origin", b"*"),
    )
    asked = dict(scope["headers"]).get(b"if-none-match", b"").decode("latin-1")
    if same(asked, found.headers["ETag"]):
        await send({"type": "http.response.start", "status": 304, "headers": [*told]})
        return await send({"type": "http.response.body", "body": b""})
    headers = [
        *told,
        (b"content-type", found.kind.encode()),
        (b"content-length", str(len(found.body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    body = b"" if scope["method"] == "HEAD" else found.body
    await send({"type": "http.response.body", "body": body})


def same(asked: str, etag: str) -> bool:
    """Say whether an If-None-Match names this answer, compared weakly (RFC 9110, 13.1.2)."""
    tags = [tag.strip().removeprefix("W/") for tag in asked.split(",")]
    return asked.strip() == "*" or etag.removeprefix("W/") in tags
