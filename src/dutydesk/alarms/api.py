"""Where monitoring systems post: read at once, stored together, answered when it is committed."""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import Error as DatabaseTrouble
from django.db import OperationalError, connection

from dutydesk.alarms.flows import keys, receiving
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.alertmanager import read_notification
from dutydesk.alarms.rules.told import LARGEST_BODY, NotAnAlarm, Notification
from dutydesk.process import flows as process
from dutydesk.site.doors import PLAIN, Headers, Receive, Scope, Send, answer, read_body

logger = logging.getLogger(__name__)

Reader = Callable[[bytes], tuple[Notification, ...]]
READERS: Mapping[str, Reader] = {
    "alertmanager": lambda body: (read_notification(body),),
}
MOST_TOGETHER = 256
MOST_WAITING = 64_000_000
TRUSTED = timedelta(seconds=1)
_BUSY: Headers = (*PLAIN, (b"retry-after", b"1"))


@dataclass(slots=True)
class Delivery:
    """One request on its way into the database; `answered` is told what became of it.

    Without anything told it only asks whether its key opens.
    """

    token: str
    told: tuple[Notification, ...]
    answered: "asyncio.Future[Outcome]"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery: its HTTP status and a line to answer with."""

    status: int
    line: str


_OPEN = Outcome(200, "")
_WRONG_KEY = Outcome(403, "This key opens nothing. Make one on the page Keys and use that.")
_AILING = Outcome(503, "The desk can't store this now. Send it again.")
_FULL = Outcome(503, "Too much is waiting to be stored. Send it again in a second.")


class Storer(threading.Thread):
    """Stores what waits, all of it in one transaction, while more is coming in."""

    def __init__(
        self,
        now: Callable[[], datetime],
        waiting: "queue.SimpleQueue[Delivery]",
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        """Store what waits, for the requests of one event loop."""
        super().__init__(name="alerts", daemon=True)
        self._again: list[Delivery] = []
        self._now, self._waiting, self._loop = now, waiting, loop
        self._opens: dict[str, datetime] = {}
        self._process, self._process_until = ExitStack(), datetime.min.replace(tzinfo=UTC)

    def knows(self, token: str) -> bool:
        """Say whether the key was seen to open just now."""
        trusted = self._opens.get(token)
        return trusted is not None and self._now() < trusted

    def run(self) -> None:
        """Store until the process ends, or a fault of ours does it: who waits is told even then."""
        batch: list[Delivery] = []
        try:
            while True:
                batch = [self._again.pop()] if self._again else self._take()
                self._renew_process()
                outcomes = self._outcomes(batch)
                if outcomes is None:  # One of them may be what the database can't take.
                    self._again = batch
                else:
                    self._loop.call_soon_threadsafe(_tell, batch, outcomes)
        finally:
            connection.close()
            batch += self._again
            self._loop.call_soon_threadsafe(_tell, batch, [_AILING] * len(batch))

    def _renew_process(self) -> None:
        """Go by one process for a second, rather than ask for it in each transaction."""
        at = self._now()
        if at >= self._process_until:
            self._process.close()
            self._process.enter_context(process.held())
            self._process_until = at + TRUSTED

    def _outcomes(self, batch: list[Delivery]) -> list[Outcome] | None:
        """Store a batch; None if it failed and each is to be tried alone."""
        try:
            return self._store(batch)
        except DatabaseTrouble as error:
            connection.close()
            if len(batch) > 1:
                return None
            logger.warning("alerts can't be stored: %s", type(error).__name__)
            return [_AILING]

    def _take(self) -> list[Delivery]:
        batch = [self._waiting.get()]
        while len(batch) < MOST_TOGETHER:
            try:
                batch.append(self._waiting.get_nowait())
            except queue.Empty:
                break
        return batch

    def _store(self, batch: list[Delivery]) -> list[Outcome]:
        at = self._now()
        tokens = {one.token for one in batch}
        opened = {token for token in tokens if self.knows(token)}
        opened |= self._look_at_keys(tokens - opened, at)
        welcome = [one for one in batch if one.token in opened]
        told = [notification for one in welcome for notification in one.told]
        alarms = iter(self._try_twice(told, at) if told else ())
        stored = {id(one): [next(alarms) for _ in one.told] for one in welcome}
        return [_outcome(stored.get(id(one))) for one in batch]

    def _look_at_keys(self, tokens: set[str], at: datetime) -> set[str]:
        """Give those that open, and trust them for a moment."""
        for token in tokens:
            self._opens.pop(token, None)
            try:
                keys.opened_by(token=token, at=at)
            except keys.WrongKey:
                continue
            self._opens[token] = at + TRUSTED
        return tokens & self._opens.keys()

    def _try_twice(self, told: list[Notification], at: datetime) -> list[Alarm | None]:
        """Store; once more if the connection was lost, since storing twice changes nothing."""
        try:
            return receiving.receive_all(told=told, at=at)
        except OperationalError:
            connection.close()
            return receiving.receive_all(told=told, at=at)


def _outcome(alarms: Sequence[Alarm | None] | None) -> Outcome:
    if alarms is None:
        return _WRONG_KEY
    numbers = ", ".join(str(alarm.pk) for alarm in alarms if alarm)
    return Outcome(200, f"Stored as alarm {numbers}." if numbers else "Nothing to store.")


def _tell(batch: Sequence[Delivery], outcomes: Sequence[Outcome]) -> None:
    for one, outcome in zip(batch, outcomes, strict=True):
        if not one.answered.done():
            one.answered.set_result(outcome)


@dataclass
class Intake:
    """The door under `/alarms/in/`: 200 once it is committed, and what follows from it too.

    4xx for what no repeat would mend; 503 when full or ailing, never 429, since Alertmanager
    tries again after a 5xx only.
    Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config.
    """

    now: Callable[[], datetime]
    _waiting: "queue.SimpleQueue[Delivery]" = field(default_factory=queue.SimpleQueue)
    _storer: Storer | None = None
    _bytes: int = field(default=0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        outcome = await self._take(scope, receive)
        headers = _BUSY if outcome.status == 503 else PLAIN
        if outcome.status == 405:
            headers = (*PLAIN, (b"allow", b"POST"))
        await answer(send, outcome.status, outcome.line.encode() + b"\n", headers)

    async def _take(self, scope: Scope, receive: Receive) -> Outcome:
        kind, _, token = scope["path"].removeprefix("/alarms/in/").partition("/")
        reader = READERS.get(kind)
        if reader is None:
            return Outcome(404, "No monitoring system posts here.")
        if scope["method"] != "POST":
            return Outcome(405, "Post what the monitoring system sends here.")
        storer = self._storer_of(asyncio.get_running_loop())
        if not storer.knows(token):
            opened = await self._wait(token, ())
            if opened.status != 200:
                return opened
        if self._bytes > MOST_WAITING:
            return _FULL
        body = await read_body(receive, LARGEST_BODY)
        if body is None:
            return Outcome(413, f"The body is larger than {LARGEST_BODY} bytes; send fewer alerts.")
        try:
            told = reader(body.replace(b"\\u0000", b"\\ufffd"))  # PostgreSQL stores no NUL.
        except NotAnAlarm as refusal:
            return Outcome(400, str(refusal))
        self._bytes += len(body)
        try:
            return await self._wait(token, told)
        finally:
            self._bytes -= len(body)

    async def _wait(self, token: str, told: tuple[Notification, ...]) -> Outcome:
        answered: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.put(Delivery(token, told, answered))
        return await answered

    def _storer_of(self, loop: asyncio.AbstractEventLoop) -> Storer:
        """Give the thread that stores, begun anew if a fault of ours ended it."""
        if self._storer is None or not self._storer.is_alive():
            self._storer = Storer(self.now, self._waiting, loop)
            self._storer.start()
        return self._storer
