"""Doing one kind of work in threads of its own, beside a worker's jobs: woken, not by the clock."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from dutydesk.database.durable import WorkKind
from dutydesk.site.rounds import attempt

# What lost its wake-up, and what a dead worker left, is found so much later.
LOOK_EVERY = timedelta(seconds=5)
# However often it is woken, it takes a breath between two looks.
BREATH = timedelta(milliseconds=20)


class Dispatcher(threading.Thread):
    """Tries what rows of one kind owe as soon as they may be tried, each in a thread of its own.

    One that hangs keeps its thread; the others have theirs. `woken` is set once something is owed.
    """

    def __init__(self, work: WorkKind[Any], now: Callable[[], datetime]) -> None:
        """Do this work by that clock."""
        super().__init__(name=work.name, daemon=True)
        self._work, self._now = work, now
        self._under_way: set[int] = set()
        self._stopping = threading.Event()
        self.woken = threading.Event()

    def stop(self) -> None:
        """Begin nothing more. What is under way is not waited for."""
        self._stopping.set()
        self.woken.set()

    def run(self) -> None:
        """Work until stopped."""
        while not self._stopping.is_set():
            wait = attempt(self.name, self._look, LOOK_EVERY)
            connection.close()
            self._stopping.wait(BREATH.total_seconds())
            self.woken.wait(wait.total_seconds())
            self.woken.clear()

    def _look(self) -> timedelta:
        """Begin what is due, as far as threads are free; give how long the next can wait."""
        at, wait = self._now(), LOOK_EVERY
        owed = self._work.owed().order_by("due_at", "pk").values_list("pk", "due_at")
        for number, due_at in owed:
            if due_at is not None and due_at > at:
                wait = min(wait, due_at - at)
            elif number not in self._under_way and len(self._under_way) < self._work.threads:
                self._begin(number)
        return wait

    def _begin(self, number: int) -> None:
        self._under_way.add(number)
        name = f"{self._work.name} {number}"
        try:
            threading.Thread(target=self._try, args=[number], name=name, daemon=True).start()
        except RuntimeError:  # There are no more threads just now.
            self._under_way.discard(number)
            raise

    def _try(self, number: int) -> None:
        """Make one try, and have it looked at what comes next."""
        try:
            attempt(self.name, lambda: self._work.attempt(number, self._now), False)
        finally:
            connection.close()
            self._under_way.discard(number)
            self.woken.set()
