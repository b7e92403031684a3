"""How services are doing: a fast reading of spells says what a slow one by the minute says."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.status.rules.conditions import (
    ServiceCondition,
    ServiceDay,
    Spell,
    at_moment,
    calendar_days,
    impact,
    record,
    spell,
    worst,
)

MINUTE = timedelta(minutes=1)
LONDON = ZoneInfo("Europe/London")
FIRST = datetime(2026, 3, 27, tzinfo=UTC)  # The clocks of London go forward two days later.
LAST = datetime(2026, 10, 23, tzinfo=UTC)  # And back two days after this.
MINUTES = st.integers(0, 4 * 24 * 60)


@st.composite
def spells(draw: st.DrawFn) -> list[tuple[ServiceCondition, int, int | None]]:
    found = []
    for _ in range(draw(st.integers(0, 5))):
        start, length = draw(MINUTES), draw(st.none() | st.integers(1, 3000))
        condition = draw(st.sampled_from(list(ServiceCondition)[1:]))
        found.append((condition, start, None if length is None else start + length))
    return found


def by_the_minute(
    told: Sequence[Spell], days: Sequence[date], since: datetime, at: datetime
) -> list[ServiceDay]:
    """Look at every minute of the record, and count."""
    order = list(ServiceCondition)
    seen: dict[date, list[ServiceCondition]] = {day: [] for day in days}
    now = since
    while now < at:
        day = now.astimezone(LONDON).date()
        if day in seen:
            there = [one.condition for one in told if one.covers(now)]
            seen[day].append(max(there, key=order.index, default=ServiceCondition.OPERATIONAL))
            # What is down is down, whatever is worse besides.
            if any(one.down for one in there):
                assert seen[day][-1].down
        now += MINUTE
    return [
        ServiceDay(
            day,
            max(conditions, key=order.index),
            (len(conditions) - sum(one.down for one in conditions)) * 10_000 // len(conditions),
        )
        if conditions
        else ServiceDay(day, None, None)
        for day, conditions in seen.items()
    ]


@settings(max_examples=40)
@given(spells(), st.sampled_from([FIRST, LAST]), MINUTES, st.integers(1, 4 * 24 * 60))
def test_days_are_what_every_minute_of_them_says(
    told: list[tuple[ServiceCondition, int, int | None]], first: datetime, since: int, then: int
) -> None:
    begun = first + since * MINUTE
    at = begun + then * MINUTE
    these = [
        Spell(condition, first + start * MINUTE, None if end is None else first + end * MINUTE)
        for condition, start, end in told
    ]
    days = calendar_days(at, LONDON, 3)
    found = record(these, days, begun, at)
    assert list(found.days) == by_the_minute(these, [day for day, _ in days], begun, at)


def test_ninety_days_end_today_and_have_the_hours_of_their_clocks() -> None:
    days = calendar_days(datetime(2026, 4, 2, 23, 30, tzinfo=UTC), LONDON)
    assert len(days) == 90
    assert days[-1][0] == date(2026, 4, 3), "in London it is tomorrow already"
    lengths = {day: whole.length for day, whole in days}
    assert lengths[date(2026, 3, 29)] == timedelta(hours=23)
    assert lengths[date(2026, 3, 30)] == timedelta(hours=24)
    assert all(one[1].end == other[1].start for one, other in pairwise(days))


def test_what_is_not_on_record_is_not_known_rather_than_well() -> None:
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    found = record([], calendar_days(at, LONDON), at - timedelta(hours=36), at)
    assert [day.worst for day in found.days[-3:]] == [None, "operational", "operational"]
    assert [day.uptime for day in found.days[-3:]] == [None, 10_000, 10_000]
    assert found.uptime == 10_000
    assert record([], calendar_days(at, LONDON), at, at).uptime is None


def test_a_second_of_outage_is_never_a_hundred_percent() -> None:
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    one = Spell(
        ServiceCondition.MAJOR, at - timedelta(hours=1), at - timedelta(minutes=59, seconds=59)
    )
    found = record([one], calendar_days(at, LONDON), at - timedelta(days=200), at)
    assert found.uptime == 9_999


def test_degraded_and_planned_time_counts_as_up() -> None:
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    for condition in (ServiceCondition.DEGRADED, ServiceCondition.MAINTENANCE):
        found = record(
            [Spell(condition, at - timedelta(hours=2), None)],
            calendar_days(at, LONDON),
            at - timedelta(days=9),
            at,
        )
        assert (found.uptime, found.days[-1].worst) == (10_000, condition)


def test_a_spell_begins_at_its_start_and_is_over_at_its_end() -> None:
    start, end = FIRST, FIRST + MINUTE
    one = [Spell(ServiceCondition.MAJOR, start, end)]
    assert at_moment(one, start - timedelta(seconds=1)) == "operational"
    assert at_moment(one, start) == "major outage"
    assert at_moment(one, end) == "operational"
    assert at_moment([Spell(ServiceCondition.DEGRADED, start, None), *one], end) == "degraded"


@pytest.mark.parametrize("times", [(None, FIRST), (FIRST, FIRST), (FIRST, FIRST - MINUTE)])
def test_no_time_is_made_up(times: tuple[datetime | None, datetime]) -> None:
    assert spell(ServiceCondition.MAJOR, *times) == []


def test_the_criteria_of_an_incident_say_how_its_services_are_doing() -> None:
    shows = {"outage": "major outage", "degraded": "degraded", "blocked": "partial outage"}
    assert impact(["degraded", "outage"], high=True, shows=shows) == "major outage"
    assert impact(["degraded"], high=True, shows=shows) == "degraded"
    assert impact(["gone-from-the-file"], high=True, shows=shows) == "partial outage"
    assert impact([], high=False, shows=shows) == "degraded"
    assert worst([]) == "operational"
