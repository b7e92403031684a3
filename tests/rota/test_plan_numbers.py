"""Plans say true numbers, are published as they were shown, and are taken back as one."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from dutydesk.kernel.periods import Period
from dutydesk.rota.flows import edits, publication, shift_corrections, swaps
from dutydesk.rota.flows.plan_proposals import DUTIES, Proposal
from dutydesk.rota.flows.shift_build import EditRefused
from dutydesk.rota.flows.violations import BothRefused, PairingRefused
from dutydesk.rota.models import Absence, Override
from testing.rotas import EIGHT, kinds, minutes, on, propose, publish, span, team_of_eight
from testing.screens import seen, visit
from testing.tries import tries
from testing.world import Moving, World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.rota")]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = team_of_eight(tmp_path)
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def christmas(world: World) -> None:
    """Let Ada and Cy share Christmas by a temporary schedule, and others change smaller parts."""
    whole = span(world, "2026-12-24T00:00", "2026-12-28T00:00")
    half = world.moment("2026-12-26T10:00")
    shifts = [
        (number("Ada"), Period(whole.start, half)),
        (number("Cy"), Period(half, whole.end)),
    ]
    edits.stand_in(duty="primary", span=whole, shifts=shifts, at=world.at, by="Ada")


def counted(proposal: Proposal) -> Period:
    return Period(proposal.turns[0].period.start, proposal.turns[-1].period.end)


def as_recorded(proposal: Proposal) -> dict[str, tuple[timedelta, ...]]:
    """Count everybody's minutes in a plan's turns as they are on record now."""
    whole = counted(proposal)
    had = [one for one in shift_corrections.had(whole) if one.duty in DUTIES]
    return {proposal.names[who]: kinds(found) for who, found in minutes(had, whole).items()}


def said(proposal: Proposal, *, before: bool = False) -> dict[str, tuple[timedelta, ...]]:
    tallies = proposal.before if before else proposal.tallies
    return {proposal.names[who]: kinds(found) for who, found in tallies.items() if found.total}


def test_afresh_says_how_many_published_turns_really_change_hands(world: World) -> None:
    page = visit("Ada").post("/shifts/plan/", {"weeks": "6", "afresh": "yes"})
    text = seen(page)
    marked = text.count("instead of")
    assert marked
    assert f"{marked} of 12 published turns change hands." in text
    assert "0 of 12 published turns change hands." in seen(
        visit("Ada").post("/shifts/plan/", {"weeks": "6"})
    )


def test_a_plan_counts_christmas_for_who_has_it(world: World) -> None:
    christmas(world)
    proposal = propose(world, afresh=True)
    hours = {name: found[2] / timedelta(hours=1) for name, found in said(proposal).items()}
    assert hours["Ada"] >= 15  # Christmas Day, 07 to 22.
    publish(world, proposal)
    assert as_recorded(proposal) == said(proposal)
    assert on(world, "2026-12-25T12:00") == ["Ada"]


_PARTS = st.lists(
    st.tuples(
        st.sampled_from(("hand", "override", "swap", "away", "temporary")),
        st.sampled_from(DUTIES),
        st.sampled_from(EIGHT),
        st.integers(2 * 24, 26 * 24),
        st.integers(3, 60),
    ),
    max_size=4,
)


def _change(world: World, part: tuple[str, str, str, int, int]) -> None:
    """Change a part of somebody's turn; what is refused is no change."""
    what, duty, name, first, hours = part
    start = world.at + timedelta(hours=first)
    whole, who = Period(start, start + timedelta(hours=hours)), number(name)
    if what == "away":
        edits.be_away(engineer=who, span=whole, at=world.at, by="Ada", anyway=True)
    elif what == "temporary":
        shifts = [(who, whole)]
        edits.stand_in(duty=duty, span=whole, shifts=shifts, at=world.at, by="Ada")
    else:
        everybody = what == "swap"
        edits.override(
            duty=duty,
            span=whole,
            add=who,
            everybody=everybody,
            kind=what,
            at=world.at,
            by="Ada",
        )


@tries(3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_PARTS)
def test_hours_are_counted_as_they_come_out_by_the_minute(
    world: World, parts: list[tuple[str, str, str, int, int]]
) -> None:
    with transaction.atomic():
        _as_they_come_out(world, parts)
        transaction.set_rollback(True)


def _as_they_come_out(world: World, parts: list[tuple[str, str, str, int, int]]) -> None:
    for part in parts:
        with suppress(EditRefused, BothRefused, PairingRefused):
            _change(world, part)
    proposal = propose(world, weeks=4, afresh=True)
    assert as_recorded(proposal) == said(proposal, before=True)
    if publication.keep(proposal, at=world.at):
        with suppress(BothRefused, PairingRefused):
            publish(world, proposal)
            assert as_recorded(proposal) == said(proposal)


def test_a_plan_is_published_as_it_was_shown(world: World) -> None:
    proposal = propose(world, afresh=True)
    publish(world, proposal)
    for (turn, duty), who in proposal.plan.seats.items():
        local = proposal.turns[turn].period.start.astimezone(world.zone) + timedelta(hours=30)
        assert on(world, local.strftime("%Y-%m-%dT20:00"), duty) == [proposal.names[who]]


@pytest.mark.parametrize("what", ["absence", "swap", "published"])
def test_a_plan_is_refused_once_what_it_rests_on_changed(world: World, what: str) -> None:
    kept = publication.keep(propose(world, afresh=True), at=world.at)
    assert kept is not None
    week = span(world, "2026-12-08T00:00", "2026-12-09T00:00")
    if what == "absence":
        edits.be_away(engineer=number("Ada"), span=week, at=world.at, by="Ada", anyway=True)
        said = "who is away"
    elif what == "swap":
        (name,) = on(world, "2026-12-08T08:00")
        offered = swaps.offer(
            duty="primary", span=week, engineer=number(name), asked=None, at=world.at
        )
        swaps.take(swap=offered.pk, engineer=number("Ada"), at=world.at)
        said = "swaps, changes or shifts by hand"
    else:
        publish(world, propose(world, afresh=True))
        said = "whose the turns are"
    with pytest.raises(EditRefused, match=f"Since this plan was shown,.*{said}"):
        publication.publish(number=kept.pk, at=world.at, by="Ada")


def test_a_plan_is_published_once_and_kept_a_week(world: World) -> None:
    plan = publish(world, propose(world, afresh=True))
    with pytest.raises(EditRefused, match="published already"):
        publication.publish(number=plan, at=world.at, by="Ada")
    shown = publication.keep(propose(world, afresh=True), at=world.at)
    assert shown is not None
    world.at += timedelta(days=8)
    publication.keep(propose(world), at=world.at)
    with pytest.raises(EditRefused, match="too old"):
        publication.publish(number=shown.pk, at=world.at, by="Ada")


def test_a_plan_is_one_entry_that_is_taken_back_as_one(world: World) -> None:
    days = ["2026-12-01T08:00", "2026-12-09T08:00", "2026-12-30T08:00"]
    rotation = [on(world, day) for day in days]
    first = publish(world, propose(world, afresh=True))
    planned = [on(world, day) for day in days]
    page = seen(visit("Ada").get("/shifts/change/?what=override"))
    assert f"Plan {first} of 6 turns" in page
    assert "Latest changes" not in page  # Its seats are no changes of their own.
    taken = {"what": "take-back-plan", "number": str(first)}
    assert "Confirm" in seen(visit("Ada").post("/shifts/change/", taken))
    assert [on(world, day) for day in days] == planned
    visit("Ada").post("/shifts/change/", taken | {"confirm": "1"})
    assert [on(world, day) for day in days] == rotation
    assert not Override.objects.filter(end__gt=world.at).exists()
    with pytest.raises(EditRefused, match="over or gone"):
        publication.take_back(number=first, at=world.at, by="Ada")


def test_under_a_plan_taken_back_is_the_one_before(world: World) -> None:
    publish(world, propose(world, afresh=True))
    day = "2026-12-09T08:00"
    before = on(world, day)
    away = span(world, "2026-12-07T10:00", "2026-12-14T10:00")
    edits.be_away(engineer=number(before[0]), span=away, at=world.at, by="Ada", anyway=True)
    second = publish(world, propose(world))
    assert on(world, day) != before
    (absence,) = Absence.objects.all()
    edits.be_back(absence=absence.pk, at=world.at, by="Ada")
    publication.take_back(number=second, at=world.at, by="Ada")
    assert on(world, day) == before


def test_a_plan_taken_back_while_it_runs_keeps_what_was(world: World) -> None:
    plan = publish(world, propose(world, afresh=True))
    world.at = world.moment("2026-12-09T12:00")
    (had,) = on(world, "2026-12-08T08:00")
    publication.take_back(number=plan, at=world.at, by="Ada")
    assert on(world, "2026-12-08T08:00") == [had]
