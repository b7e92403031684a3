"""A month of planned work, as a page shows it: day by day, in whole weeks."""

from calendar import Calendar as Weeks
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period, instant
from dutydesk.process.rules.calendar import Calendar

_DAY = timedelta(days=1)
_WEEKS = Weeks()  # From Monday on.


@dataclass(frozen=True, slots=True)
class Work:
    """Planned work as it stands in the calendar.

    `number` is the announcement's, or that of the series if it is `to_come` of one, and not
    announced yet. `state` is as the announcement has it.
    """

    number: int
    title: str
    services: str
    window: Period
    state: str
    overruns: bool = False
    to_come: bool = False


@dataclass(frozen=True, slots=True)
class WorkDay:
    """A day, and what is on it: each with the times that it has on this day."""

    day: date
    inside: bool
    today: bool
    holiday: str
    work: Sequence[tuple[Work, str]]


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday to Sunday, and its days that have something."""

    first: date
    weeks: Sequence[Sequence[WorkDay]]

    @property
    def before(self) -> date:
        """Give the first day of the month before."""
        return (self.first - _DAY).replace(day=1)

    @property
    def after(self) -> date:
        """Give the first day of the month after."""
        return (self.first + 31 * _DAY).replace(day=1)

    @property
    def agenda(self) -> Sequence[WorkDay]:
        """Give the days of the month that have work or are public holidays, in order."""
        days = (day for week in self.weeks for day in week)
        return [day for day in days if day.inside and (day.work or day.holiday)]


def span(first: date, zone: ZoneInfo) -> Period:
    """Give the time that the weeks of the month that begins on `first` show."""
    days = [day for week in _WEEKS.monthdatescalendar(first.year, first.month) for day in week]
    return Period(_midnight(days[0], zone), _midnight(days[-1] + _DAY, zone))


def by_day(work: Iterable[Work], zone: ZoneInfo) -> Mapping[date, Sequence[Work]]:
    """Give the work of each day that has some, first to begin first."""
    found: dict[date, list[Work]] = {}
    for one in sorted(work, key=lambda each: (each.window.start, each.title)):
        day = one.window.start.astimezone(zone).date()
        while _midnight(day, zone) < one.window.end:
            found.setdefault(day, []).append(one)
            day += _DAY
    return found


def month(first: date, work: Iterable[Work], calendar: Calendar, today: date) -> Month:
    """Give the month that begins on `first`."""
    on = by_day(work, calendar.zone)
    weeks = [
        [
            WorkDay(
                day=day,
                inside=day.month == first.month,
                today=day == today,
                holiday=calendar.holidays(day.year).get(day, ""),
                work=[(one, _times(one.window, day, calendar.zone)) for one in on.get(day, ())],
            )
            for day in week
        ]
        for week in _WEEKS.monthdatescalendar(first.year, first.month)
    ]
    return Month(first, weeks)


def _times(window: Period, day: date, zone: ZoneInfo) -> str:
    """Give the times that work has on a day: “07:00 to 08:00”, “from 22:00”, “all day”."""
    start, end = (each.astimezone(zone) for each in (window.start, window.end))
    begins, ends = start.date() == day, window.end <= _midnight(day + _DAY, zone)
    if begins and ends:
        return f"{start:%H:%M} to {end:%H:%M}"
    if begins:
        return f"from {start:%H:%M}"
    return f"until {end:%H:%M}" if ends else "all day"


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return instant(datetime.combine(day, time()), zone)
