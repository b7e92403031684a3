"""Local days in a row: which of those asked for are tallied, and which are left."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period, midnight

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class DaySpan:
    """The days from `first` to before `until`."""

    first: date
    until: date

    @property
    def days(self) -> int:
        """Give how many days it has."""
        return (self.until - self.first).days

    def __iter__(self) -> Iterator[date]:
        """Give each of its days."""
        return (self.first + place * DAY for place in range(self.days))

    def period(self, zone: ZoneInfo) -> Period:
        """Give it as instants, half-open."""
        return Period(midnight(self.first, zone), midnight(self.until, zone))


def parts_back(period: Period) -> Iterator[Period]:
    """Cut a time into parts, the last first, each longer than the one after it.

    Whoever reads the newest few things of years, newest first, is done with the first part.
    """
    end, wide = period.end, 30 * DAY
    while end > period.start:
        start = max(period.start, end - wide)
        yield Period(start, end)
        end, wide = start, 2 * wide


def span_of(period: Period, zone: ZoneInfo) -> DaySpan:
    """Give the local days of a period that begins and ends at midnight."""
    return DaySpan(period.start.astimezone(zone).date(), period.end.astimezone(zone).date())


def days_of(period: Period, zone: ZoneInfo) -> DaySpan:
    """Give the local days that a period has any of."""
    last = period.end - timedelta(microseconds=1)
    return DaySpan(period.start.astimezone(zone).date(), last.astimezone(zone).date() + DAY)


def shared(spans: Iterable[DaySpan], asked: DaySpan) -> list[DaySpan]:
    """Give the parts of spans, which rise and are disjoint, that lie in the one asked for."""
    cut = (DaySpan(max(one.first, asked.first), min(one.until, asked.until)) for one in spans)
    return [one for one in cut if one.first < one.until]


def left_of(asked: DaySpan, spans: Iterable[DaySpan]) -> list[DaySpan]:
    """Give what is left of a span without these, which rise and are disjoint."""
    left, day = [], asked.first
    for one in shared(spans, asked):
        if day < one.first:
            left.append(DaySpan(day, one.first))
        day = one.until
    return [*left, DaySpan(day, asked.until)] if day < asked.until else left


def cut_at(span: DaySpan, edges: Iterable[date]) -> list[DaySpan]:
    """Cut a span at those of these days, which rise, that lie in it."""
    days = [span.first, *(one for one in edges if span.first < one < span.until), span.until]
    return [DaySpan(first, until) for first, until in pairwise(days)]


def whole_months(spans: Iterable[DaySpan]) -> list[DaySpan]:
    """Give the parts of spans that are made of whole months."""
    cut = (DaySpan(_month_from(one.first), one.until.replace(day=1)) for one in spans)
    return [one for one in cut if one.first < one.until]


def month_of(day: date) -> DaySpan:
    """Give the whole month that a day lies in."""
    first = day.replace(day=1)
    return DaySpan(first, _month_from(first + DAY))


def _month_from(day: date) -> date:
    """Give the first day of the first month that begins on that day or later."""
    return day if day.day == 1 else (day.replace(day=1) + 32 * DAY).replace(day=1)
