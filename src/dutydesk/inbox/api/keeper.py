"""What keeps what comes in, in a web process: all that waits shares one commit."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import psycopg

from dutydesk.database.prepared import PreparedConnection
from dutydesk.inbox.flows import arrivals, work
from dutydesk.kernel.arrivals import Arrived

logger = logging.getLogger(__name__)
MOST_TOGETHER = 256
HELD, WAKES_EVERY = 60.0, 0.005
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


def _connection() -> PreparedConnection:
    return PreparedConnection({"keep": arrivals.PREPARED_KEEP, "wake": work.PREPARED_WAKE})


@dataclass
class Keeper:
    """Keeps what comes in, for the requests of one event loop, in a task that ends with its work.

    For doors whose arrivals are worked out many at a time.
    """

    _database: PreparedConnection = field(default_factory=_connection)
    _waiting: "deque[_Waiting]" = field(default_factory=deque)
    _task: "asyncio.Task[None] | None" = None
    _alarm: asyncio.TimerHandle | None = None
    _bytes: int = 0
    _unwoken: bool = False
    _woke: float = 0.0
    _last: float = 0.0

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
        placed = replace(arrived, place=work.place_of(arrived))  # Once, however often it is tried.
        one = _Waiting(placed, asyncio.get_running_loop().create_future())
        self._bytes += len(arrived.body)
        try:
            self._waiting.append(one)
            self._begin()
            return await one.kept
        finally:
            self._bytes -= len(arrived.body)

    async def close(self) -> None:
        """Keep what waits, and give the connection back."""
        while self._task is not None:
            await asyncio.wait({self._task})
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        self._database.close()

    def _begin(self) -> None:
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())
            self._task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        """Begin again if something waits, and else once there is something to do."""
        self._task, self._last = None, task.get_loop().time()
        if not task.cancelled() and (fault := task.exception()):
            logger.error("keeping what comes in met a fault", exc_info=fault)
        if self._waiting:
            self._begin()
        else:
            self._ring_in(WAKES_EVERY if self._unwoken else HELD)

    def _ring_in(self, seconds: float) -> None:
        """Look again in a while; if that was said before, at the earlier of both."""
        loop = asyncio.get_running_loop()
        if self._alarm is not None and self._alarm.when() <= loop.time() + seconds:
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = loop.call_later(seconds, self._ring)

    def _ring(self) -> None:
        """Wake workers who were not woken, or give the connection back if nobody needs it."""
        self._alarm = None
        unneeded = asyncio.get_running_loop().time() - self._last
        if self._unwoken:
            self._begin()
        elif self._task is None and unneeded < HELD:
            self._ring_in(HELD - unneeded)
        elif self._task is None:
            self._database.close()

    async def _run(self) -> None:
        """Keep, and wake who works it out, until nothing is to be done at once."""
        while self._waiting or self._must_wake():
            batch = self._take()
            try:
                if batch:
                    await self._keep(batch)
                if self._must_wake():
                    await self._wake()
            finally:  # Whatever fault of ours ends it, who waits is told.
                _tell(batch, [NotKept(AILING)] * len(batch))

    def _take(self) -> list[_Waiting]:
        """Give what somebody still waits for, of what came first."""
        count = min(len(self._waiting), MOST_TOGETHER)
        batch = [self._waiting.popleft() for _ in range(count)]
        return [one for one in batch if not one.kept.done()]

    def _must_wake(self) -> bool:
        now = asyncio.get_running_loop().time()
        return self._unwoken and now - self._woke >= WAKES_EVERY

    async def _wake(self) -> None:
        """Wake who works it out, after the answer; if that is lost, it is found a little later."""
        self._unwoken, self._woke = False, asyncio.get_running_loop().time()
        with suppress(psycopg.Error):
            await self._database.run("wake")

    async def _keep(self, batch: list[_Waiting]) -> None:
        """Keep it together; if that fails, each alone: one may be what the database can't take.

        If it is the database that is away, all who wait are told at once: each would wait in vain.
        """
        parts = deque([batch])
        while parts:
            part = parts.popleft()
            try:
                numbers = await self._insert_twice([one.arrived for one in part])
            except psycopg.Error as error:
                lost = self._database.lost
                if len(part) > 1 and not lost:
                    parts.extend([one] for one in part)
                    continue
                logger.warning("what comes in can't be kept: %s", type(error).__name__)
                if lost:
                    part += [*(one for some in parts for one in some), *self._waiting]
                    parts.clear()
                    self._waiting.clear()
                _tell(part, [NotKept(AILING)] * len(part))
            else:
                _tell(part, numbers)
                self._unwoken = True

    async def _insert_twice(self, arrived: list[Arrived]) -> list[int | None]:
        """Keep; once more if the connection was lost, since what is kept twice changes nothing."""
        try:
            return await self._insert(arrived)
        except psycopg.OperationalError:
            if not self._database.lost:
                raise
            return await self._insert(arrived)

    async def _insert(self, arrived: list[Arrived]) -> list[int | None]:
        kept = await self._database.run("keep", arrivals.told_of(arrived))
        return arrivals.numbers_of(arrived, [(int(number), key.decode()) for number, key in kept])


def _tell(batch: Sequence[_Waiting], outcomes: Sequence[int | NotKept | None]) -> None:
    for one, outcome in zip(batch, outcomes, strict=True):
        if one.kept.done():
            continue
        if isinstance(outcome, NotKept):
            one.kept.set_exception(outcome)
        else:
            one.kept.set_result(outcome)
