"""Which time is measured: a week, month, quarter, year or any range of days, and the one before.

Days are those of the process's zone; a period holds its first midnight and not its last.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from dutydesk.kernel import bounds
from dutydesk.kernel.periods import Period, midnight
from dutydesk.kernel.refusals import Refused

Each = Literal["day", "week", "month", "quarter", "year", "range"]
OFFERED: tuple[tuple[Each, str], ...] = (
    ("week", "a week"),
    ("month", "a month"),
    ("quarter", "a quarter"),
    ("year", "a year"),
    ("range", "from … to …"),
)
SHOWN: Mapping[Each, int] = {"week": 13, "month": 12, "quarter": 8, "year": 6}
"""How many of each a trend shows, the chosen one being the last."""
LONGEST = timedelta(days=40 * 366)
_DAY = timedelta(days=1)
_MONTHS: Mapping[Each, int] = {"month": 1, "quarter": 3, "year": 12}
_PARTS: tuple[tuple[int, Each], ...] = ((31, "day"), (190, "week"), (1100, "month"))


class NoPeriod(Refused):
    """What was asked for is no period of days."""


@dataclass(frozen=True)
class PeriodChoice:
    """The days from `first` to before `until`, chosen as `each`, and the clock that counts.

    `clock` is a name of the process's clocks, or `elapsed`.
    """

    each: Each
    first: date
    until: date
    zone: ZoneInfo
    clock: str = "elapsed"

    @cached_property
    def period(self) -> Period:
        """Give it as instants, half-open."""
        return Period(midnight(self.first, self.zone), midnight(self.until, self.zone))

    @property
    def last(self) -> date:
        """Give its last day."""
        return self.until - _DAY

    @property
    def title(self) -> str:
        """Name it: “November 2026”, “Q4 2026”, “3 to 9 Nov 2026”."""
        if self.each == "month":
            return f"{self.first:%B %Y}"
        if self.each == "quarter":
            return f"Q{(self.first.month + 2) // 3} {self.first.year}"
        if self.each == "year":
            return str(self.first.year)
        return _days(self.first, self.last)

    @property
    def label(self) -> str:
        """Name it as briefly as an axis needs."""
        if self.each in ("quarter", "year"):
            return self.title
        if self.each == "month":
            return f"{self.first:%b %Y}"
        return f"{self.first.day} {self.first:%b}"

    @property
    def previous(self) -> "PeriodChoice":
        """Give the one before: as many days for a range."""
        return self.moved(-1)

    @property
    def next(self) -> "PeriodChoice":
        """Give the one after."""
        return self.moved(1)

    def moved(self, by: int) -> "PeriodChoice":
        """Give the one that is so many further."""
        months = _MONTHS.get(self.each)
        if months:
            bounds_ = (_month(day, by * months) for day in (self.first, self.until))
            first, until = bounds_
        else:
            length = (self.until - self.first) * by
            first, until = self.first + length, self.until + length
        return replace(self, first=first, until=until)

    @property
    def trend(self) -> tuple["PeriodChoice", ...]:
        """Give those that a trend shows: the last ones of its kind, or the parts of a range."""
        shown = SHOWN.get(self.each)
        if shown:
            return tuple(self.moved(by) for by in range(1 - shown, 1))
        return self.parts

    @property
    def parts(self) -> tuple["PeriodChoice", ...]:
        """Cut it into days, weeks, months or years, whichever are few enough, whole or cut off."""
        days = (self.until - self.first).days
        each = next((each for most, each in _PARTS if days <= most), "year")
        found, day = [], self.first
        while day < self.until:
            whole = containing(cast("Each", each), day, self.zone, self.clock)
            found.append(replace(whole, first=day, until=min(whole.until, self.until)))
            day = whole.until
        return tuple(found)

    @property
    def asked(self) -> dict[str, str]:
        """Give what an address asks for it with."""
        offered = self.each in SHOWN
        whole = offered and self == containing(self.each, self.first, self.zone, self.clock)
        asked = {"each": self.each if whole else "range", "from": self.first.isoformat()}
        if not whole:
            asked["to"] = self.last.isoformat()
        return asked | ({"clock": self.clock} if self.clock != "elapsed" else {})

    @property
    def query(self) -> str:
        """Give the end of an address that asks for it."""
        return "?" + urlencode(self.asked)


def containing(each: Each, day: date, zone: ZoneInfo, clock: str = "elapsed") -> PeriodChoice:
    """Give the week, month, quarter or year that `day` lies in; a range is the day alone."""
    if each == "week":
        first = day - day.weekday() * _DAY
        return PeriodChoice(each, first, first + 7 * _DAY, zone, clock)
    months = _MONTHS.get(each)
    if not months:
        return PeriodChoice(each, day, day + _DAY, zone, clock)
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return PeriodChoice(each, first, _month(first, months), zone, clock)


def read_choice(
    asked: Mapping[str, str], zone: ZoneInfo, clocks: Mapping[str, object], at: datetime
) -> PeriodChoice:
    """Read what an address asks: `each`, `from`, `to` (the last day), `clock`; else this month.

    Raises NoPeriod where a day is none, or the range ends before it begins.
    """
    today = at.astimezone(zone).date()
    each = asked.get("each", "month")
    if each not in dict(OFFERED):
        raise NoPeriod(
            f"“{each[:40]}” is no kind of period.", "Choose a week, month, quarter, year or range."
        )
    clock = asked.get("clock", "elapsed")
    if clock != "elapsed" and clock not in clocks:
        raise NoPeriod(
            f"The process has no clock “{clock[:40]}”.", "Choose one of those in the list."
        )
    first = _day(asked.get("from", ""), today)
    if each != "range":
        return containing(cast("Each", each), first, zone, clock)
    return day_range(first, _day(asked.get("to", ""), max(first, today)), zone, clock)


def day_range(first: date, last: date, zone: ZoneInfo, clock: str = "elapsed") -> PeriodChoice:
    """Give the range from `first` to `last`, both within it; NoPeriod if they are swapped."""
    if last < first:
        raise NoPeriod(
            f"The range ends on {last}, before it begins on {first}.", "Swap the two days."
        )
    if last - first > LONGEST:
        raise NoPeriod("The range is longer than forty years.", "Choose a shorter one.")
    return PeriodChoice("range", first, last + _DAY, zone, clock)


def _day(text: str, otherwise: date) -> date:
    if not text:
        return otherwise
    try:
        day = date.fromisoformat(text if len(text) == 10 else "")
    except ValueError as error:
        raise NoPeriod(f"“{text[:40]}” is not a day.", "Write it like 2026-11-30.") from error
    if day.year not in bounds.YEARS:
        raise NoPeriod(
            f"No calendar is sure of the year {day.year}.", "Choose a day from 1970 to 2199."
        )
    return day


def _month(day: date, by: int) -> date:
    number = day.year * 12 + day.month - 1 + by
    return date(number // 12, number % 12 + 1, day.day)


def _days(first: date, last: date) -> str:
    ends = f"{last.day} {last:%b %Y}"
    if first == last:
        return ends
    begins = f"{first.day}"
    if (first.year, first.month) != (last.year, last.month):
        begins += f" {first:%b}"
    if first.year != last.year:
        begins += f" {first.year}"
    return f"{begins} to {ends}"
