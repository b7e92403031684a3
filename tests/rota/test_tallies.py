"""Hours by the kind of day, for shares and for claims."""

import itertools
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from dutydesk.kernel.periods import Period, instant
from dutydesk.process.rules.check import default_process
from dutydesk.process.rules.hours import Calendar, Clock
from dutydesk.rota.rules.tallies import Tally, tally

HOUR = timedelta(hours=1)
PROCESS = default_process()


def moment(text: str) -> datetime:
    return instant(datetime.fromisoformat(text), PROCESS.zone)


def counted(*mine: Period) -> Tally:
    first, last = min(p.start for p in mine), max(p.end for p in mine)
    return tally(
        mine,
        promised=PROCESS.clock("on_call").periods(first, last),
        working=PROCESS.clock("working").periods(first, last),
        calendar=PROCESS.calendar,
    )


def test_a_week_with_christmas_is_counted_by_the_kind_of_day() -> None:
    week = counted(Period(moment("2026-12-21T10:00"), moment("2026-12-28T10:00")))
    assert week.weekday == 5 * HOUR + 3 * 8 * HOUR  # Monday evening, then Tuesday to Thursday.
    assert week.weekend == 2 * 15 * HOUR  # The 26th too: Monday is kept as Boxing Day instead.
    assert week.holiday == (15 + 3) * HOUR  # The 25th, and the 28th till ten.
    assert week.total - week.out_of_hours == 7 * HOUR  # 09 to 10 and 17 to 18 on working days.


@given(st.lists(st.integers(0, 2000), min_size=2, max_size=6, unique=True).map(sorted))
def test_parts_add_up_to_the_whole(cuts: list[int]) -> None:
    start = datetime.combine(date(2026, 3, 1), time(), PROCESS.zone)
    times = [start + cut * HOUR for cut in cuts]
    parts = [counted(Period(a, b)) for a, b in itertools.pairwise(times)]
    assert sum(parts, Tally()) == counted(Period(times[0], times[-1]))
    promised = PROCESS.clock("on_call").between(times[0], times[-1])
    assert counted(Period(times[0], times[-1])).total == promised


ZONES = ("America/Chicago", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "UTC")


@given(st.sampled_from(ZONES), st.integers(0, 364), st.integers(1, 21))
def test_in_any_zone_days_are_the_wall_clock_s(zone: str, first: int, days: int) -> None:
    """Fifteen hours a day by the wall clock, by the kind of its local day; nights count nothing."""
    there = Calendar(ZoneInfo(zone))
    start = date(2026, 1, 1) + timedelta(days=first)
    span = Period(*(
        instant(datetime.combine(day, time()), there.zone)
        for day in (start, start + timedelta(days=days))
    ))  # fmt: skip
    clock = Clock("on_call", "07:00-22:00", there)
    found = tally([span], promised=clock.periods(span.start, span.end), working=[], calendar=there)
    weekend = sum((start + timedelta(days=n)).weekday() >= 5 for n in range(days))
    assert found.weekend == weekend * 15 * HOUR
    assert found.weekday == (days - weekend) * 15 * HOUR
    assert found.out_of_hours == found.total


def test_a_night_over_the_clock_change_counts_what_was_worked_in_that_zone() -> None:
    chicago = Calendar(ZoneInfo("America/Chicago"), "US")
    night = Period(
        *(
            instant(datetime.fromisoformat(text), chicago.zone)
            for text in ("2026-10-31T22:00", "2026-11-01T06:00")
        )
    )
    found = tally([night], promised=[night], working=[], calendar=chicago)
    assert found.weekend == 9 * HOUR  # The hour from one to two came twice.
    thanks = Period(
        *(
            instant(datetime.fromisoformat(text), chicago.zone)
            for text in ("2026-11-25T12:00", "2026-11-27T12:00")
        )
    )
    found = tally([thanks], promised=[thanks], working=[], calendar=chicago)
    assert (found.holiday, found.weekday) == (24 * HOUR, 24 * HOUR)  # Thanksgiving.
