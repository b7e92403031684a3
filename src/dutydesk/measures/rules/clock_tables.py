"""A clock as a table of days: how much it has counted by any moment is then one look-up.

For each day of UTC it holds what was counted before, and when the clock runs on that day. What a
clock counts between two moments is the difference of two such numbers, however many days lie
between; the database joins the table to as many moments as there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from dutydesk.process.rules.hours import Clock

DAY = 86_400
_EPOCH = date(1970, 1, 1)
Run = tuple[float, float]
"""When the clock starts in a day, in seconds of the epoch, and for how long it runs."""


@dataclass(frozen=True)
class ClockTable:
    """Days of UTC from number `first` on: what was counted before each, and its runs.

    Every day has as many runs as the one with the most; those that it hasn't are 0 seconds long.
    """

    first: int
    before: tuple[float, ...]
    runs: tuple[tuple[Run, ...], ...]

    @property
    def most(self) -> int:
        """Give how many runs a day has."""
        return len(self.runs[0])

    def counted(self, moment: float) -> float:
        """Give how much the clock has counted by a moment, in seconds."""
        place = int(moment // DAY) - self.first
        today = (min(max(moment - starts, 0), length) for starts, length in self.runs[place])
        return self.before[place] + sum(today)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Give how much the clock counts from start to end."""
        return timedelta(seconds=self.counted(end.timestamp()) - self.counted(start.timestamp()))


@lru_cache(maxsize=32)
def clock_table(clock: Clock, first: date, last: date) -> ClockTable:
    """Give the table of a clock for these days of UTC, both within it."""
    begin, end = (datetime(d.year, d.month, d.day, tzinfo=UTC) for d in (first, last))
    number, days = (first - _EPOCH).days, (last - first).days + 1
    runs: list[list[Run]] = [[] for _ in range(days)]
    for period in clock.periods(begin, end + timedelta(days=1)):
        _spread(period.start.timestamp(), period.end.timestamp(), number, runs)
    most = max(1, *(len(day) for day in runs))
    before, counted = [], 0.0
    for day in runs:
        before.append(counted)
        counted += sum(length for _, length in day)
    whole = (tuple([*day, *[(0.0, 0.0)] * (most - len(day))]) for day in runs)
    return ClockTable(number, tuple(before), tuple(whole))


def _spread(starts: float, ends: float, first: int, runs: list[list[Run]]) -> None:
    """Cut what the clock runs at each midnight of UTC, and put it to its day."""
    while starts < ends:
        day = int(starts // DAY)
        until = min(ends, float((day + 1) * DAY))
        runs[day - first].append((starts, until - starts))
        starts = until


def days_of(moments: Sequence[datetime]) -> tuple[date, date]:
    """Give the first and the last day of the years in which these lie."""
    years = [moment.astimezone(UTC).year for moment in moments]
    return date(min(years), 1, 1), date(max(years), 12, 31)
