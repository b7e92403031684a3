"""Swaps: offered, taken, taken back, lapsed; and taking a running shift now."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dutydesk.commitments.flows import commitments
from dutydesk.kernel.periods import Period
from dutydesk.people.flows import membership, people
from dutydesk.people.models import Account
from dutydesk.rota.flows import edits, experience, roster, step_up, swaps, team_members
from dutydesk.rota.flows.shift_build import BuildOutcome, EditRefused
from dutydesk.rota.flows.violations import PairingRefused
from dutydesk.rota.models import Shift, Swap
from dutydesk.rota.rules.promises import first_reminder, next_reminder
from testing.world import World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.rota")]


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-23T08:00")
    world.shifts(support="Cy", primary="Ada")
    return world


def saturday(world: World) -> Period:
    return Period(world.moment("2026-11-28T00:00"), world.moment("2026-11-29T00:00"))


def offer(world: World, asked: str = "") -> Swap:
    return swaps.offer(
        duty="primary",
        span=saturday(world),
        engineer=number("Ada"),
        asked=number(asked) if asked else None,
        at=world.at,
    )


def primary(world: World, local: str) -> str:
    return next(d.name for d in roster.who(at=world.moment(local)) if d.duty == "primary")


def test_an_offer_is_taken_with_one_press_and_changes_only_that_time(world: World) -> None:
    swap = offer(world)
    assert primary(world, "2026-11-28T12:00") == "Ada"
    world.press("Ben", "rota.take", f"swap:{swap.pk}")
    assert primary(world, "2026-11-27T19:00") == "Ada"
    assert primary(world, "2026-11-28T12:00") == "Ben"
    assert primary(world, "2026-11-29T12:00") == "Ada"
    why = roster.who(at=world.moment("2026-11-28T12:00"))[1].why
    assert why == "took over the primary shift in a swap in on-call hours"
    assert any("taken by Ben" in said for said in world.said("#cloud-platform"))
    with pytest.raises(EditRefused, match=r"stands no more \(taken\)"):
        world.press("Cy", "rota.take", f"swap:{swap.pk}")


def test_both_are_told_before_an_offer_lapses(world: World) -> None:
    swap = offer(world, "Ben")
    world.forward(days=3, hours=15)
    for name in ("Ada", "Ben"):
        assert not any("about to lapse" in said for said in world.said("#cloud-platform", name))
    world.forward(hours=2)
    for name in ("Ada", "Ben"):
        (told,) = [s for s in world.said("#cloud-platform", name) if "about to lapse" in s]
        assert "Nobody has taken Ada's primary time yet" in told
    world.forward(days=1)
    swap.refresh_from_db()
    assert swap.state == "lapsed"
    for name in ("Ada", "Ben"):
        assert any("stays with Ada" in said for said in world.said("#cloud-platform", name))
    assert primary(world, "2026-11-28T12:00") == "Ada"


def test_an_offer_made_weeks_ahead_is_reminded_of_the_more_often_the_nearer_it_is() -> None:
    lapses = datetime(2026, 12, 31, 12, tzinfo=UTC)
    at = lapses - timedelta(days=25)
    reminded = [first_reminder(lapses=lapses, offered=at)]
    while (following := next_reminder(lapses=lapses, after=reminded[-1])) is not None:
        reminded.append(following)
    before = [lapses - moment for moment in reminded]
    assert before == [timedelta(days=days) for days in (21, 14, 7, 3, 2, 1, 0.5)]
    hour = timedelta(hours=1)
    assert first_reminder(lapses=lapses, offered=lapses - 4 * hour) == lapses - 2 * hour


def test_reminders_go_on_until_it_is_taken(world: World) -> None:
    swap = offer(world, "Ben")
    world.forward(days=3)
    said = world.said("#cloud-platform", "Ben")
    assert sum("A swap is open still" in each for each in said) == 2  # Three and two days before.
    world.press("Ben", "rota.take", swap.about)
    world.forward(days=1)
    assert not any("about to lapse" in each for each in world.said("#cloud-platform", "Ben"))


def _override(world: World) -> BuildOutcome:
    who: dict[str, Any] = {"add": number("Cy"), "everybody": True}
    return edits.override(duty="primary", span=saturday(world), **who, at=world.at, by="Uma")


def _away(world: World) -> BuildOutcome:
    return edits.be_away(engineer=number("Ada"), span=saturday(world), at=world.at, by="Uma")


def _temporary(world: World) -> BuildOutcome:
    span = saturday(world)
    shifts = [(number("Ben"), span)]
    return edits.stand_in(duty="primary", span=span, shifts=shifts, at=world.at, by="Uma")


def _leaves(world: World) -> BuildOutcome:
    Account.objects.filter(name="Uma").update(is_administrator=True)
    on, uma = world.moment("2026-11-27T18:00"), world.person("Uma")
    return team_members.leave(engineer=number("Ada"), on=on, person=uma, at=world.at, by="Uma")


WAYS = {"override": _override, "absence": _away, "temporary": _temporary, "leaves": _leaves}


@pytest.mark.parametrize("how", WAYS)
def test_an_open_offer_is_withdrawn_once_its_time_is_another_s(world: World, how: str) -> None:
    swap = offer(world, "Ben")
    outcome = WAYS[how](world)
    world.settle()
    says = "Ada had offered primary time that Ada no longer has: Sat 28 Nov 00:00 to Sun 29 Nov"
    assert any(line.startswith(says) for line in outcome.void), "a preview says so"
    swap.refresh_from_db()
    assert swap.state == Swap.State.VOID
    assert not commitments.owed([swap.about]).exists()
    assert any("Ada's primary time: void" in said for said in world.said("#cloud-platform"))
    for name in ("Ada", "Ben"):
        (told,) = [s for s in world.said("#cloud-platform", name) if "An offer is void" in s]
        assert says in told and "Changed by: Uma" in told
    with pytest.raises(EditRefused, match=r"stands no more \(void\)"):
        world.press("Ben", "rota.take", swap.about)
    heard = len(world.said("#cloud-platform", "Ada"))
    world.forward(days=6)
    assert not any("lapse" in said for said in world.said("#cloud-platform", "Ada")[heard:])


def test_an_offer_of_which_a_part_is_another_s_is_of_what_is_left(world: World) -> None:
    swap = offer(world)
    noon = world.moment("2026-11-28T12:00")
    later = Period(noon, saturday(world).end)
    who: dict[str, Any] = {"add": number("Cy"), "remove": number("Ada")}
    edits.override(duty="primary", span=later, **who, at=world.at, by="Uma")
    (said,) = [each for each in world.said("#cloud-platform") if "Ada asks:" in each]
    assert "00:00 to 12:00" in said
    world.press("Ben", "rota.take", swap.about)
    swap.refresh_from_db()
    assert swap.state == Swap.State.TAKEN
    assert [primary(world, f"2026-11-28T{hour}:00") for hour in (11, 13)] == ["Ben", "Cy"]


def test_an_offer_is_taken_back_by_its_owner_only(world: World) -> None:
    swap = offer(world)
    with pytest.raises(EditRefused, match="somebody else's offer"):
        world.press("Ben", "rota.take-back", f"swap:{swap.pk}")
    world.press("Ada", "rota.take-back", f"swap:{swap.pk}")
    with pytest.raises(EditRefused, match="taken back"):
        world.press("Ben", "rota.take", f"swap:{swap.pk}")


def test_only_one_s_own_time_can_be_offered_and_only_once(world: World) -> None:
    with pytest.raises(EditRefused, match="You are not primary in all of that time"):
        swaps.offer(
            duty="primary", span=saturday(world), engineer=number("Ben"), asked=None, at=world.at
        )
    offer(world)
    with pytest.raises(EditRefused, match="offered already"):
        offer(world)


def test_who_was_asked_takes_it_and_nobody_else(world: World) -> None:
    swap = offer(world, "Ben")
    with pytest.raises(EditRefused, match="Somebody else was asked"):
        world.press("Cy", "rota.take", f"swap:{swap.pk}")
    with pytest.raises(EditRefused, match="your own time"):
        world.press("Ada", "rota.take", f"swap:{swap.pk}")


def test_a_running_shift_is_taken_over_now(world: World) -> None:
    running = Shift.objects.get(duty="primary", cancelled_at=None)
    step_up.take_now(shift=running.pk, engineer=number("Ben"), at=world.at)
    assert primary(world, "2026-11-23T08:00") == "Ben"
    assert primary(world, "2026-11-23T07:59") == "Ada"
    with pytest.raises(EditRefused, match="not running"):
        step_up.take_now(shift=running.pk, engineer=number("Cy"), at=world.at)


@pytest.mark.clause("oncall.newcomers")
def test_a_newcomer_can_t_take_what_leaves_them_alone_and_the_offer_stands(world: World) -> None:
    experience.mark(engineer=number("Ada"), standing="experienced", at=world.at, by="Ada")
    swap = offer(world)
    with pytest.raises(PairingRefused, match="Ben is new"):
        world.press("Ben", "rota.take", f"swap:{swap.pk}")
    swap.refresh_from_db()
    assert swap.state == "offered"
    assert primary(world, "2026-11-28T12:00") == "Ada"


def test_an_offer_of_the_rest_of_a_running_shift_lapses_at_its_end(world: World) -> None:
    span = Period(world.at - timedelta(hours=1), world.at + timedelta(hours=2))
    swap = swaps.offer(duty="primary", span=span, engineer=number("Ada"), asked=None, at=world.at)
    assert swap.start == world.at
    world.forward(hours=1, minutes=30)
    assert any("about to lapse" in said for said in world.said("#cloud-platform"))
    world.forward(hours=1)
    swap.refresh_from_db()
    assert swap.state == "lapsed"


def test_an_offer_of_somebody_who_leaves_is_void(world: World) -> None:
    swap = offer(world)
    people.set_active(engineer=number("Ada"), active=False, at=world.at)
    world.settle()
    assert any("Ada's primary time: void" in said for said in world.said("#cloud-platform"))
    with pytest.raises(EditRefused, match=r"stands no more \(void\)"):
        world.press("Ben", "rota.take", f"swap:{swap.pk}")
    heard = len(world.said("#cloud-platform"))
    world.forward(days=6)
    assert not any("lapse" in said for said in world.said("#cloud-platform")[heard:])


def test_whoever_asked_somebody_who_leaves_hears_of_it_and_can_ask_others(world: World) -> None:
    offer(world, "Ben")
    people.set_active(engineer=number("Ben"), active=False, at=world.at)
    world.settle()
    told = "\n".join(world.said("#cloud-platform", "Ada"))
    assert "You asked Ben, who has left, to take your primary time" in told
    assert offer(world, "Cy").state == Swap.State.OFFERED


@pytest.mark.parametrize("first", ["2026-11-27T00:00", "2026-11-28T20:00"])
def test_who_is_away_for_any_of_it_can_t_take_it_and_the_offer_stands(
    world: World, first: str
) -> None:
    swap = offer(world)
    away = Period(world.moment(first), world.moment("2026-11-30T00:00"))
    edits.be_away(engineer=number("Ben"), span=away, at=world.at, by="Ben")
    with pytest.raises(EditRefused, match=r"away then"):
        world.press("Ben", "rota.take", swap.about)
    swap.refresh_from_db()
    assert swap.state == Swap.State.OFFERED
    assert [primary(world, f"2026-11-28T{hour}:00") for hour in (12, 21)] == ["Ada", "Ada"]
    world.press("Cy", "rota.take", swap.about)
    assert [primary(world, f"2026-11-28T{hour}:00") for hour in (12, 21)] == ["Cy", "Cy"]


def test_whoever_asked_somebody_who_leaves_before_that_hears_of_it(world: World) -> None:
    swap, before = offer(world, "Ben"), world.moment("2026-11-27T18:00")
    membership.leave(engineer=number("Ben"), on=before, at=world.at)
    swap.refresh_from_db()
    assert swap.state == Swap.State.VOID
    told = "\n".join(world.said("#cloud-platform", "Ada"))
    assert "You asked Ben, who leaves on Fri 27 Nov at 18:00 GMT, to take your primary" in told


def test_who_is_renamed_while_an_offer_is_open_owes_and_takes_it_under_the_new_name(
    world: World,
) -> None:
    swap = offer(world, "Ben")
    for who, now in (("Ada", "Ada Lovelace"), ("Ben", "Ben Nevis")):
        mine = world.person(who)
        people.change_engineer(engineer=number(who), name=now, email="", at=world.at, by=mine)
    people.save_engineer(name="Ada", email="another@example.org", at=world.at)
    world.settle()
    assert commitments.owed([swap.about]).get().owner == "Ada Lovelace"
    world.press("Ben Nevis", "rota.take", swap.about)
    assert primary(world, "2026-11-28T12:00") == "Ben Nevis"
    assert any("taken by Ben Nevis" in said for said in world.said("#cloud-platform"))
    assert any("Ada Lovelace's primary time" in said for said in world.said("#cloud-platform"))


@pytest.mark.parametrize("how", ["away", "leaves", "joins"])
def test_nobody_is_asked_alone_who_couldn_t_take_it(world: World, how: str) -> None:
    noon, ben = world.moment("2026-11-28T12:00"), number("Ben")
    if how == "away":
        night = Period(noon, noon + timedelta(hours=4))
        edits.be_away(engineer=ben, span=night, at=world.at, by="Ben")
    else:
        known = membership.leave if how == "leaves" else membership.join
        known(engineer=ben, on=noon, at=world.at)
    with pytest.raises(EditRefused, match="Ben is away then, or not on the team: Sat 28 Nov"):
        offer(world, "Ben")
    assert offer(world, "Cy").state == Swap.State.OFFERED
