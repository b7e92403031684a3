"""The durable core's way with what may hang: threads of its own instead of jobs.

A worker's dispatcher looks for what is due when it is woken, and makes each try in a thread.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import ClassVar

from django.db.models import Case, F, When

from dutydesk.database import notifications
from dutydesk.database.durable import Now, WorkKind
from dutydesk.database.owed_row import Row


class ThreadedKind(WorkKind[Row]):
    """Work that a worker does in so many `threads` of its own, and no job does.

    All others would wait for what hangs.
    """

    threads: ClassVar[int]

    def owe_all(self, numbers: list[int]) -> None:
        """Wake the workers once this transaction, which lets rows owe something, is committed."""
        if numbers:
            notifications.wake(self.name)

    def nearest(
        self, count: int, under_way: Sequence[int], at: datetime
    ) -> list[tuple[int, datetime | None]]:
        """Give what comes first of what is owed and not under way, and when each is due.

        None for what is due now.
        """
        later = Case(When(self.is_due(at), then=None), default=F("due_at"))
        owed = self.owed().exclude(pk__in=under_way).annotate(later=later)
        order = [F(name).asc(nulls_first=True) for name in ("later", "due_at")]
        return list(owed.order_by(*order, "pk").values_list("pk", "later")[:count])

    def take_up(self, numbers: Sequence[int], now: Now) -> dict[int, Callable[[], object]]:
        """Give the try of each of these rows, to be made in a thread of its own."""
        return {number: partial(self.attempt, number, now) for number in numbers}

    def note(self, now: Now) -> None:
        """Note what became of tries that have ended, if they don't do so themselves."""
