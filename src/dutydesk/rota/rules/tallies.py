"""How many hours people carry: on weekdays, at weekends, on public holidays, out of hours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dutydesk.kernel.periods import Period, instant, subtract, union
from dutydesk.process.rules.hours import Calendar

_DAY = timedelta(days=1)
NONE = timedelta()


@dataclass(frozen=True)
class Tally:
    """Promised time by the kind of its day, and how much of it is outside working hours."""

    weekday: timedelta = NONE
    weekend: timedelta = NONE
    holiday: timedelta = NONE
    out_of_hours: timedelta = NONE

    @property
    def total(self) -> timedelta:
        """Give all promised time. A public holiday at a weekend counts once, as a holiday."""
        return self.weekday + self.weekend + self.holiday

    def __add__(self, other: "Tally") -> "Tally":
        """Give both together."""
        return Tally(
            self.weekday + other.weekday,
            self.weekend + other.weekend,
            self.holiday + other.holiday,
            self.out_of_hours + other.out_of_hours,
        )


def tally(
    mine: Iterable[Period],
    *,
    promised: Iterable[Period],
    working: Iterable[Period],
    calendar: Calendar,
) -> Tally:
    """Count the promised hours in `mine`: hours that nobody promised count for nothing.

    `promised` and `working` are the open periods of the duty's clock and of the working hours.
    """
    shared = list(_both(union(mine), list(promised)))
    out = subtract(shared, working)
    kinds = {"weekday": NONE, "weekend": NONE, "holiday": NONE}
    for period in shared:
        for day, part in _by_day(period, calendar):
            kinds[_kind(day, calendar)] += part.length
    return Tally(**kinds, out_of_hours=sum((p.length for p in out), NONE))


def _both(some: list[Period], others: list[Period]) -> Iterable[Period]:
    """Give what two ordered lists of disjoint periods share."""
    first = 0
    for period in some:
        while first < len(others) and others[first].end <= period.start:
            first += 1
        for other in others[first:]:
            if other.start >= period.end:
                break
            shared = period.overlap(other)
            if shared is not None:
                yield shared


def _by_day(period: Period, calendar: Calendar) -> Iterable[tuple[date, Period]]:
    day = period.start.astimezone(calendar.zone).date()
    while True:
        starts, ends = (
            instant(datetime.combine(each, time()), calendar.zone) for each in (day, day + _DAY)
        )
        shared = period.overlap(Period(starts, ends))
        if shared is not None:
            yield day, shared
        if ends >= period.end:
            return
        day += _DAY


def _kind(day: date, calendar: Calendar) -> str:
    if day in calendar.holidays(day.year):
        return "holiday"
    return "weekend" if day.weekday() >= 5 else "weekday"
