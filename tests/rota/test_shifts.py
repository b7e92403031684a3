"""Whose turn it is, and why, also across a clock change."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.kernel.periods import Period
from dutydesk.oncall.rules.call_order import next_called, order_of
from dutydesk.people.models import Engineer
from dutydesk.rota.flows import edits, roster
from dutydesk.rota.flows.shift_build import EditRefused
from dutydesk.rota.flows.violations import BothRefused
from dutydesk.rota.models import Shift
from dutydesk.rota.rules.duty import OnDuty
from testing.world import World, number

HOUR = timedelta(hours=1)


def add(world: World, name: str, duty: str, start: int, end: int) -> Shift:
    engineer = Engineer.objects.get(name=name)
    edits.add_shift(
        duty=duty,
        engineer=engineer.pk,
        start=world.at + start * HOUR,
        end=world.at + end * HOUR,
        at=world.at + min(start, 0) * HOUR,
        by="Ada",
    )
    return Shift.objects.filter(engineer=engineer, duty=duty, cancelled_at=None).latest("pk")


@pytest.mark.django_db
@pytest.mark.clause("oncall.rota")
def test_two_primaries_are_both_on_and_nobody_is_primary_and_secondary(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T08:00")
    add(world, "Ada", "primary", 0, 5)
    add(world, "Ben", "primary", 1, 9)
    add(world, "Ada", "support", 0, 5)
    on = [duty.name for duty in roster.who(at=world.at + HOUR) if duty.duty == "primary"]
    assert on == ["Ada", "Ben"]
    with pytest.raises(BothRefused, match="Ada would be primary and secondary at once") as refused:
        add(world, "Ada", "secondary", 4, 6)
    assert "Cy" in refused.value.remedy
    with pytest.raises(EditRefused, match="Ada is primary then already"):
        add(world, "Ada", "primary", 1, 4)
    ada = Engineer.objects.get(name="Ada")
    for duty in ("primary", "secondary"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Shift.objects.create(duty=duty, engineer=ada, start=world.at, end=world.at + HOUR)
    assert Shift.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.clause("oncall.rota", "hours.oncall", "hours.overlap")
def test_who_covers_what_and_why_changes_on_the_minute(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-10-23T12:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")

    def who(local: str) -> list[str]:
        return [duty.name for duty in roster.who(at=world.moment(local))]

    assert who("2026-10-26T06:59") == ["", "", ""]
    assert who("2026-10-26T07:00") == ["", "Ben", "Cy"]
    assert who("2026-10-26T09:00") == ["Ada", "Ben", "Cy"]
    assert who("2026-10-26T10:00") == ["Ada", "", ""]
    assert who("2026-10-25T06:59") == ["", "", ""]  # The clocks went back in the night.
    assert who("2026-10-25T21:59") == ["", "Ben", "Cy"]
    night = roster.who(at=world.moment("2026-10-25T02:30"))
    assert night[1].why == "it is outside on-call hours"
    assert night[1].until == world.moment("2026-10-25T07:00")


@pytest.mark.django_db
@pytest.mark.clause("ask.cover")
def test_a_duty_that_nobody_has_in_its_hours_is_a_hole(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    holes = [duty.duty for duty in roster.who(at=world.at) if duty.hole]
    assert holes == ["support"]


@pytest.mark.django_db
def test_a_shift_that_has_begun_ends_now_and_one_to_come_goes(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T08:00")
    begun, later = add(world, "Ada", "primary", -1, 5), add(world, "Ben", "primary", 5, 9)
    for shift in (begun, later):
        edits.remove_shift(shift=shift.pk, at=world.at, by="Ada")
    kept = Shift.objects.get(cancelled_at=None)
    assert (kept.pk, kept.end) == (begun.pk, world.at)
    with pytest.raises(EditRefused):
        edits.remove_shift(shift=begun.pk, at=world.at, by="Ada")


@pytest.mark.django_db
@pytest.mark.clause("oncall.rota")
def test_a_part_of_a_shift_by_hand_goes_alone(tmp_path: Path) -> None:
    """Cy has an evening of Ada's days; that she has nothing after it leaves his and hers before."""
    world = World(tmp_path, "2026-11-24T08:00")
    start, end = world.at, world.at + timedelta(days=9)
    edits.add_shift(
        duty="primary", engineer=number("Ada"), start=start, end=end, at=world.at, by="Ada"
    )
    evening = Period(world.at + timedelta(days=3), world.at + timedelta(days=3, hours=5))
    edits.override(
        duty="primary", span=evening, add=number("Cy"), remove=number("Ada"), at=world.at, by="Ada"
    )
    later = Shift.objects.get(duty="primary", start=evening.end, cancelled_at=None)
    edits.remove_shift(shift=later.pk, at=world.at, by="Ada")
    left = Shift.objects.filter(duty="primary", cancelled_at=None).order_by("start")
    assert [(row.engineer.name, row.start, row.end) for row in left] == [
        ("Ada", start, evening.start), ("Cy", evening.start, evening.end),
    ]  # fmt: skip
    edits.remove_shift(shift=left[0].pk, at=world.at, by="Ada")
    assert [row.engineer.name for row in left.all()] == ["Cy"]


orders = st.lists(st.integers(1, 9), min_size=1, unique=True).map(tuple)


@given(order=orders, rounds=st.integers(1, 3))
def test_everybody_is_called_once_a_round_in_order(order: tuple[int, ...], rounds: int) -> None:
    made, called = [], set[int]()
    for _ in range(rounds * len(order)):
        engineer, again = next_called(order, called)
        assert engineer is not None
        called = {engineer} if again else called | {engineer}
        made.append(engineer)
    assert made == list(order) * rounds


def test_somebody_with_two_duties_is_called_once() -> None:
    on = [
        OnDuty("support", 1, "A", "", None),
        OnDuty("primary", 1, "A", "", None),
        OnDuty("secondary", 2, "B", "", None),
    ]
    assert order_of(on) == (1, 2)
