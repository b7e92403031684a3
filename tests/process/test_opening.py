"""Opening hours mean what the engine says, with whatever days for holidays."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from random import Random

import pytest
from opening_hours import OpeningHours, State

from dutydesk.process.rules.opening import Span, check_hours, open_spans
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
