"""The thread of a web process that keeps what comes in: all that waits shares one commit."""

import asyncio
import logging
import queue
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

import psycopg
from django.db import Error, OperationalError, connection

from dutydesk.database import rows
from dutydesk.inbox.flows import arrivals, work
from dutydesk.kernel.arrivals import Arrived

logger = logging.getLogger(__name__)
_TROUBLE = (Error, psycopg.Error)
MOST_TOGETHER = 256
HELD, WAKES_EVERY = 1.0, 0.005
"""Seconds: a connection is given back when nothing came for so long; workers are woken so often."""
MOST_WAITING = 64_000_000
"""Bytes; whoever comes then is asked to come again."""


class NotKept(Exception):
    """It can't be kept now, so its sender must send it again."""


AILING = "The desk can't keep this now. Send it again."
FULL = "Too much is waiting to be kept. Send it again in a second."


@dataclass(slots=True)
class _Waiting:
    arrived: Arrived
    kept: "asyncio.Future[int | None]"


@dataclass
class Keeper:
    """Keeps what comes in, for the requests of one event loop; begun with the first one.

    For doors whose arrivals are worked out many at a time.
    """

    _waiting: "queue.SimpleQueue[_Waiting]" = field(default_factory=queue.SimpleQueue)
    _thread: threading.Thread | None = None
    _bytes: int = 0
    _unwoken: bool = False
    _woke: float = 0.0

    @property
    def full(self) -> bool:
        """Say whether too much waits."""
        return self._bytes > MOST_WAITING

    async def keep(self, arrived: Arrived) -> int | None:
        """Keep it, and give its number once it is durable; None if it was kept before.

        Raises NotKept.
        """
        if self.full:
            raise NotKept(FULL)
        loop = asyncio.get_running_loop()
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(
                target=self._run, args=(loop,), name="keeper", daemon=True
            )
            self._thread.start()
        one = _Waiting(arrived, loop.create_future())
        self._bytes += len(arrived.body)
        try:
            self._waiting.put(one)
            return await one.kept
        finally:
            self._bytes -= len(arrived.body)

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        """Keep until the process ends, or a fault of ours does it: who waits is told even then."""
        batch: list[_Waiting] = []
        try:
            while True:
                batch = self._take()
                if batch:
                    self._keep(batch, loop)
                elif not self._unwoken:
                    rows.give_back()
                self._wake()
        finally:
            connection.close()
            _tell(loop, batch, [NotKept(AILING)] * len(batch))

    def _take(self) -> list[_Waiting]:
        """Wait for what comes in, and give what somebody still waits for; nothing after a while."""
        batch: list[_Waiting] = []
        with suppress(queue.Empty):
            batch.append(self._waiting.get(timeout=self._patience()))
            while len(batch) < MOST_TOGETHER:
                batch.append(self._waiting.get_nowait())
        return [one for one in batch if not one.kept.done()]

    def _patience(self) -> float | None:
        """Give for how long to wait for more before something else is to be done."""
        if self._unwoken:
            return WAKES_EVERY
        return None if connection.connection is None else HELD

    def _wake(self) -> None:
        """Wake who works it out, after the answer; if that is lost, it is found a little later."""
        if not self._unwoken or monotonic() - self._woke < WAKES_EVERY:
            return
        self._unwoken, self._woke = False, monotonic()
        try:
            work.wake()
        except _TROUBLE:
            connection.close()

    def _keep(self, batch: list[_Waiting], loop: asyncio.AbstractEventLoop) -> None:
        """Keep it together; if that fails, each alone: one may be what the database can't take.

        If it is the database that is away, all who wait are told at once: each would wait in vain.
        """
        parts = deque([batch])
        while parts:
            part = parts.popleft()
            try:
                numbers = _keep_twice([one.arrived for one in part])
            except _TROUBLE as error:
                lost = connection.connection is None or bool(connection.connection.closed)
                connection.close()
                if len(part) > 1 and not lost:
                    parts.extend([one] for one in part)
                    continue
                logger.warning("what comes in can't be kept: %s", type(error).__name__)
                if lost:
                    part += [*(one for some in parts for one in some), *self._rest()]
                    parts.clear()
                _tell(loop, part, [NotKept(AILING)] * len(part))
            else:
                _tell(loop, part, numbers)
                self._unwoken = True

    def _rest(self) -> list[_Waiting]:
        rest: list[_Waiting] = []
        with suppress(queue.Empty):
            while True:
                rest.append(self._waiting.get_nowait())
        return rest


def _keep_twice(arrived: list[Arrived]) -> list[int | None]:
    """Keep; once more if the connection was lost, since what is kept twice changes nothing."""
    try:
        return arrivals.insert(arrived)
    except (OperationalError, psycopg.OperationalError):
        connection.close()
        return arrivals.insert(arrived)


def _tell(
    loop: asyncio.AbstractEventLoop,
    batch: Sequence[_Waiting],
    outcomes: Sequence[int | NotKept | None],
) -> None:
    loop.call_soon_threadsafe(_answer, tuple(batch), outcomes)


def _answer(batch: Sequence[_Waiting], outcomes: Sequence[int | NotKept | None]) -> None:
    for one, outcome in zip(batch, outcomes, strict=True):
        if one.kept.done():
            continue
        if isinstance(outcome, NotKept):
            one.kept.set_exception(outcome)
        else:
            one.kept.set_result(outcome)
