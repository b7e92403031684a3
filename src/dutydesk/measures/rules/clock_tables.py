"""A clock as a table of offsets: how much it has counted by any moment is then one look-up.

For a moment, take the last opening at or before it: it has counted `moment + shift`, or `most` if
that is less, since the clock stood still after that opening's end. Two such numbers differ by what
the clock counts between them, however many days lie between.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from dutydesk.process.rules.hours import Clock


@dataclass(frozen=True)
class ClockTable:
    """The openings of a clock in seconds of the epoch; the first stands for all time before."""

    opens: tuple[float, ...]
    shift: tuple[float, ...]
    most: tuple[float, ...]

    def counted(self, moment: float) -> float:
        """Give how much the clock has counted by a moment, in seconds."""
        place = max(bisect_right(self.opens, moment) - 1, 0)
        return min(moment + self.shift[place], self.most[place])

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Give how much the clock counts from start to end."""
        return timedelta(seconds=self.counted(end.timestamp()) - self.counted(start.timestamp()))


@lru_cache(maxsize=32)
def clock_table(clock: Clock, first_year: int, last_year: int) -> ClockTable:
    """Give the table of a clock for these years, with a day to spare at both ends."""
    start = datetime(first_year, 1, 1, tzinfo=UTC) - timedelta(days=1)
    end = datetime(last_year + 1, 1, 1, tzinfo=UTC) + timedelta(days=1)
    opens, shift, most = [0.0], [0.0], [0.0]
    counted = 0.0
    for period in clock.periods(start, end):
        begins = period.start.timestamp()
        opens.append(begins)
        shift.append(counted - begins)
        counted += period.length.total_seconds()
        most.append(counted)
    return ClockTable(tuple(opens), tuple(shift), tuple(most))


def years_of(moments: Sequence[datetime]) -> tuple[int, int]:
    """Give the first and the last year in which these lie."""
    return min(m.year for m in moments), max(m.year for m in moments)
