"""Telling open screens what changed, by server-sent events.

Any number of screens may listen: one connection hears for them all, and none of them holds one.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol
from urllib.parse import parse_qs

import psycopg
from django.db import Error as DatabaseTrouble

from dutydesk.database import rows
from dutydesk.database.listener import ListeningConnection
from dutydesk.database.notifications import CHANNEL
from dutydesk.database.postgresql import outside_pool
from dutydesk.web.doors import PLAIN, Headers, Receive, Scope, Send, answer

logger = logging.getLogger(__name__)
BEAT = 15.0  # Seconds after which a screen hears at the latest that it is still heard.
MOMENT = 1.0  # Seconds within which what was told of an account is done.
AGAIN = 2.0
WAITING = 200


class Listener:
    """One database connection that hears of changes, for all the screens of this process."""

    def __init__(self) -> None:
        """Hear nothing yet."""
        self._screens: set[asyncio.Queue[str]] = set()
        self._task: asyncio.Task[None] | None = None
        self.ends = False

    @property
    def listens(self) -> bool:
        """Say whether a connection is held for the screens; it is outside the pool."""
        return self._task is not None and not self._task.done()

    def join(self) -> asyncio.Queue[str]:
        """Give a queue of the subjects that change from now on."""
        queue: asyncio.Queue[str] = asyncio.Queue(WAITING)
        self._screens.add(queue)
        if self.ends:
            queue.put_nowait("*")
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._listen())
        return queue

    def leave(self, queue: asyncio.Queue[str]) -> None:
        """Hear no more; without any screen the connection is given back."""
        self._screens.discard(queue)
        if not self._screens and self._task is not None:
            self._task.cancel()
            self._task = None

    def end(self) -> None:
        """Let every stream end from now on: the server waits for them before it does."""
        self.ends = True
        self._tell("*")

    async def _listen(self) -> None:
        while True:
            try:
                connection = await ListeningConnection.connect(**outside_pool(), autocommit=True)
                async with connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self._tell("*")  # What changed while nobody listened.
                    async for notification in connection.notifies():
                        self._tell(notification.payload)
            except psycopg.Error as error:
                logger.warning("live screens wait for the database: %s", type(error).__name__)
                await asyncio.sleep(AGAIN)

    def _tell(self, subject: str) -> None:
        for queue in self._screens:
            if queue.full():  # A slow screen looks at everything once it can.
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait("*")
            else:
                queue.put_nowait(subject)


listener = Listener()

_HEADERS: Headers = (
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
)
_FIRST = b"retry: 2000\n\n"


async def come_again(scope: Scope, send: Send) -> None:
    """End a stream that can't begin now. A browser comes again after a 200, never after a 503."""
    await answer(send, 200, _FIRST, _HEADERS)


class Sessions(Protocol):
    """Who is signed in, as a stream has to know it."""

    def key_of(self, scope: Scope) -> str:
        """Give the session's key out of a request; "" without one."""
        ...

    def account_of(self, key: str) -> str | None:
        """Give the subject of the account whose session this is; None if it doesn't stand."""
        ...


class Live:
    """The door at `/live`: the name of each subject that changes, of those in `?about=a,b:*`.

    `b:*` stands for all of a kind, and `any` for whatever changes.

    For whoever is signed in, as long as they are: that is looked up at each beat, and soon after
    their account was told of, so that a stream outlives neither its session nor its account.
    """

    def __init__(self, sessions: Sessions, beat: float = BEAT) -> None:
        """Say every `beat` seconds that one is still heard."""
        self._sessions, self._beat = sessions, beat
        self._threads = ThreadPoolExecutor(2, "live")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, until its screen is closed or nobody is signed in on it any more."""
        if scope["method"] != "GET":
            headers = (*PLAIN, (b"allow", b"GET"))
            return await answer(send, 405, b"Screens listen here.\n", headers)
        key = self._sessions.key_of(scope)
        account = await self._account(key)
        if account is None:
            return await answer(send, 401, b"Sign in to hear of changes.\n")
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("about", [""])[-1]
        telling = asyncio.ensure_future(self._tell(send, key, account, frozenset(asked.split(","))))
        leaving = asyncio.ensure_future(_left(receive))
        try:
            await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            telling.cancel()
            leaving.cancel()
            await asyncio.gather(telling, leaving, return_exceptions=True)

    async def _tell(self, send: Send, key: str, account: str, wanted: frozenset[str]) -> None:
        async def say(words: bytes) -> None:
            await send({"type": "http.response.body", "body": words, "more_body": True})

        loop = asyncio.get_running_loop()
        queue, beat = listener.join(), loop.time() + self._beat
        try:
            await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS]})
            await say(_FIRST)
            while True:
                told = await _next(queue, beat - loop.time())
                if listener.ends:
                    break
                if told == account:
                    beat = min(beat, loop.time() + MOMENT)
                if loop.time() >= beat:
                    if not await self._still_signed_in(key):
                        break
                    beat = loop.time() + self._beat
                    await say(b": still here\n\n")
                if told and _concerns(told, wanted):
                    await say(f"data: {told}\n\n".encode())
            await send({"type": "http.response.body", "body": b""})
        finally:
            listener.leave(queue)

    async def _still_signed_in(self, key: str) -> bool:
        """Say whether the session stands; while the database is away nobody is sent away."""
        try:
            return await self._account(key) is not None
        except DatabaseTrouble:
            return True

    async def _account(self, key: str) -> str | None:
        """Give the subject of the account that is signed in, without holding a connection."""
        if not key:
            return None
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._look_up, key)

    def _look_up(self, key: str) -> str | None:
        try:
            return self._sessions.account_of(key)
        finally:
            rows.give_back()


def _concerns(told: str, wanted: frozenset[str]) -> bool:
    """Say whether a screen that shows what is wanted may have changed."""
    if told.startswith("account:"):
        return False
    kind = told.partition(":")[0]
    return told == "*" or not wanted.isdisjoint((told, f"{kind}:*", "any"))


async def _next(queue: asyncio.Queue[str], patience: float) -> str:
    """Give what is told next; "" if nothing is for so many seconds."""
    try:
        return await asyncio.wait_for(queue.get(), max(patience, 0))
    except TimeoutError:
        return ""


async def _left(receive: Receive) -> None:
    """Wait until the screen is closed."""
    while (await receive())["type"] != "http.disconnect":
        pass
