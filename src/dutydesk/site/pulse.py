"""Whether the database answers, and doors that say within a second that it doesn't."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

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


class _Request:
    """A request that is under way, until its answer begins or nobody waits for it any more."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._task = asyncio.current_task()
        self.begun = self.given_up = self.over = False

    def is_waited_for(self) -> bool:
        """Say whether its answer is still to begin."""
        return not (self.begun or self.over)

    async def send(self, event: Event) -> None:
        """Pass on what is answered, unless that comes too late."""
        if not self.given_up:
            self.begun = True
            await self._send(event)

    def give_up(self) -> None:
        """Take it from whoever works on it."""
        assert self._task is not None
        self.given_up = True
        self._task.cancel()

    def was_cancelled(self) -> bool:
        """Say whether it was that which cancelled its task, which then goes on."""
        return self.given_up and self._task is not None and self._task.uncancel() == 0


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
        self._watched: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._pulse.lost and self._needs(scope) and not await self._pulse.beats():
            return await self._refuse(scope, send)
        request = _Request(send)
        timer = asyncio.get_running_loop().call_later(GRACE, self._watch, request)
        try:
            await self._app(scope, receive, request.send)
        except asyncio.CancelledError:
            if not request.was_cancelled():
                raise
        except (DatabaseTrouble, psycopg.Error) as trouble:
            if request.begun:
                raise
            logger.warning("a request can't be answered now: %s", type(trouble).__name__)
            request.given_up = True
        finally:
            request.over = True
            timer.cancel()
        if request.given_up:
            await self._refuse(scope, send)

    def _watch(self, request: _Request) -> None:
        """Ask why a request isn't answered yet; it is one of few, so that may cost a task."""
        if not request.is_waited_for():
            return
        task = asyncio.get_running_loop().create_task(self._see(request))
        self._watched.add(task)
        task.add_done_callback(self._watched.discard)

    async def _see(self, request: _Request) -> None:
        """Give up a request whose answer has not begun when the database is away."""
        while request.is_waited_for():
            if not await self._pulse.beats() and request.is_waited_for():
                return request.give_up()
            await asyncio.sleep(GRACE)


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
