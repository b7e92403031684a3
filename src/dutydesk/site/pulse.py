"""Whether the database answers, and doors that say within a second that it doesn't."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import psycopg
from django.db import Error as DatabaseTrouble

from dutydesk.alarms.rules import events
from dutydesk.database.postgresql import outside_pool
from dutydesk.web.doors import JSON, PLAIN, Door, Event, Headers, Receive, Scope, Send, answer

logger = logging.getLogger(__name__)
GRACE = 0.25  # Seconds for which an answer may take its time before anybody asks why.
PATIENCE = 0.5  # Seconds within which the database has to say a word.
SLICE = 0.05  # Seconds at a time of it; where the machine makes one longer, all are longer.
FRESH = 0.5  # Seconds for which that it answered is taken for granted.
AGAIN: Headers = ((b"retry-after", b"1"),)
AWAY = b"The desk's database doesn't answer. Try again in a moment.\n"
Refuse = Callable[[Scope, Send], Awaitable[None]]


async def ask() -> None:
    """Ask the database for a word, on a connection of its own. Raises psycopg.Error."""
    parameters = {**outside_pool(), "connect_timeout": 2}
    connection = await psycopg.AsyncConnection.connect(**parameters, autocommit=True)
    async with connection:
        await connection.execute("SELECT 1")


class Pulse:
    """Says whether the database answers. It is asked while somebody waits, and else left alone."""

    def __init__(self, ask: Callable[[], Awaitable[None]] = ask) -> None:
        """Take for granted that it answers, until somebody waits in vain."""
        self._ask = ask
        self._asking: asyncio.Task[bool] | None = None
        self._felt = float("-inf")
        self.lost = False

    async def beats(self) -> bool:
        """Say whether it answers within PATIENCE. Who asks at the same time shares one question.

        A question that was under way already may be answered with what is over by now. A machine
        that is so busy that this process waits for its turn gives the database as much longer.
        """
        loop = asyncio.get_running_loop()
        if not self.lost and loop.time() - self._felt < FRESH:
            return True
        slices, mine = round(PATIENCE / SLICE), False
        while not mine and slices > 0:
            mine = self._asking is None or self._asking.done()
            if self._asking is None or mine:
                self._asking = loop.create_task(self._feel())
            while slices > 0 and not self._asking.done():
                await asyncio.wait({self._asking}, timeout=SLICE)
                slices -= 1
            if self._asking.done() and self._asking.result():
                return True
        self._tell(lost=True)
        return False

    async def _feel(self) -> bool:
        try:
            await self._ask()
        except (psycopg.Error, OSError):
            return False
        self._felt = asyncio.get_running_loop().time()
        self._tell(lost=False)
        return True

    def _tell(self, *, lost: bool) -> None:
        if lost != self.lost:
            logger.warning("the database %s", "doesn't answer" if lost else "answers again")
        self.lost = lost


async def refuse(scope: Scope, send: Send) -> None:
    """Say that nothing can be done now: 503, which every sender takes as a reason to try again."""
    await answer(send, 503, AWAY, (*PLAIN, *AGAIN))


async def refuse_event(scope: Scope, send: Send) -> None:
    """Say so to senders of events: by 429, which theirs is told to repeat."""
    await answer(send, 429, events.too_many(), (*JSON, *AGAIN))


class _Answering:
    """Passes on what an application answers, as long as nobody else has answered."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.closed = False
        self.begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def send(self, event: Event) -> None:
        if self.closed:
            return
        if not self.begun.done():
            self.begun.set_result(None)
        await self._send(event)


class Prompt:
    """Lets an application take its time as long as the database answers, and no longer.

    Once it was found to be away, each request asks first, and none begins what it can't end. What
    was begun may still come to be, which is as if the answer had been lost on its way.
    """

    def __init__(
        self,
        app: Door,
        pulse: Pulse,
        refuse: Refuse = refuse,
        needs: Callable[[Scope], bool] = lambda scope: True,
    ) -> None:
        """Answer with `refuse` what can't be; what `needs` no database is begun without it."""
        self._app, self._pulse, self._refuse, self._needs = app, pulse, refuse, needs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._pulse.lost and self._needs(scope) and not await self._pulse.beats():
            return await self._refuse(scope, send)
        answering = _Answering(send)
        task = asyncio.ensure_future(self._app(scope, receive, answering.send))
        try:
            if not await self._begins(task, answering):
                answering.closed = True
                return await self._refuse(scope, send)
            await task
        except (DatabaseTrouble, psycopg.Error) as trouble:
            if answering.begun.done():
                raise
            logger.warning("a request can't be answered now: %s", type(trouble).__name__)
            await self._refuse(scope, send)
        finally:
            task.cancel()

    async def _begins(self, task: "asyncio.Future[None]", answering: _Answering) -> bool:
        """Say whether the answer begins, or the application ends, before the database is away."""
        awaited: set[asyncio.Future[None]] = {task, answering.begun}
        while True:
            done, _ = await asyncio.wait(
                awaited, timeout=GRACE, return_when=asyncio.FIRST_COMPLETED
            )
            if done:
                return True
            beating = asyncio.ensure_future(self._pulse.beats())
            either: set[asyncio.Future[Any]] = {*awaited, beating}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if task.done() or answering.begun.done():
                beating.cancel()
                return True
            if not beating.result():
                return False


def to_its_end(django: Callable[..., Awaitable[None]]) -> Door:
    """Let Django end what it began, though nobody waits: else it gives its connection never back.

    Source: django.core.handlers.asgi, which sends `request_finished` at the end only.
    """
    under_way: set[asyncio.Future[None]] = set()

    async def go(scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.ensure_future(django(scope, receive, send))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
        with suppress(asyncio.CancelledError):
            await asyncio.shield(task)

    return go
