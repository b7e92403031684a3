"""Clocks, ranges and percentiles against slow and obvious references, in Python and in SQL."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.incidents.models import Incident
from dutydesk.kernel.periods import Period
from dutydesk.measures.flows.incident_times import counted, incidents
from dutydesk.measures.rules.arithmetic import counted_days, working
from dutydesk.measures.rules.choices import (
    NoPeriod,
    PeriodChoice,
    containing,
    day_range,
    read_choice,
)
from dutydesk.measures.rules.distributions import Dot, distribution, percentile
from dutydesk.measures.rules.steps import RECOVERY, SPANS
from dutydesk.process.rules.hours import Calendar, Clock

LONDON = ZoneInfo("Europe/London")
ENGLAND = Calendar(LONDON, "GB", "ENG")
CLOCKS = [
    Clock("elapsed", None, ENGLAND, "Elapsed"),
    Clock("support", "Mo-Fr 10:00-17:00; PH off", ENGLAND, "Support"),
    Clock("on_call", "Mo-Fr 07:00-10:00,17:00-22:00; Sa-Su,PH 07:00-22:00", ENGLAND, "On call"),
    Clock("nights", "Mo-Su 20:00-06:00", ENGLAND, "Nights"),
    Clock("all", "24/7", Calendar(ZoneInfo("Pacific/Apia"), "", ""), "All"),
]
START = datetime(2025, 10, 20, tzinfo=UTC)
MOMENTS = st.integers(0, 60 * 24 * 200).map(lambda n: START + timedelta(minutes=n))
LENGTHS = st.lists(st.integers(0, 10**6).map(lambda n: timedelta(seconds=n)), min_size=1)


def minute_by_minute(clock: Clock, start: datetime, end: datetime) -> timedelta:
    """Count what a clock counts by asking it about every minute."""
    minutes = int((end - start) / timedelta(minutes=1))
    asked = (start + timedelta(minutes=n) for n in range(minutes))
    return timedelta(minutes=sum(clock.is_open(moment) for moment in asked))


@given(st.sampled_from(CLOCKS), MOMENTS, st.integers(0, 60 * 24 * 3))
@settings(max_examples=15)
def test_the_days_behind_a_length_are_what_the_clock_counts_minute_by_minute(
    clock: Clock, start: datetime, minutes: int
) -> None:
    end = start + timedelta(minutes=minutes)
    slow = minute_by_minute(clock, start, end)
    assert clock.between(start, end) == slow
    days = counted_days(clock, start, end)
    assert sum((day.length for day in days), timedelta()) == (slow if clock.hours else timedelta())


@given(LENGTHS)
def test_percentiles_and_the_mean_are_those_of_the_definition(lengths: list[timedelta]) -> None:
    found = distribution(Dot(START, length) for length in lengths)
    assert found is not None
    ordered = sorted(lengths)
    assert found.count == len(lengths)
    assert found.mean == sum(lengths, timedelta()) / len(lengths)
    assert ordered[0] <= found.median <= found.p90 <= ordered[-1]
    below = [length for length in ordered if length <= found.p90]
    assert len(below) >= 0.9 * (len(ordered) - 1)
    assert percentile(ordered, 1) == ordered[-1]


def test_nothing_has_no_distribution() -> None:
    assert distribution([]) is None


DAYS = st.dates(date(1999, 1, 1), date(2100, 1, 1))


@given(DAYS, st.sampled_from(["week", "month", "quarter", "year"]))
def test_periods_follow_each_other_and_hold_their_day(day: date, each: str) -> None:
    choice = containing(each, day, LONDON)  # type: ignore[arg-type]
    assert choice.first <= day < choice.until
    assert choice.next.first == choice.until
    assert choice.next.previous == choice
    assert choice.previous.period.end == choice.period.start
    _follow(choice.trend)
    assert choice.trend[-1] == choice


@given(DAYS, st.integers(0, 4000))
def test_a_range_is_cut_into_parts_without_gaps(day: date, days: int) -> None:
    choice = day_range(day, day + timedelta(days=days), LONDON)
    parts = choice.parts
    assert (parts[0].first, parts[-1].until) == (choice.first, choice.until)
    assert len(parts) <= 40
    _follow(parts)
    assert choice.previous.until == choice.first
    at = datetime(2026, 11, 29, tzinfo=UTC)
    assert [read_choice(one.asked, LONDON, {}, at).period for one in parts] == [
        one.period for one in parts
    ]


def test_nobody_asks_for_centuries() -> None:
    asked = {"each": "range", "from": "1970-01-01", "to": "2026-01-01"}
    with pytest.raises(NoPeriod, match="longer than forty years"):
        read_choice(asked, LONDON, {}, datetime(2026, 11, 29, tzinfo=UTC))


def _follow(parts: tuple[PeriodChoice, ...]) -> None:
    for one, two in pairwise(parts):
        assert one.until == two.first


@pytest.mark.django_db
@given(
    st.lists(st.tuples(MOMENTS, st.integers(-90, 9000), st.booleans(), st.booleans()), max_size=8),
    st.sampled_from(CLOCKS),
)
@settings(max_examples=15)
def test_the_database_counts_what_pen_and_paper_counts(
    rows: list[tuple[datetime, int, bool, bool]], clock: Clock
) -> None:
    Incident.objects.all().delete()
    Incident.objects.bulk_create(
        Incident(
            title="Down",
            state="resolved",
            fault_occurs=at - timedelta(minutes=7) if fault else None,
            detected=at,
            declared=at if declared else None,
            repaired=at + timedelta(minutes=lasted),
            resolved=at + timedelta(minutes=abs(lasted)),
        )
        for at, lasted, fault, declared in rows
    )
    borders = [START + timedelta(days=n * 50) for n in range(6)]
    periods = [Period(one, two) for one, two in pairwise(borders)]
    found = counted(periods, clock)
    for period, ours in zip(periods, found, strict=True):
        known = [one for one in Incident.objects.all() if (one.declared or one.detected) in period]  # type: ignore[operator]
        lengths = [working(RECOVERY, vars(one), clock).length for one in known]
        slow = distribution(Dot(period.start, length) for length in lengths if length is not None)
        spread = ours.spread(RECOVERY)
        assert ours.count == len(known)
        assert (spread is None) == (slow is None)
        if spread is not None and slow is not None:
            assert spread.count == slow.count
            for name in ("median", "mean", "p90"):
                apart = abs(getattr(spread, name) - getattr(slow, name))
                assert apart < timedelta(milliseconds=1), name
        for row in incidents(period, clock):
            for span in SPANS:
                slowly = working(span, row.times, clock).length
                ours_took = row.lengths[span.name]
                assert (ours_took is None) == (slowly is None)
                if ours_took is not None and slowly is not None:
                    assert abs(ours_took - slowly) < timedelta(milliseconds=1)
    assert connection.in_atomic_block
