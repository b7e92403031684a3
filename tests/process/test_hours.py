"""The clocks count exactly, across clock changes and England's bank holidays."""

from datetime import datetime, timedelta
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest

from dutydesk.kernel.moments import typed_moment
from dutydesk.kernel.periods import Period
from dutydesk.process.rules.hours import Calendar, Clock

LONDON = Calendar(ZoneInfo("Europe/London"), "GB", "ENG")
CLOCKS = {
    "elapsed": None,
    "support": "Mo-Fr 10:00-17:00; PH off",
    "working": "Mo-Fr 09:00-18:00; PH off",
    "on_call": "Mo-Fr 07:00-10:00,17:00-22:00; Sa-Su,PH 07:00-22:00",
    "every_day": "Mo-Su 07:00-22:00",
}


def clock(name: str) -> Clock:
    return Clock(name, CLOCKS[name], LONDON)


def counted(hours: str, start: str, end: str, calendar: Calendar = LONDON) -> timedelta:
    return Clock("", hours, calendar).between(at(start), at(end))


def at(text: str) -> datetime:
    return typed_moment(text, LONDON.zone)


@pytest.mark.parametrize(
    ("name", "start", "end", "expected"),
    [
        ("support", "2021-05-10 12:15", "2021-05-11 10:00", timedelta(hours=4, minutes=45)),
        ("support", "2020-02-25 07:32", "2020-02-25 17:07", timedelta(hours=7)),
        ("every_day", "2023-09-18 13:42", "2023-09-20 19:18", timedelta(hours=35, minutes=36)),
        (
            "elapsed",
            "2025-01-13 10:13",
            "2025-01-14 16:00",
            timedelta(days=1, hours=5, minutes=47),
        ),
        # A bank holiday on a weekday: no support, on call all day; a substitute day counts.
        ("support", "2020-12-28 00:00", "2020-12-29 00:00", timedelta()),
        ("on_call", "2020-12-28 00:00", "2020-12-29 00:00", timedelta(hours=15)),
        # Clocks go forward on 2026-03-29 and back on 2026-10-25.
        ("elapsed", "2026-03-29 00:00", "2026-03-30 00:00", timedelta(hours=23)),
        ("elapsed", "2026-10-25 00:00", "2026-10-26 00:00", timedelta(hours=25)),
        ("on_call", "2026-03-28 12:00", "2026-03-29 12:00", timedelta(hours=15)),
        # A year's end in the middle.
        ("working", "2025-12-31 09:00", "2026-01-02 18:00", timedelta(hours=18)),
    ],
)
def test_a_clock_counts_exactly(name: str, start: str, end: str, expected: timedelta) -> None:
    assert clock(name).between(at(start), at(end)) == expected
    assert clock(name).between(at(end), at(start)) == -expected


@pytest.mark.parametrize("name", CLOCKS)
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-24 10:00", "2026-11-24 17:00"),  # As one of them opens, and as it closes.
        ("2026-11-24 17:00", "2026-11-25 10:00"),
        ("2026-11-24 09:59", "2026-11-24 10:01"),
        ("2026-11-24 16:59", "2026-11-24 22:01"),
        ("2026-11-24 12:00", "2026-11-24 12:00"),
        ("2025-12-31 17:30", "2026-01-02 10:01"),
        ("2026-03-28 21:59", "2026-03-30 07:01"),
    ],
)
def test_the_periods_of_a_span_are_the_minutes_in_which_a_clock_runs(
    name: str, start: str, end: str
) -> None:
    first, last = at(start), at(end)
    found, minute = clock(name).periods(first, last), timedelta(minutes=1)
    minutes = [first + number * minute for number in range((last - first) // minute)]
    runs = [one for one in minutes if clock(name).is_open(one)]
    assert [one for one in minutes if any(one in period for period in found)] == runs
    assert all(one.end < following.start for one, following in pairwise(found))
    assert all(first <= one.start <= one.end <= last for one in found)


@pytest.mark.parametrize(
    ("name", "moment", "is_open", "changes"),
    [
        ("support", "2026-11-24 09:59", False, "2026-11-24 10:00"),
        ("support", "2026-11-24 10:00", True, "2026-11-24 17:00"),
        ("support", "2026-11-24 17:00", False, "2026-11-25 10:00"),
        ("support", "2026-12-24 17:00", False, "2026-12-29 10:00"),
        ("on_call", "2026-11-24 23:00", False, "2026-11-25 07:00"),
    ],
)
def test_a_clock_knows_when_it_opens_and_closes(
    name: str, moment: str, is_open: bool, changes: str
) -> None:
    assert clock(name).is_open(at(moment)) is is_open
    assert clock(name).next_change(at(moment)) == at(changes)


def test_counting_forward_ends_where_counting_between_agrees() -> None:
    start = at("2026-12-24 16:30")
    end = clock("support").after(start, timedelta(hours=1))
    assert end == at("2026-12-29 10:30")
    assert clock("support").between(start, end) == timedelta(hours=1)


@pytest.mark.parametrize(
    ("hours", "start", "end", "expected"),
    [
        # A comma adds a rule; it doesn't tie PH to the times before it.
        ("Mo-Fr 10:00-17:00, PH off", "2026-12-25 00:00", "2026-12-26 00:00", 0),
        ("Mo-Fr 10:00-17:00, PH off", "2026-12-24 00:00", "2026-12-25 00:00", 7),
        (
            "Mo-Fr 07:00-10:00,17:00-22:00, Sa-Su,PH 07:00-22:00",
            "2026-12-25 00:00",
            "2026-12-26 00:00",
            15,
        ),
        (
            "Mo-Fr 10:00-17:00; Sa 10:00-12:00, PH off",
            "2026-12-25 00:00",
            "2026-12-26 00:00",
            0,
        ),
        (
            "Mo-Fr 10:00-17:00; Sa 10:00-12:00, PH off",
            "2026-12-28 00:00",
            "2026-12-29 00:00",
            0,
        ),
        # Nights go on after midnight, into a holiday and out of it.
        ("Mo-Su,PH 22:00-07:00", "2026-12-23 22:00", "2026-12-24 07:00", 9),
        ("Mo-Su,PH 22:00-07:00", "2026-12-24 22:00", "2026-12-25 07:00", 9),
        ("Mo-Su,PH 22:00-07:00", "2026-12-31 22:00", "2027-01-01 07:00", 9),
        ("Sa-Su,PH 18:00-06:00", "2026-12-26 00:00", "2026-12-26 06:00", 6),
        ("Sa-Su,PH 18:00-06:00", "2026-12-28 00:00", "2026-12-28 06:00", 6),
        ("Mo-Fr 22:00-06:00; PH off", "2026-12-24 22:00", "2026-12-25 06:00", 2),
        # Nights in which the clocks change are as long as they are.
        ("Mo-Su 22:00-06:00", "2026-10-24 22:00", "2026-10-25 12:00", 9),
        ("Mo-Su 22:00-06:00", "2026-03-28 22:00", "2026-03-29 12:00", 7),
        ("Mo-Su,PH 22:00-06:00", "2026-10-24 00:00", "2026-10-26 00:00", 8 + 9),
        # The day before a holiday, holidays beside weekdays, and what else the syntax has.
        ("PH -1 day 10:00-12:00", "2026-12-24 00:00", "2026-12-25 00:00", 2),
        ("PH -1 day 10:00-12:00", "2026-12-25 00:00", "2026-12-26 00:00", 0),
        ("Mo-Fr 10:00-17:00; PH Mo off", "2026-12-25 00:00", "2026-12-26 00:00", 0),
        ("Mo-Fr 10:00-17:00; PH Mo off", "2026-12-21 00:00", "2026-12-22 00:00", 0),
        ('Mo-Fr 10:00-17:00; PH off "no PH"', "2026-12-25 00:00", "2026-12-26 00:00", 0),
        (
            'Mo-Fr 10:00-17:00; PH off || "by appointment"',
            "2026-11-30 00:00",
            "2026-12-01 00:00",
            7,
        ),
        ("Mo-Fr 10:00-17:00;\n  PH off\n", "2026-12-21 00:00", "2026-12-26 00:00", 28),
        # England's own: Easter Monday and the August bank holiday.
        ("Mo-Fr 10:00-17:00; PH off", "2026-04-06 00:00", "2026-04-07 00:00", 0),
        ("Mo-Fr 10:00-17:00; PH off", "2026-08-31 00:00", "2026-09-01 00:00", 0),
        ("", "2026-01-01 00:00", "2027-01-01 00:00", 0),
        ("off", "2026-01-01 00:00", "2027-01-01 00:00", 0),
    ],
)
def test_hours_mean_what_the_syntax_says(hours: str, start: str, end: str, expected: int) -> None:
    assert counted(hours, start, end) == timedelta(hours=expected)


def test_substitute_days_are_those_of_the_part_of_the_country() -> None:
    hours, days = "Mo-Fr 10:00-17:00; PH off", ("2027-12-27 00:00", "2027-12-29 00:00")
    assert counted(hours, *days, Calendar(LONDON.zone, "AU", "NSW")) == timedelta()
    assert counted(hours, *days, Calendar(LONDON.zone, "AU")) == timedelta(hours=14)
    assert counted(hours, *days, LONDON) == timedelta()


def test_a_year_s_end_is_none_of_the_clock_s() -> None:
    nights = Clock("", "Mo-Su,PH 22:00-07:00", LONDON)
    assert nights.next_change(at("2026-12-31 23:00")) == at("2027-01-01 07:00")
    first, second = nights.openings(at("2026-12-31 21:00"), 2)
    assert (first.start, first.end) == (at("2026-12-31 22:00"), at("2027-01-01 07:00"))
    assert second.start == at("2027-01-01 22:00")
    evenings = Clock("", "Mo-Su 18:00-24:00", LONDON)
    assert evenings.next_change(at("2026-12-31 23:00")) == at("2027-01-01 00:00")
    assert Clock("", "24/7", LONDON).next_change(at("2026-12-31 23:00")) is None
    start = at("2026-12-31 23:00")
    assert nights.after(start, timedelta(hours=9)) == at("2027-01-01 23:00")
    assert nights.days_after(start, 1) == at("2027-01-02 07:00")


def test_openings_are_those_that_are_still_to_come() -> None:
    support = clock("support")
    found = support.openings(at("2026-12-24 10:00"), 7)
    assert [p.start for p in found[:2]] == [at("2026-12-29 10:00"), at("2026-12-30 10:00")]
    assert len(found) == 7
    assert Clock("", "off", LONDON).openings(at("2026-12-24 10:00"), 7) == []


@pytest.mark.parametrize(
    "hours", [*filter(None, CLOCKS.values()), "Mo-Su,PH 22:00-07:00", "24/7", "off"]
)
def test_periods_of_a_time_are_all_that_run_in_it(hours: str) -> None:
    running = Clock("", hours, LONDON)
    whole = list(
        takewhile(lambda p: p.start < at("2027-02-01"), running.periods_from(at("2026-12-01")))
    )
    for hour in range(0, 45 * 24, 11):
        start = at("2026-12-05") + timedelta(hours=hour)
        for length in (timedelta(minutes=1), timedelta(hours=9), timedelta(hours=37)):
            span = Period(start, start + length)
            shared = [one for p in whole if (one := p.overlap(span)) is not None]
            assert running.periods(span.start, span.end) == shared
