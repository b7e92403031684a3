"""Christmas by a temporary schedule, in which people fall ill, swap and fill as at other times."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.kernel.periods import Period
from dutydesk.rota.flows import edits, roster, swaps
from dutydesk.rota.flows.edits import Cadence
from dutydesk.rota.flows.shift_build import EditRefused
from dutydesk.rota.models import Override, TemporarySchedule
from dutydesk.rota.rules.schedule import (
    OnShift,
    OverrideLayer,
    Rota,
    Source,
    Temporary,
    compose,
)
from testing.world import World, number

pytestmark = pytest.mark.clause("oncall.rota")
FIRST = datetime(2026, 12, 24, tzinfo=UTC)
SPAN = Period(FIRST, FIRST + timedelta(days=4))


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-12-01T10:00")
    weekly = Cadence("weekly", 1, datetime(2026, 11, 23, 10), [[number("Cy")]])  # noqa: DTZ001
    edits.rotate(duty="primary", cadence=weekly, at=world.at, by="Ada")
    first = span(world, "24T10:00", "26T10:00")
    then = span(world, "26T10:00", "28T10:00")
    people = [(number("Ada"), first), (number("Ben"), then)]
    whole = Period(first.start, then.end)
    edits.stand_in(duty="primary", span=whole, shifts=people, at=world.at, by="Ada")
    return world


def span(world: World, start: str, end: str) -> Period:
    return Period(world.moment(f"2026-12-{start}"), world.moment(f"2026-12-{end}"))


def on(world: World, local: str) -> str:
    who = roster.who(at=world.moment(f"2026-12-{local}"))
    return " ".join(sorted(one.name for one in who if one.duty == "primary" and one.name))


def change(world: World, start: str, end: str, **more: int | bool) -> None:
    people = {"at": world.at, "by": "Ada", "span": span(world, start, end), **more}
    edits.override(duty="primary", **people)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_somebody_falls_ill_on_christmas_day(world: World) -> None:
    assert [on(world, day) for day in ("24T18:00", "27T18:00", "28T18:00")] == ["Ada", "Ben", "Cy"]
    change(world, "25T10:00", "25T22:00", add=number("Cy"), remove=number("Ada"))
    assert [on(world, f"25T{clock}") for clock in ("09:00", "12:00")] == ["Ada", "Cy"]
    change(world, "26T12:00", "26T14:00", add=number("Cy"), everybody=True)
    assert on(world, "26T13:00") == "Cy"
    row = Override.objects.latest("pk")
    edits.undo(number=row.pk, at=world.at, by="Ada")
    assert on(world, "26T13:00") == "Ben"


@pytest.mark.django_db
def test_a_hole_in_it_is_filled_by_hand(world: World) -> None:
    day = span(world, "25T10:00", "25T22:00")
    edits.be_away(engineer=number("Ada"), span=day, at=world.at, by="Ada")
    assert on(world, "25T12:00") == ""
    edits.add_shift(
        duty="primary", engineer=number("Cy"), start=day.start, end=day.end, at=world.at, by="Cy"
    )
    assert on(world, "25T12:00") == "Cy"


@pytest.mark.django_db
def test_an_offer_of_a_part_of_it_can_be_taken(world: World) -> None:
    day = span(world, "25T10:00", "25T22:00")
    made = swaps.offer(duty="primary", span=day, engineer=number("Ada"), asked=None, at=world.at)
    swaps.take(swap=made.pk, engineer=number("Ben"), at=world.at)
    assert [on(world, f"25T{clock}") for clock in ("09:00", "12:00")] == ["Ada", "Ben"]


@pytest.mark.django_db
def test_what_was_changed_before_it_stays_replaced_also_when_a_part_is_cleared(
    world: World,
) -> None:
    change(world, "29T10:00", "30T10:00", add=number("Ben"), remove=number("Cy"))
    days = span(world, "29T10:00", "31T10:00")
    people = [(number("Ada"), days)]
    edits.stand_in(duty="primary", span=days, shifts=people, at=world.at, by="Ada")
    assert on(world, "29T18:00") == "Ada"
    change(world, "29T18:00", "29T20:00", add=number("Ben"), remove=number("Ada"))
    row = TemporarySchedule.objects.latest("pk")
    part = span(world, "30T10:00", "30T20:00")
    edits.clear_temporary(number=row.pk, span=part, at=world.at, by="Ada")
    assert [on(world, day) for day in ("29T17:30", "29T19:00", "30T18:00", "30T21:00")] == [
        "Ada", "Ben", "Cy", "Ada",
    ]  # fmt: skip


@pytest.mark.django_db
def test_clearing_a_part_of_one_leaves_what_replaced_another_part_of_it(world: World) -> None:
    older = TemporarySchedule.objects.get()
    for name, day in (("Cy", span(world, "27T10:00", "28T10:00")),
                      ("Ada", span(world, "27T15:00", "27T20:00"))):  # fmt: skip
        edits.stand_in(
            duty="primary", span=day, shifts=[(number(name), day)], at=world.at, by="Ada"
        )
    times = ("25T11:00", "26T18:00", "27T12:00", "27T18:00", "27T21:00")
    assert [on(world, time) for time in times] == ["Ada", "Ben", "Cy", "Ada", "Cy"]
    part = span(world, "25T10:00", "25T12:00")
    edits.clear_temporary(number=older.pk, span=part, at=world.at, by="Ada")
    assert [on(world, time) for time in times] == ["Cy", "Ben", "Cy", "Ada", "Cy"]
    newest = TemporarySchedule.objects.latest("pk")
    edits.end_temporary(number=newest.pk, at=world.at, by="Ada")
    assert [on(world, time) for time in times] == ["Cy", "Ben", "Cy", "Cy", "Cy"]


@pytest.mark.django_db
@pytest.mark.parametrize(("start", "end"), [("29T10:00", "29T12:00"), ("30T12:00", "31T12:00")])
def test_a_shift_that_reaches_beyond_it_is_refused_by_name(
    world: World, start: str, end: str
) -> None:
    days = span(world, "30T10:00", "31T10:00")
    shifts = [(number("Ada"), days), (number("Ben"), span(world, start, end))]
    with pytest.raises(EditRefused, match=r"Ben's shift .* is not within Wed 30 Dec 10:00"):
        edits.stand_in(duty="primary", span=days, shifts=shifts, at=world.at, by="Ada")
    assert TemporarySchedule.objects.count() == 1


@pytest.mark.django_db
def test_who_is_not_on_by_it_is_still_said_so(world: World) -> None:
    with pytest.raises(EditRefused, match="Cy is not primary then"):
        change(world, "25T10:00", "25T22:00", add=number("Ben"), remove=number("Cy"))


hours = st.integers(0, 96).map(lambda n: FIRST + timedelta(hours=n))
periods = st.tuples(hours, hours).filter(lambda p: p[0] != p[1]).map(lambda p: Period(*sorted(p)))
people = st.integers(1, 4)
changes = st.builds(
    OverrideLayer,
    period=periods,
    add=st.none() | people,
    remove=st.none() | people,
    everybody=st.booleans(),
    priority=st.integers(0, 1),
    number=st.integers(1, 8),
    kind=st.sampled_from(["override", "swap", "hand", "plan"]),
)


@given(
    st.lists(st.builds(OnShift, people, periods, st.just(Source("hand", 1))), max_size=3),
    st.lists(changes, max_size=5, unique_by=lambda one: one.number),
    st.integers(0, 8),
)
def test_later_changes_do_to_it_what_they_do_to_shifts_by_hand(
    shifts: list[OnShift], later: list[OverrideLayer], after: int
) -> None:
    there = Rota((), tuple(later), (Temporary(SPAN, tuple(shifts), 1, after),))
    base = [
        OverrideLayer(one.period, add=one.engineer, number=-n, priority=-1, kind="hand")
        for n, one in enumerate(shifts)
    ]
    counted = [one for one in later if one.number > after and one.kind != "plan"]
    slow = compose(Rota((), (*base, *counted), ()), SPAN)
    for hour in range(96):
        at = FIRST + timedelta(hours=hour)
        expected = {one.engineer for one in slow if at in one.period}
        assert {one.engineer for one in compose(there, SPAN) if at in one.period} == expected


def test_nothing_changes_one_that_does_not_know_what_was_before_it() -> None:
    stays = Temporary(SPAN, (OnShift(1, SPAN, Source("hand", 1)),), 1)
    change = OverrideLayer(SPAN, add=2, everybody=True, number=9)
    assert [one.engineer for one in compose(Rota((), (change,), (stays,)), SPAN)] == [1]
    changed = replace(stays, after=8)
    assert [one.engineer for one in compose(Rota((), (change,), (changed,)), SPAN)] == [2]
