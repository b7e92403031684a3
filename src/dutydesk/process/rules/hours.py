"""Clocks: what is open at a moment, when that changes, and how much lies between two moments.

Hours are written in OpenStreetMap's `opening_hours` syntax, as the wall clock of the process's
zone shows them. Source: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

import holidays as public_holidays
import opening_hours
from opening_hours import OpeningHours, State

from dutydesk.kernel.periods import Period, instant, union

_DAYS = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:-(?:Mo|Tu|We|Th|Fr|Sa|Su))?"
_DAYS_AND_HOLIDAYS = re.compile(rf"^((?:{_DAYS}|PH)(?:\s*,\s*(?:{_DAYS}|PH))*)\s+(.+)$")
_HORIZON_YEARS = 5


class HoursError(ValueError):
    """The hours can't be read; the message says what is wrong and what to write instead."""


@dataclass(frozen=True)
class Calendar:
    """Where the process lives: its zone, and whose public holidays it keeps."""

    zone: ZoneInfo
    country: str = ""
    subdivision: str = ""

    def holidays(self, year: int) -> dict[date, str]:
        """Give the public holidays of `year` with their names, substitute days included."""
        return dict(_holidays(self.country, self.subdivision, year))


def known_place(country: str, subdivision: str) -> bool:
    """Say whether public holidays are known there; nowhere at all is known, and has none."""
    if not country:
        return not subdivision
    try:
        public_holidays.country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError:
        return False
    return True


@lru_cache(maxsize=256)
def _holidays(country: str, subdivision: str, year: int) -> tuple[tuple[date, str], ...]:
    if not country:
        return ()
    found = public_holidays.country_holidays(country, subdiv=subdivision or None, years=year)
    days = sorted((day, name) for day, name in found.items() if day.year == year)
    if country == "GB":
        return tuple((day, _as_on_gov_uk(day, name)) for day, name in days if day.weekday() < 5)
    return tuple(days)


# What https://www.gov.uk/bank-holidays.json calls the days that the library names otherwise. There
# a holiday at a weekend is none: its substitute day is.
_GOV_UK = {
    "New Year Holiday": "2nd January",
    "Saint Patrick's Day": "St Patrick's Day",
    "Saint Andrew's Day": "St Andrew's Day",
    "May Day": "Early May bank holiday",
    "Spring Bank Holiday": "Spring bank holiday",
    "Late Summer Bank Holiday": "Summer bank holiday",
    "Summer Bank Holiday": "Summer bank holiday",
    "Battle of the Boyne": "Battle of the Boyne (Orangemen's Day)",
    "Platinum Jubilee of Elizabeth II": "Platinum Jubilee bank holiday",
    "State Funeral of Queen Elizabeth II": (
        "Bank Holiday for the State Funeral of Queen Elizabeth II"
    ),
    "Coronation of Charles III": "Bank holiday for the coronation of King Charles III",
}


def _as_on_gov_uk(day: date, name: str) -> str:
    title = name.split("; ")[-1].removesuffix(" (observed)")
    known = _GOV_UK.get(title, title).replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
    if known == "Early May bank holiday" and day.year == 2020:
        known = "Early May bank holiday (VE day)"
    return f"{known} (substitute day)" if name.endswith(" (observed)") else known


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
        """Give the first instant after `at` at which the clock starts or stops, or None."""
        if self.hours is None:
            return None
        period = self._period_at(at)
        return period.end if period else self.next_open(at)

    def next_open(self, at: datetime) -> datetime | None:
        """Give `at` if the clock runs then, else when it next starts, or None within 5 years."""
        if self.is_open(at):
            return at
        year = self._year(at)
        for later in range(year, year + _HORIZON_YEARS):
            for period in _year_of(self.hours or "", self.calendar, later).periods:
                if period.start >= at:
                    return period.start
        return None

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
        found = (p for y in years for p in _year_of(self.hours, self.calendar, y).periods)
        return union(shared for period in found if (shared := period.overlap(span)))

    def periods_from(self, start: datetime) -> Iterator[Period]:
        """Give the open periods from `start` on, the first one cut at `start`."""
        year = self._year(start)
        for later in range(year, year + _HORIZON_YEARS):
            for period in _year_of(self.hours or "", self.calendar, later).periods:
                if period.end > start:
                    yield Period(max(period.start, start), period.end)

    def _period_at(self, at: datetime) -> Period | None:
        return _year_of(self.hours or "", self.calendar, self._year(at)).period_at(at)

    def _year(self, at: datetime) -> int:
        return at.astimezone(self.calendar.zone).year


@dataclass(frozen=True)
class _Year:
    """A clock's open periods in one local year, with what had been counted before each."""

    periods: tuple[Period, ...]
    starts: tuple[datetime, ...]
    counted: tuple[timedelta, ...]

    def period_at(self, at: datetime) -> Period | None:
        index = bisect_right(self.starts, at) - 1
        return self.periods[index] if index >= 0 and at in self.periods[index] else None

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
    start = datetime.combine(date(year, 1, 1), time.min)
    end = datetime.combine(date(year + 1, 1, 1), time.min)
    opening = _opening_hours(hours, calendar, year)
    periods = union(
        Period(instant(begin, calendar.zone), instant(finish, calendar.zone, last=True))
        for begin, finish, state, _ in opening.intervals(start, end)
        if state == State.OPEN
    )
    lengths = accumulate((p.length for p in periods), initial=timedelta())
    return _Year(tuple(periods), tuple(p.start for p in periods), tuple(lengths))


def _opening_hours(hours: str, calendar: Calendar, year: int) -> OpeningHours:
    """Read `hours` with `PH` written out as the calendar's own days around `year`."""
    days = sorted(d for y in (year - 1, year, year + 1) for d in calendar.holidays(y))
    try:
        return OpeningHours(
            _with_days(hours, days), country=None, auto_country=False, auto_timezone=False
        )
    except opening_hours.ParserError as error:  # type: ignore[attr-defined]
        found = re.search(r"--> \d+:(\d+)", str(error))
        rest = hours[int(found[1]) - 1 :] if found else hours
        raise HoursError(f"“{hours}” can't be read as opening hours from “{rest}” on.") from error


def _with_days(hours: str, days: list[date]) -> str:
    """Replace `PH`, which the evaluator knows only for whole countries, by dates."""
    written = ",".join(f"{day:%Y %b} {day.day:02d}" for day in days)
    rules: list[str] = []
    for rule in (part.strip() for part in hours.split(";")):
        if "PH" not in rule:
            rules.append(rule)
            continue
        matched = _DAYS_AND_HOLIDAYS.match(rule)
        if matched is None:
            raise HoursError(
                f"In “{hours}”, PH can only stand among weekdays, as in “Sa-Su,PH 07:00-22:00”."
            )
        weekdays = [d.strip() for d in matched[1].split(",") if d.strip() != "PH"]
        if weekdays:
            rules.append(f"{','.join(weekdays)} {matched[2]}")
        if written:
            rules.append(f"{written} {matched[2]}")
    return "; ".join(rules) or "off"


def check_hours(hours: str) -> str | None:
    """Give what is wrong with `hours` and what to write instead, or None if they are sound."""
    calendar = Calendar(ZoneInfo("UTC"))
    try:
        _opening_hours(hours, calendar, 2000)
    except HoursError as error:
        return str(error)
    return None


def in_zone(text: str, zone: ZoneInfo) -> datetime:
    """Read an ISO 8601 time; one without an offset is the wall clock of `zone`. Gives UTC.

    ValueError if it isn't one, or lies outside the years 1970 to 2199, where no calendar is sure.
    """
    moment = datetime.fromisoformat(text.strip())
    if not 1970 <= moment.year < 2200:
        raise ValueError(f"{moment.year} is no year that the desk knows of.")
    return instant(moment, zone) if moment.tzinfo is None else moment.astimezone(UTC)
