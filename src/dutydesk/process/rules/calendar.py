"""Whose public holidays a process keeps, and in which zone it lives."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays as public_holidays


@dataclass(frozen=True)
class Calendar:
    """Where the process lives: its zone, and whose public holidays it keeps.

    `single`: days that are holidays of that name whatever the country has; with none, no holidays.
    """

    zone: ZoneInfo
    country: str = ""
    subdivision: str = ""
    single: tuple[tuple[date, str], ...] = ()

    def holidays(self, year: int) -> dict[date, str]:
        """Give the public holidays of `year` with their names, substitute days included."""
        found = dict(_holidays(self.country, self.subdivision, year))
        found |= {day: name for day, name in self.single if day.year == year}
        return {day: found[day] for day in sorted(found) if found[day]}

    def is_holiday(self, day: date) -> bool:
        """Say whether `day` is a public holiday."""
        for single, name in self.single:
            if single == day:
                return bool(name)
        return day in _days(self.country, self.subdivision, day.year)


@lru_cache(maxsize=512)
def known_place(country: str, subdivision: str) -> bool:
    """Say whether public holidays are known there; nowhere at all is known, and has none."""
    if not country:
        return not subdivision
    try:
        public_holidays.country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError:
        return False
    return True


def parts_with_their_own(country: str, years: Collection[int]) -> list[str]:
    """Give the parts of a country whose holidays in `years` are not those of the whole of it."""
    whole = [_days(country, "", year) for year in years]
    parts = public_holidays.country_holidays(country).subdivisions if country else ()
    return [part for part in parts if [_days(country, part, year) for year in years] != whole]


@lru_cache(maxsize=512)
def _days(country: str, subdivision: str, year: int) -> frozenset[date]:
    return frozenset(day for day, _ in _holidays(country, subdivision, year))


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
