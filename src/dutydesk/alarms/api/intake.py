"""The door under `/alarms/in/`: read at once, stored together, answered when it is committed."""

import asyncio
import queue
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dutydesk.alarms.api.batches import FULL, WRONG_KEY, BatchOutcome, PostedAlerts, Storer
from dutydesk.alarms.rules import events
from dutydesk.alarms.rules.alertmanager import read_notification
from dutydesk.alarms.rules.generic import read_generic
from dutydesk.alarms.rules.grafana import read_grafana
from dutydesk.alarms.rules.notifications import LARGEST_BODY, NotAnAlarm, Notification
from dutydesk.kernel import bounds
from dutydesk.kernel.addresses import INTAKE, INTAKE_EVENTS
from dutydesk.web.doors import (
    JSON,
    PLAIN,
    Headers,
    Receive,
    Scope,
    Send,
    answer,
    read_body,
)

Reader = Callable[[bytes, datetime], tuple[Notification, ...]]
READERS: Mapping[str, Reader] = {
    "alertmanager": lambda body, at: (read_notification(body, at),),
    "grafana": read_grafana,
    "json": read_generic,
}
LARGEST_EVENT = 512 * 1024
MOST_WAITING = 64_000_000
_AGAIN: Headers = ((b"retry-after", b"1"),)
_GONE = BatchOutcome(413, "The body is too large; send fewer alerts.")


@dataclass
class IntakeDoor:
    """Answers 200 (202 to events) once it is committed, and what follows from it too.

    4xx for what no repeat would mend; 503 when full or ailing, never 429 but to senders of
    events, since Alertmanager tries again after a 5xx only.
    Sources: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config,
    https://developer.pagerduty.com/docs/events-api-v2-overview.
    """

    now: Callable[[], datetime]
    _waiting: "queue.SimpleQueue[PostedAlerts]" = field(default_factory=queue.SimpleQueue)
    _storer: Storer | None = None
    _bytes: int = field(default=0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        told = scope["path"] == INTAKE_EVENTS
        kind, _, token = scope["path"].removeprefix(INTAKE).partition("/")
        if not told and kind not in READERS:
            return await answer(send, 404, b"No monitoring system posts here.\n")
        if scope["method"] != "POST":
            headers = (*PLAIN, (b"allow", b"POST"))
            return await answer(send, 405, b"Post what the monitoring system sends.\n", headers)
        if told:
            return await self._event(scope, receive, send)
        outcome = await self._alerts(READERS[kind], token, receive)
        again = _AGAIN if outcome.status == 503 else ()
        return await answer(send, outcome.status, outcome.line.encode() + b"\n", (*PLAIN, *again))

    async def _alerts(self, read: Reader, token: str, receive: Receive) -> BatchOutcome:
        opened = await self._opened(token)
        if opened is not None:
            return opened
        body = await self._body(receive, LARGEST_BODY)
        if body is None:
            return _GONE
        try:
            told = read(body, self.now())
        except NotAnAlarm as refusal:
            return BatchOutcome(400, str(refusal))
        return await self._store(len(body), token, told)

    async def _event(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the vendor whose senders post here does, so that only the host changes."""
        body = await self._body(receive, LARGEST_EVENT)
        if body is None:
            return await answer(send, 413, events.refused([_GONE.line]), JSON)
        header = dict(scope["headers"]).get(b"x-routing-key", b"").decode("latin-1")
        try:
            event = events.read_event(body, self.now(), header)
        except events.NotAnEvent as refusal:
            return await answer(send, 400, events.refused(refusal.errors), JSON)
        outcome = await self._opened(event.routing_key) or await self._store(
            len(body),
            event.routing_key,
            (event.notification,) if event.notification else (),
            (f"events {event.dedup_key}", event.client) if not event.notification else None,
        )
        if outcome == WRONG_KEY:
            return await answer(send, 400, events.unknown_key(), JSON)
        if outcome == FULL:
            return await answer(send, 429, events.too_many(), (*JSON, *_AGAIN))
        if outcome.status != 200:
            return await answer(send, 503, outcome.line.encode(), (*PLAIN, *_AGAIN))
        return await answer(send, 202, events.accepted(event.dedup_key), JSON)

    async def _body(self, receive: Receive, most: int) -> bytes | None:
        body = await read_body(receive, most)
        return None if body is None else bounds.storable_json(body)

    async def _opened(self, token: str) -> BatchOutcome | None:
        """Give why nothing more is read from this sender; None if its key opens."""
        if self._bytes > MOST_WAITING:
            return FULL
        if self._storer_of(asyncio.get_running_loop()).knows(token):
            return None
        found = await self._wait(PostedAlerts(token, (), self._answer()))
        return None if found.status == 200 else found

    async def _store(
        self,
        size: int,
        token: str,
        told: tuple[Notification, ...],
        acknowledged: tuple[str, str] | None = None,
    ) -> BatchOutcome:
        self._bytes += size
        try:
            return await self._wait(PostedAlerts(token, told, self._answer(), acknowledged))
        finally:
            self._bytes -= size

    def _answer(self) -> "asyncio.Future[BatchOutcome]":
        return asyncio.get_running_loop().create_future()

    async def _wait(self, delivery: PostedAlerts) -> BatchOutcome:
        self._waiting.put(delivery)
        return await delivery.answered

    def _storer_of(self, loop: asyncio.AbstractEventLoop) -> Storer:
        """Give the thread that stores, begun anew if a fault of ours ended it."""
        if self._storer is None or not self._storer.is_alive():
            self._storer = Storer(self.now, self._waiting, loop)
            self._storer.start()
        return self._storer
