"""What a process remembers of the database, so that it answers at once, and while that is away."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from django.db import Error as DatabaseTrouble
from django.db import OperationalError, connection

from dutydesk.database import rows
from dutydesk.kernel.refusals import Refused
from dutydesk.web.live import listener

logger = logging.getLogger(__name__)
T = TypeVar("T")

FRESH = 1.0  # Seconds for which what is known is trusted without asking the database.
PATIENCE = 0.1  # Seconds for which a request waits for the database before it does without.
FIRST_PATIENCE = 3.0  # Seconds for which a new process waits for it before it takes requests.


class Remembered(Generic[T]):
    """What a look at the database found, in this process's memory, as new as the database tells.

    It hears of changes as they are committed, looks for itself after `fresh` seconds at most when
    it is asked, and answers from what it last saw while the database is away.
    """

    def __init__(
        self, look: Callable[[], T], *, name: str, marks: tuple[str, ...], fresh: float = FRESH
    ) -> None:
        """Know nothing until the first look; `marks`: how subjects that concern it begin."""
        self._look, self._name, self._marks, self._fresh = look, name, marks, fresh
        self._found: T | None = None
        self._thread = ThreadPoolExecutor(1, name)
        self._task: asyncio.Task[None] | None = None
        self._ear: asyncio.Task[None] | None = None
        self._begun = self._looked = self._seen = float("-inf")
        self._again = False

    async def begin(self) -> None:
        """Look before the first question, so that a new process knows what the last one knew.

        A database that is away keeps nobody waiting for longer than FIRST_PATIENCE.
        """
        self._listen()
        await asyncio.wait({self._refresh()}, timeout=FIRST_PATIENCE)

    async def now(self) -> T | None:
        """Give how everything stands; None if the database was never there."""
        loop = asyncio.get_running_loop()
        self._listen()
        if loop.time() - self._looked > self._fresh:
            task = self._refresh()
            left = self._begun + PATIENCE - loop.time()
            if left > 0:
                await asyncio.wait({task}, timeout=left)
        return self._found

    @property
    def age(self) -> float:
        """Give for how many seconds nothing newer was seen than what is known."""
        return asyncio.get_running_loop().time() - self._seen

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
                self._found, self._seen = found, begun
            self._looked = begun if found is not None else loop.time()
            if not self._again:
                return

    def _ask(self) -> T | None:
        """Ask the database; once more if the connection was lost meanwhile."""
        try:
            try:
                return self._look()
            except OperationalError:
                connection.close()
                return self._look()
        except (DatabaseTrouble, Refused) as trouble:
            connection.close()
            logger.warning(
                "the %s goes by what it last saw: %s", self._name, type(trouble).__name__
            )
            return None
        finally:
            rows.give_back()

    async def _hear(self) -> None:
        """Look again whenever something is committed that may concern it."""
        queue = listener.join()
        try:
            while True:
                subject = await queue.get()
                if subject == "*" or subject.startswith(self._marks):
                    self._again = True
                    self._refresh()
        finally:
            listener.leave(queue)
