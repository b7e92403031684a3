"""What a service's time was, against a slow reference that asks each minute by itself."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.availability.rules.budgets import AvailabilityTarget, burn_rate, error_budget
from dutydesk.availability.rules.ranges import DayRange, holding
from dutydesk.availability.rules.sources import Term, reigns
from dutydesk.availability.rules.spans import intersect
from dutydesk.availability.rules.timeline import Evidence, TimeState, TimeTally, timeline
from dutydesk.kernel.periods import Period, union
from dutydesk.process.rules.hours import Calendar, Clock

pytestmark = pytest.mark.clause("measure.availability")
LONDON = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)
# The clocks go back on Sunday 25 October 2026, in the middle of what is tried.
BEGIN = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
LONG = 16 * 60


def minutes(start: int, end: int) -> Period:
    return Period(BEGIN + start * MINUTE, BEGIN + end * MINUTE)


@st.composite
def periods(draw: st.DrawFn, most: int = 6) -> list[Period]:
    found = []
    for _ in range(draw(st.integers(0, most))):
        start = draw(st.integers(-60, LONG))
        found.append(minutes(start, start + draw(st.integers(0, 400))))
    return found


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    start = draw(st.integers(-30, LONG))
    life = minutes(start, start + draw(st.integers(0, LONG)))
    return Evidence(life, *(draw(periods()) for _ in range(4)))


def minute_by_minute(evidence: Evidence, counted: list[Period], whole: Period) -> TimeTally:
    """Ask of every minute what it was, by the words of the process, and count."""
    sums = dict.fromkeys(TimeState, timedelta())
    moment = whole.start
    while moment < whole.end:

        def holds(some: object, at: datetime = moment) -> bool:
            return any(one.start <= at < one.end for one in some)  # type: ignore[attr-defined]

        if holds(counted) and holds([evidence.life]):
            if holds(evidence.planned):
                state = TimeState.PLANNED
            elif holds(evidence.down):
                state = TimeState.EXCLUDED if holds(evidence.excluded) else TimeState.DOWN
            else:
                state = TimeState.UP if holds(evidence.up) else TimeState.UNKNOWN
            sums[state] += MINUTE
        moment += MINUTE
    return TimeTally(**{state.value: length for state, length in sums.items()})


@settings(max_examples=40)
@given(evidences(), periods(3))
def test_every_minute_is_counted_once_as_what_it_was(
    evidence: Evidence, counted: list[Period]
) -> None:
    whole = minutes(-120, LONG + 500)
    expected = minute_by_minute(evidence, counted, whole)
    found = timeline(evidence, counted)
    assert found.tally() == expected
    assert found.within(whole) == expected
    assert found.tally().whole == sum((one.length for one in intersect(
        union(counted), [evidence.life])), timedelta())  # fmt: skip


@settings(max_examples=20)
@given(evidences(), st.lists(st.integers(-100, LONG + 400), min_size=2, max_size=6, unique=True))
def test_parts_of_a_range_add_up(evidence: Evidence, cuts: list[int]) -> None:
    cuts.sort()
    parts = [minutes(*pair) for pair in pairwise(cuts)]
    found = timeline(evidence, [minutes(cuts[0], cuts[-1])])
    assert found.parts(parts) == [
        minute_by_minute(evidence, [minutes(cuts[0], cuts[-1])], part) for part in parts
    ]
    assert sum(found.parts(parts), TimeTally()) == found.tally()


@settings(max_examples=20)
@given(evidences())
def test_support_hours_count_through_the_night_in_which_the_clocks_go_back(
    evidence: Evidence,
) -> None:
    clock = Clock("nights", "Mo-Su 23:00-03:00", Calendar(LONDON, "GB", "ENG"))
    whole = minutes(-60, LONG + 100)
    counted = clock.periods(whole.start, whole.end)
    assert timeline(evidence, counted).tally() == minute_by_minute(evidence, counted, whole)
    assert clock.between(whole.start, whole.end) == timedelta(hours=5), "an hour comes twice"


def test_unknown_is_never_up_and_nothing_known_is_no_share() -> None:
    day = minutes(0, 100)
    found = timeline(Evidence(day, up=[minutes(0, 30)], down=[minutes(30, 40)]), [day]).tally()
    assert (found.up, found.down, found.unknown) == (30 * MINUTE, 10 * MINUTE, 60 * MINUTE)
    assert found.share == Fraction(3, 4)
    assert timeline(Evidence(day), [day]).tally().share is None


@pytest.mark.parametrize(
    ("day", "kind", "first", "end", "hours"),
    [
        ("2026-10-25", "week", "2026-10-19", "2026-10-26", 169),
        ("2026-03-29", "month", "2026-03-01", "2026-04-01", 743),
        ("2026-12-31", "quarter", "2026-10-01", "2027-01-01", 2209),
        ("2028-02-29", "year", "2028-01-01", "2029-01-01", 8784),
    ],
)
def test_ranges_are_of_local_days_whatever_the_clocks_do(
    day: str, kind: str, first: str, end: str, hours: int
) -> None:
    found = holding(date.fromisoformat(day), kind)  # type: ignore[arg-type]
    assert (found.first.isoformat(), found.end.isoformat()) == (first, end)
    assert found.period(LONDON).length == timedelta(hours=hours)
    days = found.days(LONDON)
    assert union(one for _, one in days) == [found.period(LONDON)]
    before, after = found.beside(-1), found.beside(1)
    assert before and after and (before.end, after.first) == (found.first, found.end)


def test_there_is_no_range_after_the_last_of_all_days() -> None:
    assert holding(date(9999, 11, 1), "month").beside(1) is None
    assert DayRange("days", date(1, 1, 1), date(1, 1, 8)).beside(-1) is None


TERMS = st.lists(
    st.tuples(st.integers(-50, 150), st.one_of(st.none(), st.integers(0, 120))), max_size=5
)


@given(TERMS)
def test_the_source_that_was_named_last_tells_of_each_minute(
    given_terms: list[tuple[int, int | None]],
) -> None:
    terms = [
        Term(number, "prometheus", str(number), BEGIN + began * MINUTE,
             None if length is None else BEGIN + (began + length) * MINUTE)
        for number, (began, length) in enumerate(given_terms)
    ]  # fmt: skip
    whole = minutes(0, 100)
    found = reigns(terms, whole)
    for minute in range(100):
        at = BEGIN + minute * MINUTE
        told = [one.term.number for one in found if any(at in each for each in one.periods)]
        named = [t for t in terms if t.began <= at and (t.ended is None or at < t.ended)]
        assert told == [named[-1].number if named else None]


def test_a_budget_says_what_is_left_how_fast_it_goes_and_when_it_runs_out() -> None:
    month = Period(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
    at = datetime(2026, 11, 16, tzinfo=UTC)
    half = timedelta(days=15)
    so_far = TimeTally(up=half - timedelta(minutes=20), down=timedelta(minutes=20))
    lately = TimeTally(up=timedelta(days=3) - 9 * MINUTE, down=9 * MINUTE)
    found = error_budget(
        AvailabilityTarget("99.9", "month", month),
        whole=month.length,
        so_far=so_far,
        lately={"3 days": lately},
        at=at,
        after=lambda start, amount: start + amount,
    )
    assert found.allowed == timedelta(minutes=43, seconds=12)
    assert found.left == timedelta(minutes=23, seconds=12)
    assert found.burn["3 days"] == Fraction(9, 3 * 24 * 60) / Fraction(1, 1000)
    # 9 minutes in three days: 23 minutes 12 seconds last for 7 days 17 hours 36 minutes.
    assert found.runs_out == at + timedelta(days=7, hours=17, minutes=36)


@pytest.mark.parametrize(
    ("down", "lately", "runs_out"),
    [
        (50, 9, timedelta()),
        (20, 0, None),
        (20, 1, None),
        (0, 30, timedelta(hours=103, minutes=40, seconds=48)),
    ],
)
def test_a_budget_that_is_gone_or_lasts(down: int, lately: int, runs_out: timedelta | None) -> None:
    month = Period(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
    at = datetime(2026, 11, 16, tzinfo=UTC)
    found = error_budget(
        AvailabilityTarget("99.9", "month", month),
        whole=month.length,
        so_far=TimeTally(up=timedelta(days=15) - down * MINUTE, down=down * MINUTE),
        lately={"3 days": TimeTally(up=timedelta(days=3) - lately * MINUTE, down=lately * MINUTE)},
        at=at,
        after=lambda start, amount: start + amount,
    )
    if runs_out is None:
        assert found.runs_out is None
    else:
        assert found.runs_out == at + runs_out


@pytest.mark.parametrize("many", [1, 10])
def test_many_services_together_run_out_when_each_of_them_would(many: int) -> None:
    month = Period(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
    at = datetime(2026, 11, 8, tzinfo=UTC)
    found = error_budget(
        AvailabilityTarget("99", "month", month),
        whole=month.length * many,
        so_far=TimeTally(up=timedelta(days=7) * many, down=MINUTE * many),
        lately={"3 days": TimeTally(up=timedelta(hours=98), down=timedelta(hours=2))},
        at=at,
        after=lambda start, amount: start + amount / many,
        many=many,
    )
    assert found.runs_out == at + (timedelta(hours=7, minutes=12) - MINUTE) * 50


def test_a_target_of_all_the_time_runs_out_once_something_was_down() -> None:
    month = Period(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
    at = datetime(2026, 11, 8, tzinfo=UTC)
    found = [
        error_budget(
            AvailabilityTarget("100", "month", month),
            whole=month.length,
            so_far=TimeTally(up=timedelta(days=7), down=down),
            lately={},
            at=at,
            after=lambda start, amount: start + amount,
        ).runs_out
        for down in (timedelta(), MINUTE)
    ]
    assert found == [None, at]


def test_of_a_target_of_all_the_time_nothing_burns() -> None:
    assert burn_rate(TimeTally(up=MINUTE, down=MINUTE), Fraction(1)) is None
    assert burn_rate(TimeTally(unknown=MINUTE), Fraction(99, 100)) is None
