"""Weekly windows of time, such as Monday to Friday 20:00 to 08:00."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period, instant, union

DAY = timedelta(days=1)
_LOOK = timedelta(days=15)
EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True)
class Window:
    """From `start` to `end` on these weekdays (0 is Monday), by the wall clock.

    One that ends no later than it starts ends on the next day, and belongs to the day on which
    it starts. An end that the clock shows twice is the last showing.
    """

    days: frozenset[int]
    start: time
    end: time

    def on(self, day: date, zone: ZoneInfo) -> Period | None:
        """Give the period that starts on `day`; None if none does."""
        if day.weekday() not in self.days:
            return None
        until = day if self.start < self.end else day + DAY
        begin = instant(datetime.combine(day, self.start), zone)
        finish = instant(datetime.combine(until, self.end), zone, last=True)
        return Period(begin, finish) if begin < finish else None


def open_in(windows: Iterable[Window], span: Period, zone: ZoneInfo) -> list[Period]:
    """Give the time in `span` that lies in any window, as disjoint periods in order."""
    return [
        shared
        for period in whole_in(windows, span, zone)
        if (shared := period.overlap(span)) is not None
    ]


def whole_in(windows: Iterable[Window], span: Period, zone: ZoneInfo) -> list[Period]:
    """Give the windows that reach into `span`, whole where their days touch it, joined."""
    first = span.start.astimezone(zone).date() - DAY
    days = (span.end.astimezone(zone).date() - first).days + 1
    dates = [first + number * DAY for number in range(days)]
    found = (window.on(day, zone) for window in windows for day in dates)
    return union(period for period in found if period is not None)


@dataclass(frozen=True)
class Stretch:
    """A window as it runs on. Without `start` it was always open, without `end` it always is."""

    start: datetime | None
    end: datetime | None


def current_or_next(windows: Iterable[Window], at: datetime, zone: ZoneInfo) -> Stretch | None:
    """Give the window that `at` lies in, or else the next one; None if none ever opens.

    Windows that touch are one; those that leave nothing out have neither a start nor an end.
    """
    span = Period(at - _LOOK, at + _LOOK)
    found = next((period for period in whole_in(windows, span, zone) if period.end > at), None)
    if found is None:
        return None
    return Stretch(
        None if found.start <= span.start else found.start,
        None if found.end >= span.end else found.end,
    )
