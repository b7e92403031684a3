"""Plans beside what is there: what they keep, what they take over, and what they open."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.kernel.periods import Period
from dutydesk.people.models import Account, Engineer
from dutydesk.rota.flows import edits, plan_proposals, publication, roster, swaps
from dutydesk.rota.flows.edits import Cadence
from dutydesk.rota.flows.plan_proposals import Proposal
from dutydesk.rota.flows.shift_build import EditRefused
from dutydesk.rota.models import Rotation, Shift, Swap
from testing.world import World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.rota")]
NAMES = ("Ada", "Ben", "Cy", "Di", "Ed", "Fay", "Gus", "Hal")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Give eight people, and a rotation of each on-call duty that keeps a week of rest."""
    world = World(tmp_path, "2026-11-23T08:00")
    for name in NAMES[3:]:
        account = Account.objects.create_user(email=f"{name}@example.org", name=name)
        Engineer.objects.create(name=name, email=account.email, account=account)
    for duty, first in (("primary", 0), ("secondary", 4)):
        places = [[number(NAMES[(first + n) % 8])] for n in range(8)]
        starts = world.moment("2026-11-16T10:00").astimezone(world.zone).replace(tzinfo=None)
        cadence = Cadence("weekly", 1, starts, places)
        edits.rotate(duty=duty, cadence=cadence, at=world.at, by="Ada")
    return world


def propose(world: World, weeks: int = 6, *, afresh: bool = False) -> Proposal:
    until = world.at + timedelta(weeks=weeks)
    return plan_proposals.propose(at=world.at, until=until, seconds=30, afresh=afresh)


def publish(world: World, proposal: Proposal) -> None:
    publication.accept(seats=plan_proposals.rows(proposal), at=world.at, by="Ada")


def on(world: World, local: str, duty: str = "primary") -> list[str]:
    return [d.name for d in roster.who(at=world.moment(local)) if d.duty == duty and d.name]


def span(world: World, start: str, end: str) -> Period:
    return Period(world.moment(start), world.moment(end))


def swap(world: World) -> Swap:
    """Let Di take Ben's primary Saturday, 28 November."""
    saturday = span(world, "2026-11-28T00:00", "2026-11-29T00:00")
    offered = swaps.offer(
        duty="primary", span=saturday, engineer=number("Ben"), asked=None, at=world.at
    )
    swaps.take(swap=offered.pk, engineer=number("Di"), at=world.at)
    return offered


def test_rotations_go_on_after_a_plan(world: World) -> None:
    after = {local: on(world, local) for local in ("2027-01-06T08:00", "2027-06-09T08:00")}
    proposal = propose(world)
    assert proposal.plan.moved == ()
    publish(world, proposal)
    assert {local: on(world, local) for local in after} == after
    assert all(after.values())
    assert not Rotation.objects.exclude(ends_at=None).exists()
    assert Shift.objects.filter(kind="plan", cancelled_at=None).count() == 12


def test_a_plan_keeps_swaps_overrides_and_time_by_hand(world: World) -> None:
    taken = swap(world)
    sunday = span(world, "2026-12-06T00:00", "2026-12-07T00:00")
    edits.override(
        duty="secondary",
        span=sunday,
        add=number("Hal"),
        remove=number("Gus"),
        at=world.at,
        by="Ada",
    )
    hand = span(world, "2026-12-12T07:00", "2026-12-12T22:00")
    edits.add_shift(
        duty="primary",
        engineer=number("Ed"),
        start=hand.start,
        end=hand.end,
        at=world.at,
        by="Ada",
    )
    for afresh in (False, True):
        publish(world, propose(world, afresh=afresh))
        assert on(world, "2026-11-28T12:00") == ["Di"]
        assert on(world, "2026-11-27T19:00") == ["Ben"]
        assert on(world, "2026-12-06T12:00", "secondary") == ["Hal"]
        assert "Ed" in on(world, "2026-12-12T12:00")
        taken.refresh_from_db()
        assert taken.state == "taken"


def test_nobody_is_planned_beside_time_that_they_keep(world: World) -> None:
    swap(world)
    proposal = propose(world, afresh=True)
    week = {
        proposal.names[proposal.plan.seats[n, d]] for n in (0, 1) for d in plan_proposals.DUTIES
    }
    assert proposal.fixed == {(0, "primary"): number("Ben")}
    assert "Di" not in week  # On call that Saturday, and at rest the week after.


def test_an_older_proposal_is_refused_once_somebody_swapped(world: World) -> None:
    proposal = propose(world)
    swap(world)
    with pytest.raises(EditRefused, match="swapped or changed a shift meanwhile"):
        publish(world, proposal)


def test_a_second_plan_moves_only_what_an_absence_forces_and_says_why(world: World) -> None:
    publish(world, propose(world))
    away = span(world, "2026-12-07T00:00", "2026-12-12T00:00")
    edits.be_away(engineer=number("Cy"), span=away, at=world.at, by="Cy", anyway=True)
    again = propose(world)
    moved = {again.names[again.published[seat]]: again.reasons[seat] for seat in again.plan.moved}
    assert len(moved) <= 2
    assert "Cy is away" in moved.values()
    kept = [seat for seat in again.plan.seats if seat not in again.plan.moved]
    assert {again.reasons[seat] for seat in kept} == {"as published"}


def test_a_preview_names_the_holes_that_publishing_opens(world: World) -> None:
    proposal = propose(world, weeks=4, afresh=True)
    rows = plan_proposals.rows(proposal)
    assert publication.preview(seats=rows, at=world.at).opened == []
    seat = next(s for s, who in proposal.plan.seats.items() if who != proposal.published[s])
    turn = proposal.turns[seat[0]].period
    who = proposal.plan.seats[seat]
    edits.be_away(engineer=who, span=turn, at=world.at, by="Ada", anyway=True)
    opened = publication.preview(seats=rows, at=world.at).opened
    assert opened
    assert all(turn.overlap(gap.period) for gap in opened)
    assert Shift.objects.filter(kind="plan").count() == 0


def test_both_are_told_of_a_swap_that_becomes_void(world: World) -> None:
    taken = swap(world)
    rotation = Rotation.objects.get(duty="primary")
    edits.end_rotation(number=rotation.pk, at=world.at, by="Ada")
    world.settle()
    taken.refresh_from_db()
    assert taken.state == "void"
    for name in ("Ben", "Di"):
        (told,) = [s for s in world.said("#cloud-platform", name) if "A swap is void" in s]
        assert "Di had taken Ben's primary time in a swap" in told


def test_a_swap_that_is_swapped_on_is_not_void(world: World) -> None:
    first = swap(world)
    saturday = span(world, "2026-11-28T00:00", "2026-11-29T00:00")
    again = swaps.offer(
        duty="primary", span=saturday, engineer=number("Di"), asked=None, at=world.at
    )
    swaps.take(swap=again.pk, engineer=number("Hal"), at=world.at)
    first.refresh_from_db()
    assert first.state == "taken"
    assert on(world, "2026-11-28T12:00") == ["Hal"]
