"""Figures are told with their count; none is not zero."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.kernel.periods import Period
from dutydesk.measures.rules.summaries import (
    HappinessSummary,
    IncidentCount,
    Summary,
    happiness,
    incident_counts,
    summarise,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTES = st.integers(min_value=0, max_value=10**6)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.mark.parametrize("values", [[], [None, None]])
def test_a_mean_of_nothing_is_none_and_not_zero(values: list[timedelta | None]) -> None:
    assert summarise(values) is None


def test_an_incident_whose_time_is_unknown_does_not_pull_the_mean_down() -> None:
    values = [minutes(10), None, minutes(60), minutes(20)]
    assert summarise(values) == Summary(3, median=minutes(20), mean=minutes(30))


def test_between_two_middle_lengths_the_median_is_half_way() -> None:
    summary = summarise([minutes(100), minutes(1), minutes(4), minutes(2)])
    assert summary is not None
    assert summary.median == minutes(3)


def test_an_incident_that_took_no_time_counts_as_zero() -> None:
    assert summarise([timedelta()]) == Summary(1, timedelta(), timedelta())


@given(st.lists(MINUTES, min_size=1))
def test_mean_and_median_lie_where_arithmetic_puts_them(values: list[int]) -> None:
    summary = summarise(minutes(value) for value in values)
    assert summary is not None
    exact = Fraction(sum(values), len(values)) * 60_000_000
    assert abs(summary.mean // timedelta(microseconds=1) - exact) <= 1
    below = sum(minutes(value) <= summary.median for value in values)
    above = sum(minutes(value) >= summary.median for value in values)
    assert summary.count == len(values)
    assert min(below, above) * 2 >= len(values)


def test_nobody_asked_is_no_happiness_rather_than_none_of_it() -> None:
    assert happiness([]) is None
    assert happiness([None]) is None


def test_happiness_counts_those_who_answered_and_shows_every_score() -> None:
    assert happiness([5, 4, None, 5, 2]) == HappinessSummary(
        count=4, median=4.5, mean=4.0, by_score=((1, 0), (2, 1), (3, 0), (4, 1), (5, 2))
    )


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_off_the_scale_is_refused(score: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 5"):
        happiness([3, score])


def test_an_incident_on_the_border_belongs_to_the_later_period() -> None:
    days = [START + timedelta(days=day) for day in range(4)]
    periods = [Period(one, two) for one, two in pairwise(days)]
    declared = [(days[1], True), (days[0], False), (days[1] - minutes(1), True), (days[3], True)]
    assert incident_counts(declared, periods) == (
        IncidentCount(periods[0], incidents=2, high=1),
        IncidentCount(periods[1], incidents=1, high=1),
        IncidentCount(periods[2], incidents=0, high=0),
    )


@given(st.lists(st.tuples(MINUTES, st.booleans())), st.lists(MINUTES, min_size=2))
def test_periods_that_touch_count_every_incident_between_them_once(
    incidents: list[tuple[int, bool]], borders: list[int]
) -> None:
    edges = [START + minutes(border) for border in sorted(borders)]
    periods = [Period(one, two) for one, two in pairwise(edges)]
    declared = [(START + minutes(offset), high) for offset, high in incidents]
    within = [high for at, high in declared if edges[0] <= at < edges[-1]]
    counts = incident_counts(declared, periods)
    assert sum(count.incidents for count in counts) == len(within)
    assert sum(count.high for count in counts) == sum(within)
