"""Clocks: what is open at a moment, when that changes, and how much lies between two moments.

Hours are written in OpenStreetMap's `opening_hours` syntax, as the wall clock of the process's
zone shows them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate, islice

from dutydesk.kernel.periods import Period, instant, union
from dutydesk.process.rules.calendar import Calendar as Calendar
from dutydesk.process.rules.opening_hours import open_spans

_HORIZON_YEARS = 5


@dataclass(frozen=True)
class Clock:
    """A named way to count time. No `hours` means that it always runs: elapsed time."""

    name: str
    hours: str | None
    calendar: Calendar
    title: str = field(default="", compare=False)

    def is_open(self, at: datetime) -> bool:
        """Say whether the clock runs at `at`."""
        return self.hours is None or self._period_at(at) is not None

    def next_change(self, at: datetime) -> datetime | None:
        """Give the first instant after `at` at which the clock starts or stops.

        None if there is none within 5 years.
        """
        if self.hours is None:
            return None
        year = self._year(at)
        found = _year_of(self.hours, self.calendar, year)
        period = found.period_at(at)
        if period is None:
            return self.next_open(at)
        for later in range(year + 1, year + _HORIZON_YEARS):
            if period.end != found.end:
                return period.end
            found = _year_of(self.hours, self.calendar, later)  # It may go on past the year's end.
            period = found.period_at(period.end)
            if period is None:
                return found.start
        return None

    def next_open(self, at: datetime) -> datetime | None:
        """Give `at` if the clock runs then, else when it next starts, or None within 5 years."""
        if self.is_open(at):
            return at
        return next((period.start for period in self._periods_after(at)), None)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Give how much of this clock lies in [start, end); negative if they are swapped."""
        if end < start:
            return -self.between(end, start)
        if self.hours is None:
            return end - start
        total = timedelta()
        for year in range(self._year(start), self._year(end) + 1):
            total += _year_of(self.hours, self.calendar, year).within(start, end)
        return total

    def after(self, start: datetime, amount: timedelta) -> datetime | None:
        """Give the first instant by which this clock has counted `amount` since `start`."""
        if self.hours is None:
            return start + amount
        for period in self.periods_from(start):
            if amount <= period.length:
                return period.start + amount
            amount -= period.length
        return None

    def days_after(self, start: datetime, days: int) -> datetime:
        """Give when this clock stops on the last of so many later local days on which it runs.

        That is `start` if it never runs again.
        """
        first = today = start.astimezone(self.calendar.zone).date()
        closes = start
        for period in self.periods_from(start):
            day = period.start.astimezone(self.calendar.zone).date()
            if day == first:
                continue
            if day != today:
                if not days:
                    break
                today, days = day, days - 1
            closes = period.end
        return closes

    def periods(self, start: datetime, end: datetime) -> list[Period]:
        """Give the periods in [start, end) in which the clock runs, in order, disjoint."""
        if self.hours is None:
            return [Period(start, end)]
        span = Period(start, end)
        years = range(self._year(start), self._year(end) + 1)
        found = (p for y in years for p in _year_of(self.hours, self.calendar, y).around(span))
        return union(shared for period in found if (shared := period.overlap(span)))

    def periods_from(self, start: datetime) -> Iterator[Period]:
        """Give the open periods from `start` on, disjoint, the first one cut at `start`."""
        held: Period | None = None
        for period in self._periods_after(start):
            if held and held.end == period.start:  # A year's end is none of the clock's.
                held = Period(held.start, period.end)
                continue
            if held:
                yield held
            held = Period(max(period.start, start), period.end)
        if held:
            yield held

    def openings(self, at: datetime, count: int) -> list[Period]:
        """Give the next so many periods in which the clock runs, of those that start after `at`."""
        later = (period for period in self.periods_from(at) if period.start > at)
        return list(islice(later, count))

    def _periods_after(self, start: datetime) -> Iterator[Period]:
        year = self._year(start)
        for later in range(year, year + _HORIZON_YEARS):
            found = _year_of(self.hours or "", self.calendar, later)
            yield from found.periods[found.first_after(start) :]

    def _period_at(self, at: datetime) -> Period | None:
        return _year_of(self.hours or "", self.calendar, self._year(at)).period_at(at)

    def _year(self, at: datetime) -> int:
        return at.astimezone(self.calendar.zone).year


@dataclass(frozen=True)
class _Year:
    """A clock's open periods in one local year, with what had been counted before each."""

    start: datetime
    end: datetime
    periods: tuple[Period, ...]
    starts: tuple[datetime, ...]
    counted: tuple[timedelta, ...]

    def period_at(self, at: datetime) -> Period | None:
        index = bisect_right(self.starts, at) - 1
        return self.periods[index] if index >= 0 and at in self.periods[index] else None

    def first_after(self, at: datetime) -> int:
        """Give which period is the first that ends after `at`."""
        index = bisect_right(self.starts, at)
        return index - 1 if index and self.periods[index - 1].end > at else index

    def around(self, span: Period) -> tuple[Period, ...]:
        """Give the periods that may share something with `span`."""
        return self.periods[self.first_after(span.start) : bisect_left(self.starts, span.end)]

    def within(self, start: datetime, end: datetime) -> timedelta:
        return self._counted_by(end) - self._counted_by(start)

    def _counted_by(self, at: datetime) -> timedelta:
        index = bisect_right(self.starts, at) - 1
        if index < 0:
            return timedelta()
        period = self.periods[index]
        return self.counted[index] + (min(at, period.end) - period.start)


@lru_cache(maxsize=512)
def _year_of(hours: str, calendar: Calendar, year: int) -> _Year:
    """Work out one local year; nothing of it lies outside the year, so years add up."""
    first, last = date(year, 1, 1), date(year + 1, 1, 1)
    periods = union(
        Period(instant(begins, calendar.zone), instant(ends, calendar.zone, last=True))
        for begins, ends in open_spans(hours, first, last, calendar.is_holiday)
    )
    start, end = (instant(datetime.combine(day, time()), calendar.zone) for day in (first, last))
    lengths = accumulate((p.length for p in periods), initial=timedelta())
    return _Year(start, end, tuple(periods), tuple(p.start for p in periods), tuple(lengths))
