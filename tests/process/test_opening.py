"""Opening hours mean what the engine says, with whatever days for holidays."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from random import Random

import pytest
from opening_hours import OpeningHours, State

from dutydesk.process.rules.opening_hours import Span, check_hours, open_spans
from testing.written_hours import written_hours

COUNTRIES = ["AU", "CA", "DE", "FR", "GB"]


def told_by_the_engine(hours: str, country: str, start: date, end: date) -> Iterator[Span]:
    """Give when `hours` are open, with the engine's own holidays of a country."""
    read = OpeningHours(hours, country=country, auto_country=False, auto_timezone=False)
    held: Span | None = None
    for number in range((end - start).days):
        today, tomorrow = (midnight(start + timedelta(days=number + n)) for n in (0, 1))
        for begins, ends, state, _ in read.intervals(today, tomorrow):
            if state != State.OPEN:
                continue
            if held and held[1] == begins:
                held = held[0], ends
                continue
            if held:
                yield held
            held = begins, ends
    if held:
        yield held


def midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time())


@cache
def holidays_of(country: str) -> frozenset[date]:
    """Give the engine's own holidays of a country."""
    spans = told_by_the_engine("PH", country, date(1990, 1, 1), date(2090, 1, 1))
    return frozenset(
        (begins + timedelta(days=n)).date()
        for begins, ends in spans
        for n in range((ends - begins).days)
    )


def test_hours_are_open_when_the_engine_says_so_with_the_same_holidays(
    pytestconfig: pytest.Config,
) -> None:
    chance, tried = Random(24), 0
    while tried < pytestconfig.getoption("--fuzz"):
        hours, country = written_hours(chance), chance.choice(COUNTRIES)
        if check_hours(hours):
            continue
        tried += 1
        start = date(chance.randint(2021, 2029), 1, 1)
        end = date(start.year + 2, 1, 1)
        expected = list(told_by_the_engine(hours, country, start, end))
        found = open_spans(hours, start, end, holidays_of(country).__contains__)
        assert found == expected, (hours, country, start)
        read = OpeningHours(hours, country=country, auto_country=False, auto_timezone=False)
        for _ in range(5):
            minute = midnight(start) + timedelta(minutes=chance.randrange(2 * 365 * 24 * 60))
            opens = any(begins <= minute < ends for begins, ends in found)
            assert opens == read.is_open(minute), (hours, country, minute)


@pytest.mark.parametrize("year", [1974, 1999, 2000, 2026, 2077, 2100])
def test_a_day_of_our_own_is_a_holiday_to_the_engine(year: int) -> None:
    """Whatever day it is, near to a holiday that the engine knows or far from all of them."""
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    for number in range(0, 365, 4):
        day = start + timedelta(days=number)
        spans = open_spans('PH 10:00-26:00; PH -1 day 08:00-09:00 "PH"', start, end, day.__eq__)
        before, after = day - timedelta(days=1), day + timedelta(days=1)
        expected = [
            (midnight(before) + timedelta(hours=8), midnight(before) + timedelta(hours=9)),
            (midnight(day) + timedelta(hours=10), midnight(after) + timedelta(hours=2)),
        ]
        inside = [(a, min(b, midnight(end))) for a, b in expected if a >= midnight(start)]
        assert spans == inside


@pytest.mark.parametrize(
    ("hours", "rest"),
    [("Mo-Fry 9-18", "y 9-18"), ("Mo-Fr,PH,Sa 07:00-22:00", "Sa 07:00-22:00"), (";", ";")],
)
def test_what_can_t_be_read_is_told_from_where_on(hours: str, rest: str) -> None:
    assert check_hours(hours) == f"“{hours}” can't be read as opening hours from “{rest}” on."
