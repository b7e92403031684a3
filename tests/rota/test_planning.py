"""Plans keep every rule, are fair, move little, and say why there is none."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.kernel.periods import Period
from dutydesk.rota.rules.newcomers import Experience
from dutydesk.rota.rules.plan_model import Busy, Plan, PlanRequest, Turn, against, over_share
from dutydesk.rota.rules.solver import plan as plan_within
from testing.tries import tries

# What is asked here is proven within a second or two, unless others use the machine.
plan = partial(plan_within, seconds=60.0)
WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
FIRST = datetime(2026, 12, 7, 10, tzinfo=UTC)


def turns(count: int, holidays: tuple[int, ...] = ()) -> list[Turn]:
    return [
        Turn(Period(FIRST + n * WEEK, FIRST + (n + 1) * WEEK), 70 + 7 * (n in holidays), 30,
             15 * (n in holidays))
        for n in range(count)
    ]  # fmt: skip


def broken(wanted: PlanRequest, found: Plan) -> list[str]:
    """Give every hard rule that a plan breaks."""
    wrong = []
    for number, turn in enumerate(wanted.turns):
        on = [found.seats[number, duty] for duty in wanted.duties]
        if len(set(on)) < len(on):
            wrong.append(f"{number}: cover")
        away = [p for who in on for p in wanted.away.get(who, ()) if turn.period.overlap(p)]
        wrong += [f"{number}: absence" for _ in away]
        new = wanted.known.newcomers.intersection(on)
        if new and wanted.known.experienced and not wanted.known.experienced.intersection(on):
            wrong.append(f"{number}: pairing")
    return wrong + tired(wanted, found)


def tired(wanted: PlanRequest, found: Plan) -> list[str]:
    """Give where somebody has too little rest between two turns."""
    mine: dict[int, list[Period]] = {}
    for (number, _), who in sorted(found.seats.items()):
        mine.setdefault(who, []).append(wanted.turns[number].period)
    both = [pair for periods in mine.values() for pair in pairwise(sorted(periods))]
    return ["rest" for a, b in both if wanted.rest and b.start - a.end < wanted.rest]


absences = st.dictionaries(
    st.integers(1, 7),
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(1, 3)).map(
            lambda p: Period(FIRST + p[0] * WEEK, FIRST + (p[0] + p[1]) * WEEK)
        ),
        max_size=2,
    ),
)


@tries(6)
@given(absences, st.sets(st.integers(1, 7)), st.sampled_from([None, WEEK]))
@pytest.mark.clause("oncall.rota", "oncall.newcomers")
def test_a_plan_breaks_no_rule_and_none_says_why(
    away: dict[int, list[Period]], new: set[int], rest: timedelta | None
) -> None:
    known = Experience(frozenset(new), frozenset({1, 2, 3} - new))
    wanted = PlanRequest(turns(10), range(1, 8), away=away, known=known, rest=rest)
    found = plan(wanted, seconds=3)
    if found.possible:
        assert broken(wanted, found) == []
    elif not found.timed_out:
        assert found.broken_by or found.stuck


def test_turns_and_holidays_fall_evenly() -> None:
    wanted = PlanRequest(turns(24, holidays=(2, 3, 16, 20)), range(1, 9))
    found = plan(wanted)
    assert found.proven
    assert set(Counter(found.seats.values()).values()) == {6}
    holidays = Counter(found.seats[n, d] for n in (2, 3, 16, 20) for d in wanted.duties)
    assert set(holidays.values()) == {1}


def test_who_had_more_before_gets_less() -> None:
    found = plan(PlanRequest(turns(8), range(1, 5), had={1: 280.0, 2: 0.0, 3: 0.0, 4: 0.0}))
    count = Counter(found.seats.values())
    assert count[1] < min(count[2], count[3], count[4])


def test_two_carry_everything_when_all_others_are_away() -> None:
    whole = [Period(FIRST, FIRST + 10 * WEEK)]
    found = plan(
        PlanRequest(turns(10), range(1, 9), away={person: whole for person in range(3, 9)})
    )
    assert set(found.seats.values()) == {1, 2}


def test_a_wish_is_kept_where_it_can_be() -> None:
    wish = Period(FIRST, FIRST + 2 * WEEK)
    found = plan(PlanRequest(turns(8), range(1, 9), wishes={1: [wish]}))
    assert found.wishes_missed == 0
    assert 1 not in [found.seats[n, d] for n in (0, 1) for d in ("primary", "secondary")]


def test_a_plan_made_again_moves_only_what_it_must() -> None:
    before = plan(PlanRequest(turns(12), range(1, 7), rest=WEEK))
    gone = before.seats[5, "primary"]
    away = {gone: [Period(FIRST + 5 * WEEK, FIRST + 6 * WEEK)]}
    wanted = PlanRequest(turns(12), range(1, 7), away=away, rest=WEEK, published=before.seats)
    again = plan(wanted)
    assert broken(wanted, again) == []
    assert (5, "primary") in again.moved
    assert len(again.moved) <= 2


def test_a_plan_that_can_t_be_names_the_rule() -> None:
    week = [Period(FIRST + 3 * WEEK, FIRST + 4 * WEEK)]
    away = plan(PlanRequest(turns(6), range(1, 5), away={1: week, 2: week, 3: week}))
    assert (away.possible, away.broken_by, away.stuck) == (False, ("absence",), (3,))
    rest = plan(PlanRequest(turns(6), range(1, 4), rest=WEEK))
    assert rest.broken_by == ("rest",)
    alone = plan(PlanRequest(turns(2), (1, 2), known=Experience(frozenset({1, 2}), frozenset({9}))))
    assert alone.broken_by == ("pairing",)
    stint = PlanRequest(turns(2), (1, 2), stints={1: [turns(1)[0].period]}, in_stint=False)
    assert plan(stint).broken_by == ("stint",)
    assert plan(PlanRequest(turns(2), (1,))) == Plan(stuck=(0, 1))


def test_no_time_is_not_called_impossible() -> None:
    found = plan(PlanRequest(turns(52), range(1, 21), rest=WEEK), seconds=0.0)
    assert (found.possible, found.timed_out, found.broken_by) == (False, True, ())


def test_two_rules_that_stand_against_a_plan_together_are_named() -> None:
    whole = [Period(FIRST, FIRST + WEEK)]
    known = Experience(frozenset({1, 2, 3, 4}), frozenset({5}))
    both = PlanRequest(turns(1), range(1, 6), away={5: whole}, stints={5: whole}, in_stint=False,
                  known=known)  # fmt: skip
    found = plan(both)
    assert (found.broken_by, found.together) == (("pairing",), ())
    away = {person: whole for person in (1, 2, 3)}
    found = plan(PlanRequest(turns(1), (1, 2, 3, 4), away=away, stints=away, in_stint=False))
    assert (found.broken_by, found.together) == ((), ("absence", "stint"))


def test_what_stays_is_kept_and_kept_clear_of() -> None:
    saturday = Period(FIRST + 5 * DAY, FIRST + 6 * DAY)
    known = Experience(frozenset({1}), frozenset({2, 3, 4, 5, 6}))
    busy = [Busy(1, "primary", saturday)]
    wanted = PlanRequest(turns(3), range(1, 7), busy=busy, fixed={(2, "primary"): 4}, rest=WEEK,
                    known=known)  # fmt: skip
    found = plan(wanted)
    assert found.seats[2, "primary"] == 4
    assert found.seats[0, "secondary"] in known.experienced  # A newcomer has that Saturday.
    assert 1 not in (found.seats[1, "primary"], found.seats[1, "secondary"])
    assert against(wanted, found.seats, (0, "secondary"), 1) == "twice"
    assert against(wanted, found.seats, (1, "primary"), 1) == "rest"
    assert against(wanted, found.seats, (1, "primary"), 4) == "rest"


def test_nobody_carries_more_than_their_share_where_it_can_be_helped() -> None:
    half = PlanRequest(turns(6), range(1, 5), share_below=0.5)
    assert over_share(half, plan(half).seats)  # With four people it can't be helped.
    had = {1: 0.0, **dict.fromkeys(range(2, 7), 900.0)}
    six = replace(half, people=range(1, 7), had=had)
    assert over_share(six, plan(replace(six, share_below=None)).seats).keys() == {1}
    assert over_share(six, plan(six).seats) == {}


def test_a_plan_says_if_nobody_s_partner_was_looked_at() -> None:
    assert plan(PlanRequest(turns(2), (1, 2, 3))).unpaired
    known = Experience(frozenset(), frozenset({1}))
    assert not plan(PlanRequest(turns(2), (1, 2, 3), known=known)).unpaired
