"""Who is called next about a page, and until when a page waits."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from dutydesk.process.rules.model import Duty, Process
from dutydesk.rota.rules.duty import OnDuty

Line = tuple[tuple[int, ...], bool]


def order_of(on_duty: Iterable[OnDuty]) -> tuple[int, ...]:
    """Give the engineers to call, in order, each once. Clauses hours.overlap, oncall.escalate."""
    return tuple(dict.fromkeys(duty.engineer for duty in on_duty if duty.engineer is not None))


def next_called(order: tuple[int, ...], called: Collection[int]) -> tuple[int | None, bool]:
    """Give who is called now, and whether that begins the next round; None if there is nobody.

    `called`: who was called in this round already.
    """
    for engineer in order:
        if engineer not in called:
            return engineer, False
    return (order[0], True) if order else (None, False)


def duties_of_all(wishes: Sequence[Sequence[Duty]], order: Sequence[Duty]) -> tuple[Duty, ...]:
    """Give the duties that one page calls for several that wish each for theirs: all, each once.

    Those of the first come first. `order`: those that the process calls, which an empty wish is
    for; so is what is given, if it is empty.
    """
    found = tuple(dict.fromkeys(duty for wish in wishes for duty in (wish or order)))
    return () if found == tuple(order) else found


class CallTally:
    """Counts what came for one person just before, to tell a storm from a bad minute."""

    def __init__(self, more_than: int) -> None:
        """Call more than so many alarms within the process's time a storm."""
        self._more_than = more_than
        self._services: set[int | None] = set()
        self._count = 0

    def came(self, service: int | None, count: int = 1) -> None:
        """Count what came about a service."""
        self._services.add(service)
        self._count += count

    def joins(self, service: int | None) -> bool:
        """Count one more, and say whether it joins the others rather than paging by itself.

        The first of each service keeps its place, however hard it storms.
        """
        storming = self._count >= self._more_than and service in self._services
        self.came(service)
        return storming


def covered_from(process: Process, at: datetime, next_shift: datetime | None) -> datetime | None:
    """Give the next moment after `at` at which somebody might be covering.

    That is when a clock that promises somebody opens, or when the next shift starts in one that
    is open. None if the process never promises anybody. Clause hours.closed.
    """
    moments: list[datetime] = []
    for name in ("working", "on_call"):
        clock = process.clock(name)
        if clock.is_open(at):
            if next_shift is not None and clock.is_open(next_shift):
                moments.append(next_shift)
            closes = clock.next_change(at)
            opens = clock.next_open(closes) if closes else None
        else:
            opens = clock.next_open(at)
        if opens is not None:
            moments.append(opens)
    return min(moments, default=None)
