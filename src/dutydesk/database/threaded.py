"""The durable core's way with what may hang: threads of its own instead of jobs.

A worker's dispatcher looks for what is due when it is woken, and makes each try in a thread.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import ClassVar

from django.db.models import OrderBy

from dutydesk.database import notifications
from dutydesk.database.durable import Now, Row, WorkKind


class ThreadedKind(WorkKind[Row]):
    """Work that a worker does in so many `threads` of its own, and no job does.

    All others would wait for what hangs. `order`: in which they take what is due.
    """

    threads: ClassVar[int]
    order: ClassVar[tuple[str | OrderBy, ...]] = ("due_at", "pk")

    def owe_all(self, numbers: list[int]) -> None:
        """Wake the workers once this transaction, which lets rows owe something, is committed."""
        if numbers:
            notifications.wake(self.name)

    def nearest(self, count: int, under_way: Sequence[int]) -> list[tuple[int, datetime | None]]:
        """Give what comes first of what is owed and not under way, and when each is due."""
        owed = self.owed().exclude(pk__in=under_way).order_by(*self.order)
        return list(owed.values_list("pk", "due_at")[:count])

    def take_up(self, numbers: Sequence[int], now: Now) -> dict[int, Callable[[], object]]:
        """Give the try of each of these rows, to be made in a thread of its own."""
        return {number: partial(self.attempt, number, now) for number in numbers}

    def note(self, now: Now) -> None:
        """Note what became of tries that have ended, if they don't do so themselves."""
