"""The periods that figures are of: weeks, months, quarters and years by local days, or any days."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period, instant

RangeKind = Literal["week", "month", "quarter", "year", "days"]
CALENDAR: tuple[RangeKind, ...] = ("week", "month", "quarter", "year")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class DayRange:
    """The local days from `first` up to but not including `end`; `kind` says how it was chosen."""

    kind: RangeKind
    first: date
    end: date

    @property
    def last(self) -> date:
        """Give its last day."""
        return self.end - timedelta(days=1)

    @property
    def title(self) -> str:
        """Give what it is called."""
        first, last = self.first, self.last
        match self.kind:
            case "month":
                return f"{first:%B %Y}"
            case "quarter":
                return f"Q{(first.month + 2) // 3} {first.year}"
            case "year":
                return str(first.year)
            case "week":
                return f"Week of {first.day} {first:%b %Y}"
        begins = f"{first.day} {first:%b}" + (f" {first.year}" if first.year != last.year else "")
        return f"{begins} to {last.day} {last:%b %Y}"

    def period(self, zone: ZoneInfo) -> Period:
        """Give it as instants, from the first midnight to the last, whatever the clocks do."""
        return Period(midnight(self.first, zone), midnight(self.end, zone))

    def days(self, zone: ZoneInfo) -> list[tuple[date, Period]]:
        """Give each day with its instants."""
        count = (self.end - self.first).days
        starts = [
            midnight(self.first + timedelta(days=number), zone) for number in range(count + 1)
        ]
        return [
            (self.first + timedelta(days=number), Period(starts[number], starts[number + 1]))
            for number in range(count)
        ]

    def beside(self, step: int) -> "DayRange | None":
        """Give the range of the same kind that is so many later; None if there is no such day."""
        try:
            if self.kind == "days":
                shift = (self.end - self.first) * step
                return DayRange("days", self.first + shift, self.end + shift)
            if self.kind == "week":
                return holding(self.first + timedelta(weeks=step), "week")
            return holding(_month_on(self.first, _MONTHS[self.kind] * step), self.kind)
        except (OverflowError, ValueError):
            return None


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Give the instant at which a local day begins."""
    return instant(datetime.combine(day, time()), zone)


def holding(day: date, kind: RangeKind) -> DayRange:
    """Give the week (from Monday on), month, quarter or year that has this day in it."""
    if kind == "days":
        return DayRange("days", day, day + timedelta(days=1))
    if kind == "week":
        first = day - timedelta(days=day.weekday())
        return DayRange("week", first, first + timedelta(weeks=1))
    months = _MONTHS[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return DayRange(kind, first, _month_on(first, months))


def _month_on(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
