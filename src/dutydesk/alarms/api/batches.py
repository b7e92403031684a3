"""Storing what was posted: all that waits in one transaction, while more is coming in."""

import asyncio
import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg
from django.db import Error, OperationalError, connection

from dutydesk.alarms.flows import acknowledgements, ingestion, keys
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import Notification, scoped, scoped_key
from dutydesk.database import rows
from dutydesk.process.flows import process

logger = logging.getLogger(__name__)
# Within a pipeline the driver's errors come out as they are (dutydesk.database.rows).
_TROUBLE = (Error, psycopg.Error)

MOST_TOGETHER = 256
TRUSTED = timedelta(seconds=1)


@dataclass(slots=True)
class PostedAlerts:
    """One request on its way into the database; `answered` is told what became of it.

    Without anything told it only asks whether its key opens. `acknowledged`: the group that
    somebody works on elsewhere, and the tool that says so.
    """

    token: str
    told: tuple[Notification, ...]
    answered: "asyncio.Future[BatchOutcome]"
    acknowledged: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What became of a delivery: its HTTP status and a line to answer with."""

    status: int
    line: str


WRONG_KEY = BatchOutcome(403, "This key opens nothing. Make one on the page Keys and use that.")
AILING = BatchOutcome(503, "The desk can't store this now. Send it again.")
FULL = BatchOutcome(503, "Too much is waiting to be stored. Send it again in a second.")


class Storer(threading.Thread):
    """Stores what waits, all of it in one transaction, while more is coming in."""

    def __init__(
        self,
        now: Callable[[], datetime],
        waiting: "queue.SimpleQueue[PostedAlerts]",
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        """Store what waits, for the requests of one event loop."""
        super().__init__(name="alerts", daemon=True)
        self._now, self._waiting, self._loop = now, waiting, loop
        self._opens: dict[str, tuple[int, datetime]] = {}
        self._process, self._process_until = ExitStack(), datetime.min.replace(tzinfo=UTC)

    def knows(self, token: str) -> bool:
        """Say whether the key was seen to open just now. Any thread may ask."""
        opened = self._opens.get(token)
        return opened is not None and self._now() < opened[1]

    def run(self) -> None:
        """Store until the process ends, or a fault of ours does it: who waits is told even then."""
        batch: list[PostedAlerts] = []
        try:
            while True:
                if self._waiting.empty():
                    rows.give_back()
                batch = self._take()
                self._renew_process()
                self._store_in_order(batch)
        finally:
            self._process.close()
            connection.close()
            self._answer(batch, [AILING] * len(batch))

    def _renew_process(self) -> None:
        """Go by one process for a second, rather than ask for it in each transaction."""
        at = self._now()
        if at >= self._process_until:
            self._process.close()
            self._process.enter_context(process.held())
            self._process_until = at + TRUSTED

    def _store_in_order(self, batch: list[PostedAlerts]) -> None:
        """Store a batch together; if that fails, one by one in the order in which they came.

        One of them may be what the database can't take. If it is the database that is away, all
        who wait are told at once, since each of them would wait in vain.
        """
        parts = deque([batch])
        while parts:
            part = parts.popleft()
            try:
                outcomes = self._store(part)
            except _TROUBLE as error:
                lost = _is_lost()
                connection.close()
                if lost or len(part) == 1:
                    logger.warning("alerts can't be stored: %s", type(error).__name__)
                if lost:
                    return self._refuse([*part, *(one for rest in parts for one in rest)])
                if len(part) > 1:
                    parts.extend([one] for one in part)
                    continue
                outcomes = [AILING]
            self._answer(part, outcomes)

    def _refuse(self, batch: list[PostedAlerts]) -> None:
        """Tell these, and all who wait behind them, that nothing can be stored now."""
        with suppress(queue.Empty):
            while True:
                batch.append(self._waiting.get_nowait())
        self._answer(batch, [AILING] * len(batch))

    def _answer(self, batch: Sequence[PostedAlerts], outcomes: Sequence[BatchOutcome]) -> None:
        self._loop.call_soon_threadsafe(_tell, tuple(batch), outcomes)

    def _take(self) -> list[PostedAlerts]:
        """Wait for deliveries, and give those that somebody still waits for."""
        batch = [self._waiting.get()]
        while len(batch) < MOST_TOGETHER:
            try:
                batch.append(self._waiting.get_nowait())
            except queue.Empty:
                break
        return [one for one in batch if not one.answered.done()]

    def _store(self, batch: list[PostedAlerts]) -> list[BatchOutcome]:
        at = self._now()
        opened = self._look_at_keys({one.token for one in batch}, at)
        welcome = [one for one in batch if one.token in opened]
        told = [
            scoped(opened[one.token], notification) for one in welcome for notification in one.told
        ]
        alarms = iter(self._try_twice(told, at) if told else ())
        stored = {id(one): [next(alarms) for _ in one.told] for one in welcome}
        for one in welcome:
            if one.acknowledged:
                group, client = one.acknowledged
                acknowledgements.acknowledged_elsewhere(
                    group_key=scoped_key(opened[one.token], group), client=client, at=at
                )
        return [_outcome(stored.get(id(one))) for one in batch]

    def _look_at_keys(self, tokens: set[str], at: datetime) -> dict[str, int]:
        """Give the numbers of the keys that open; each is trusted for a moment."""
        for token in tokens:
            if self.knows(token):
                continue
            self._opens.pop(token, None)
            try:
                key = keys.opened_by(token=token, at=at)
            except keys.WrongKey:
                continue
            self._opens[token] = key.pk, at + TRUSTED
        return {token: self._opens[token][0] for token in tokens if token in self._opens}

    def _try_twice(self, told: list[Notification], at: datetime) -> list[Alarm | None]:
        """Store; once more if the connection was lost, since storing twice changes nothing."""
        try:
            return ingestion.receive_all(told=told, at=at)
        except (OperationalError, psycopg.OperationalError):
            connection.close()
            return ingestion.receive_all(told=told, at=at)


def _is_lost() -> bool:
    """Say whether this thread's connection was lost, or could not be had."""
    return connection.connection is None or bool(connection.connection.closed)


def _outcome(alarms: Sequence[Alarm | None] | None) -> BatchOutcome:
    if alarms is None:
        return WRONG_KEY
    numbers = ", ".join(str(alarm.pk) for alarm in alarms if alarm)
    return BatchOutcome(200, f"Stored as alarm {numbers}." if numbers else "Nothing to store.")


def _tell(batch: Sequence[PostedAlerts], outcomes: Sequence[BatchOutcome]) -> None:
    for one, outcome in zip(batch, outcomes, strict=True):
        if not one.answered.done():
            one.answered.set_result(outcome)
