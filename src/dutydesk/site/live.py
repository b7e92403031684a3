"""Telling open screens what changed, by server-sent events."""

import asyncio
import logging
from collections.abc import AsyncIterator

import psycopg
from django.db import connections
from django.http import HttpRequest, StreamingHttpResponse

from dutydesk.journal.flows import LIVE_CHANNEL
from dutydesk.site.screens import rule

logger = logging.getLogger(__name__)
BEAT = 15.0
AGAIN = 2.0
WAITING = 200


class Listener:
    """One database connection that hears of changes, for all the screens of this process."""

    def __init__(self) -> None:
        """Hear nothing yet."""
        self._screens: set[asyncio.Queue[str]] = set()
        self._task: asyncio.Task[None] | None = None

    def join(self) -> asyncio.Queue[str]:
        """Give a queue of the subjects that change from now on."""
        queue: asyncio.Queue[str] = asyncio.Queue(WAITING)
        self._screens.add(queue)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._listen())
        return queue

    def leave(self, queue: asyncio.Queue[str]) -> None:
        """Hear no more; without any screen the connection is given back."""
        self._screens.discard(queue)
        if not self._screens and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _listen(self) -> None:
        parameters = connections["default"].get_connection_params()
        for ours in ("cursor_factory", "context", "prepare_threshold", "pool"):
            parameters.pop(ours, None)
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(**parameters, autocommit=True)
                async with connection:
                    await connection.execute(f"LISTEN {LIVE_CHANNEL}")
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


@rule("anyone")
async def live(request: HttpRequest) -> StreamingHttpResponse:
    """Send the name of each subject that changes, of those asked for as `?about=a,b`."""
    wanted = frozenset(request.GET.get("about", "").split(","))
    response = StreamingHttpResponse(_events(wanted), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


async def _events(wanted: frozenset[str]) -> AsyncIterator[str]:
    queue = listener.join()
    try:
        yield "retry: 2000\n\n"
        while True:
            try:
                subject = await asyncio.wait_for(queue.get(), BEAT)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if subject == "*" or subject in wanted or "any" in wanted:
                yield f"data: {subject}\n\n"
    finally:
        listener.leave(queue)
