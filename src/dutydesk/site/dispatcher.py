"""Doing one kind of work in threads of its own, beside a worker's jobs: woken, not by the clock."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection

from dutydesk.database.threaded import ThreadedKind
from dutydesk.site.rounds import attempt, nap

# What lost its wake-up, and what a dead worker left, is found so much later.
LOOK_EVERY = timedelta(seconds=5)
# However often it is woken, it takes a breath between two looks.
BREATH = timedelta(milliseconds=10)
# Seconds that what is under way has to end in when all of it stops.
LAST_WORDS = 3.5


class Dispatcher(threading.Thread):
    """Tries what rows of one kind owe as soon as they may be tried, each in a thread of its own.

    One that hangs keeps its thread; the others have theirs. `woken` is set once something is owed.
    """

    def __init__(
        self, work: ThreadedKind[Any], now: Callable[[], datetime], *, moved: bool = True
    ) -> None:
        """Do this work by that clock, which may be `moved` meanwhile."""
        super().__init__(name=work.name, daemon=True)
        self._work, self._now, self._moved = work, now, moved
        self._under_way: dict[int, threading.Thread] = {}
        self._stopping = threading.Event()
        self.woken = threading.Event()

    def stop(self) -> None:
        """Begin nothing more; wait a moment for what is under way."""
        self._stopping.set()
        self.woken.set()
        self.join(timeout=2 * LAST_WORDS)

    def run(self) -> None:
        """Work until stopped."""
        while not self._stopping.is_set():
            if not attempt(self.name, self._round, False):
                self.woken.wait(LOOK_EVERY.total_seconds())
            self.woken.clear()
        self._end()

    def _round(self) -> bool:
        """Look once, and sleep until the next look is due by the desk's clock, or it is woken."""
        at = self._now()
        wait = self._look(at)
        connection.close()
        self._stopping.wait(BREATH.total_seconds())
        nap(at, wait, self._now, self.woken, moved=self._moved)
        return True

    def _end(self) -> None:
        """Let what is under way end if it does so soon; what doesn't is tried again by others."""
        until = time.monotonic() + LAST_WORDS
        for each in list(self._under_way.values()):
            each.join(max(0.0, until - time.monotonic()))
        attempt(self.name, partial(self._work.note, self._now), None)
        connection.close()

    def _look(self, at: datetime) -> timedelta:
        """Begin what is due, as far as threads are free; give how long the next can wait."""
        self._work.note(self._now)
        free = self._work.threads - len(self._under_way)
        if free <= 0:
            return LOOK_EVERY  # The thread that ends first has it looked again.
        near = self._work.nearest(free + 1, list(self._under_way), at)
        due = [number for number, due_at in near if due_at is None or due_at <= at]
        for number, make in self._work.take_up(due[:free], self._now).items():
            self._begin(number, make)
        waits: list[timedelta] = [due_at - at for _, due_at in near if due_at and due_at > at]
        return min([LOOK_EVERY, *waits])

    def _begin(self, number: int, make: Callable[[], object]) -> None:
        name = f"{self._work.name} {number}"
        thread = threading.Thread(target=self._try, args=[number, make], name=name, daemon=True)
        self._under_way[number] = thread
        try:
            thread.start()
        except RuntimeError:  # There are no more threads just now: this one does it.
            self._try(number, make)

    def _try(self, number: int, make: Callable[[], object]) -> None:
        """Make one try, and have it looked at what comes next."""
        try:
            attempt(self.name, make, None)
        finally:
            connection.close()
            self._under_way.pop(number, None)
            self.woken.set()
