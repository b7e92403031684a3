"""What a reverse proxy asks before each request, and the page that it shows instead."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from math import ceil

from django.db import Error as DatabaseTrouble
from django.db import OperationalError, connection
from django.template.loader import render_to_string

from dutydesk.database import rows
from dutydesk.incidents.flows.gate import GateStatus, Out, standing
from dutydesk.kernel.addresses import GATE, MAINTENANCE_PAGE
from dutydesk.kernel.moments import when
from dutydesk.kernel.refusals import Refused
from dutydesk.web.doors import Receive, Scope, Send
from dutydesk.web.live import listener

logger = logging.getLogger(__name__)

FRESH = 1.0  # Seconds for which what is known is trusted without asking the database.
PATIENCE = 0.1  # Seconds for which a request waits for the database before it does without.
FIRST_PATIENCE = 3.0  # Seconds for which a new process waits for it before it takes requests.
AFTER_FAILURE = timedelta(seconds=1)
LONGEST_RETRY = timedelta(hours=1)
USUAL_RETRY = timedelta(minutes=5)
_MARKS = ("maintenance:", "incident:", "service:")


class ServiceStates:
    """How every service stands, in this process's memory, as new as the database tells.

    It hears of changes as they are committed, looks for itself after a second at most when it is
    asked, and answers from what it last saw while the database is away.
    """

    def __init__(self, look: Callable[[], GateStatus] = standing) -> None:
        """Know nothing until the first look."""
        self._look = look
        self._standing: GateStatus | None = None
        self._thread = ThreadPoolExecutor(1, "gate")
        self._task: asyncio.Task[None] | None = None
        self._ear: asyncio.Task[None] | None = None
        self._begun = self._looked = float("-inf")
        self._again = False

    async def begin(self) -> None:
        """Look before the first question, so that a new process shuts what the last one had shut.

        A database that is away keeps nobody waiting for longer than FIRST_PATIENCE.
        """
        self._listen()
        await asyncio.wait({self._refresh()}, timeout=FIRST_PATIENCE)

    async def now(self) -> GateStatus | None:
        """Give how everything stands; None if the database was never there."""
        loop = asyncio.get_running_loop()
        self._listen()
        if loop.time() - self._looked > FRESH:
            task = self._refresh()
            left = self._begun + PATIENCE - loop.time()
            if left > 0:
                await asyncio.wait({task}, timeout=left)
        return self._standing

    def _listen(self) -> None:
        if self._ear is None or self._ear.done():
            self._ear = asyncio.get_running_loop().create_task(self._hear())

    def _refresh(self) -> asyncio.Task[None]:
        loop = asyncio.get_running_loop()
        if self._task is None or self._task.done():
            self._begun = loop.time()
            self._task = loop.create_task(self._read())
        return self._task

    async def _read(self) -> None:
        """Look until nothing has changed while looking."""
        loop = asyncio.get_running_loop()
        while True:
            self._again, begun = False, loop.time()
            found = await loop.run_in_executor(self._thread, self._ask)
            if found is not None:
                self._standing = found
            self._looked = begun if found is not None else loop.time()
            if not self._again:
                return

    def _ask(self) -> GateStatus | None:
        """Ask the database; once more if the connection was lost meanwhile."""
        try:
            try:
                return self._look()
            except OperationalError:
                connection.close()
                return self._look()
        except (DatabaseTrouble, Refused) as trouble:
            connection.close()
            logger.warning("the gate goes by what it last saw: %s", type(trouble).__name__)
            return None
        finally:
            rows.give_back()

    async def _hear(self) -> None:
        """Look again whenever something is committed that may concern it."""
        queue = listener.join()
        try:
            while True:
                subject = await queue.get()
                if subject == "*" or subject.startswith(_MARKS):
                    self._again = True
                    self._refresh()
        finally:
            listener.leave(queue)


class Gate:
    """The door under `/gate/SLUG`: 204 while the service is open, 403 while it is in maintenance.

    These are answers that nginx's auth_request takes; any other status is an error to it.
    Source: https://nginx.org/en/docs/http/ngx_http_auth_request_module.html. A service that nobody
    knows is open, since a slip of the pen must take no site down; the header says so.
    """

    def __init__(self, known: ServiceStates) -> None:
        """Answer by what is known."""
        self._known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, of any method."""
        slug = scope["path"].removeprefix(GATE).strip("/")
        found = await self._known.now()
        status, says = 204, b"open"
        if found is None:
            says = b"open; the database was never there"
        elif slug in found.out:
            status, says = 403, b"maintenance"
        elif slug not in found.names:
            says = b"open; unknown service"
        headers = [(b"dutydesk-gate", says), (b"cache-control", b"no-store")]
        if status != 204:  # RFC 9110, 8.6: a 204 has no Content-Length.
            headers.append((b"content-length", b"0"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


class MaintenancePage:
    """The door under `/maintenance/SLUG`: what the users of a service see meanwhile.

    It is always 503 with Retry-After for a service that is known, so that no program and no search
    engine takes it for the service, even in the moment after the service came back.
    """

    def __init__(self, known: ServiceStates, now: Callable[[], datetime]) -> None:
        """Answer by what is known; times are told as they are from `now`."""
        self._known, self._now = known, now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, of any method."""
        slug = scope["path"].removeprefix(MAINTENANCE_PAGE).strip("/")
        found, at = await self._known.now(), self._now()
        missing = found is not None and slug not in found.names
        out = found.out.get(slug) if found else None
        body = self._page(found, slug, out, at).encode()
        retry = retry_after(out, at) if out else AFTER_FAILURE
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'"),
            (b"x-content-type-options", b"nosniff"),
        ]
        if not missing:
            headers.append((b"retry-after", str(ceil(retry.total_seconds())).encode()))
        status = 404 if missing else 503
        await send({"type": "http.response.start", "status": status, "headers": headers})
        shown = b"" if scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": shown})

    def _page(self, found: GateStatus | None, slug: str, out: Out | None, at: datetime) -> str:
        told = {"out": out, "name": found.names.get(slug) if found else None, "known": found}
        if found and out:
            told |= {
                name: when(moment, found.zone, at)
                for name, moment in (
                    ("since", out.since),
                    ("until", _to_come(out.until, at)),
                    ("update", _to_come(out.next_update, at)),
                )
                if moment
            }
        return render_to_string("incidents/maintenance.html", told)


def _to_come(moment: datetime | None, at: datetime) -> datetime | None:
    """Give a moment unless it is past: nobody is told to expect what should have happened."""
    return moment if moment and moment > at else None


def retry_after(out: Out, at: datetime) -> timedelta:
    """Give after how long it is worth trying again: by then there is news, or the service."""
    awaited = [one for one in (out.next_update, out.until) if one and one > at]
    return min(min(awaited) - at, LONGEST_RETRY) if awaited else USUAL_RETRY
