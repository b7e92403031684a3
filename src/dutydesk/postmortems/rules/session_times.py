"""When a group session can be: the earliest time at which everybody needed is at work."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dutydesk.kernel.periods import Period
from dutydesk.process.rules.hours import Clock

_GRID = timedelta(minutes=30)
_AHEAD = timedelta(days=28)

Busy = Mapping[int, Sequence[Period]]
"""When each of those needed can't come, the lead first."""


@dataclass(frozen=True, slots=True)
class SessionTime:
    """A time for the session, and who of those needed can't come then."""

    period: Period
    without: tuple[int, ...] = ()


def earliest(
    clock: Clock, busy: Busy, *, after: datetime, until: datetime, length: timedelta
) -> SessionTime | None:
    """Give the first time after `after` at which all can come; None if the clock never runs.

    If there is none before `until`, that at which the fewest are missing, and above all not the
    lead; if the clock doesn't run so long before then, the first time after it.
    """
    best: SessionTime | None = None
    lead = next(iter(busy), None)
    for period in _slots(clock, after, length):
        if period.end > until and best is not None:
            break
        without = tuple(one for one, times in busy.items() if not _free(times, period))
        if not without:
            return SessionTime(period)
        if best is None or _worse(best.without, lead) > _worse(without, lead):
            best = SessionTime(period, without)
        if period.end > until:
            break
    return best


def _worse(without: Sequence[int], lead: int | None) -> tuple[bool, int]:
    return lead in without, len(without)


def _free(times: Sequence[Period], period: Period) -> bool:
    return not any(one.overlap(period) for one in times)


def _slots(clock: Clock, after: datetime, length: timedelta) -> Iterator[Period]:
    """Give each time of that length on the half hours of the clock's open periods."""
    for opened in clock.periods(after, after + _AHEAD):
        start = on_grid(opened.start)
        while start + length <= opened.end:
            yield Period(start, start + length)
            start += _GRID


def on_grid(at: datetime) -> datetime:
    """Give the next half hour."""
    whole = at.replace(minute=0, second=0, microsecond=0)
    while whole < at:
        whole += _GRID
    return whole
