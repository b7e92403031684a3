"""Whose turn it is stays so when the places of a rotation change."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dutydesk.rota.flows import edits, roster, rotation_changes
from dutydesk.rota.flows.edits import Cadence
from dutydesk.rota.models import Rotation
from dutydesk.rota.rules.places import keeping_turn
from testing.world import World, number

pytestmark = pytest.mark.clause("oncall.rota")
DAY = timedelta(days=1)
SUPPORT = "Ada Ben Cy/Dee Eve Fay/Gus Hal Cy"

Places = Sequence[tuple[int, ...]]
members = st.lists(st.integers(1, 5), max_size=3, unique=True).map(tuple)
places = st.lists(members, min_size=1, max_size=5)
turns = st.integers(-20, 20)


def read(text: str) -> list[tuple[int, ...]]:
    """Give places as numbers: a name's letters are its number."""
    lines = [line.split() for line in text.split("/")]
    return [tuple(int(name.encode().hex(), 16) for name in line) for line in lines]


@pytest.mark.parametrize(
    ("after", "follow"),
    [
        pytest.param("Ada Ben Jo/Dee Eve Fay/Gus Hal Cy", (0, 1, 2), id="one of them is another"),
        pytest.param("Ben Cy Ada/Dee Eve Fay/Gus Hal Cy", (0, 1, 2), id="in another order"),
        pytest.param("/Dee Eve Fay/Gus Hal Cy", (0, 1, 2), id="nobody for once"),
        pytest.param("Ian Jo/Dee Eve Fay/Gus Hal Cy", (0, 1, 2), id="all others"),
        pytest.param("Ada Ben Cy/Dee Eve Jo/Gus Hal Cy", (0, 1, 2), id="in another place"),
        pytest.param("Gus Hal Cy/Ada Ben Cy/Dee Eve Fay", (1, 2, 0), id="the places are moved"),
        pytest.param("Gus Hal Cy/Ada Ben Jo", (1, 0, 1), id="one place less, and another in it"),
        pytest.param("Jo/Dee Eve Fay/Ada Ben/Gus Hal Cy", (2, 3, 0), id="one more, one less in it"),
        pytest.param("Gus Hal Cy/Dee Eve Fay", (1, 0, 1), id="theirs is gone: the next one"),
        pytest.param("Gus Hal Cy/Dee Eve Fay/Ada Jo Cy", (2, 0, 1), id="moved, and another in it"),
    ],
)
@pytest.mark.parametrize("turn", [0, 3, -3])
def test_whoever_is_on_keeps_the_turn(after: str, follow: tuple[int, ...], turn: int) -> None:
    new = read(after)
    kept = keeping_turn(read(SUPPORT), new, turn=turn)
    assert [kept[(turn + n) % len(kept)] for n in range(3)] == [new[n] for n in follow]


@given(places, turns, st.data())
def test_others_in_one_place_change_no_other_turn(
    before: Places, turn: int, data: st.DataObject
) -> None:
    changed = data.draw(st.integers(0, len(before) - 1))
    others = data.draw(st.lists(st.integers(6, 9), max_size=3, unique=True).map(tuple))
    after = [others if n == changed else place for n, place in enumerate(before)]
    on = turn % len(before)
    if changed == on:  # Else the same people are there a second time, and keep their turn.
        assume(set(before[on]) not in map(set, after))
    assert list(keeping_turn(before, after, turn=turn)) == after


@given(places, turns, st.data())
def test_the_same_people_are_on_however_places_are_moved(
    before: Places, turn: int, data: st.DataObject
) -> None:
    moved = data.draw(st.permutations(before))
    after = [tuple(data.draw(st.permutations(place))) for place in moved]
    kept = keeping_turn(before, after, turn=turn)
    assert set(kept[turn % len(kept)]) == set(before[turn % len(before)])
    following = [set(kept[(turn + n) % len(kept)]) for n in range(len(kept))]
    assert sorted(map(sorted, following)) == sorted(map(sorted, before))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("unit", "length", "starts", "follow"),
    [
        ("weekly", 2, "2026-11-23T10:00", "Ben Cy Cy Ada"),
        ("weekly", 1, "2026-11-23T09:00", "Ben Cy Ada Ben"),
        ("weekly", 1, "2026-11-16T10:00", "Ben Cy Ada Ben"),
        ("weekly", 1, "2026-11-25T10:00", "Ben Cy Ada Ben"),
        ("daily", 7, "2026-11-27T10:00", "Ben Cy Ada Ben"),
        ("daily", 1, "2026-11-23T10:00", "Ben Cy Ada Ben"),
    ],
)
def test_whoever_is_on_stays_on_however_long_turns_are_from_now_on(
    tmp_path: Path, unit: str, length: int, starts: str, follow: str
) -> None:
    """Primary turns go round every week; on Tuesday, in Ben's, it is said how it goes on."""
    world = World(tmp_path, "2026-12-01T18:10")
    people = [[number(name)] for name in ("Ada", "Ben", "Cy")]
    weekly = Cadence("weekly", 1, datetime(2026, 11, 23, 10), people)  # noqa: DTZ001
    edits.rotate(duty="primary", cadence=weekly, at=world.at, by="Ada")
    row = Rotation.objects.latest("pk")
    other = Cadence(unit, length, datetime.fromisoformat(starts), people)
    rotation_changes.change(number=row.pk, cadence=other, at=world.at, by="Ada")
    step = 1 if (unit, length) == ("daily", 1) else 7
    days = [world.moment("2026-12-01T18:30") + n * step * DAY for n in range(4)]
    on = [one.name for day in days for one in roster.who(at=day) if one.duty == "primary"]
    assert " ".join(map(str, on)) == follow


@pytest.mark.django_db
def test_a_joiner_in_the_place_that_is_on_is_on_at_once_and_nobody_else_moves(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-25T13:13")

    def daily(*lines: str) -> Cadence:
        lists = [[number(name) for name in line.split()] for line in lines]
        return Cadence("daily", 1, datetime(2026, 11, 25, 7), lists)  # noqa: DTZ001

    def on(day: int) -> set[str | None]:
        who = roster.who(at=world.moment(f"2026-11-{day}T14:00"))
        return {one.name for one in who if one.duty == "support"}

    edits.rotate(duty="support", cadence=daily("Ada", "Cy"), at=world.at, by="Ada")
    row = Rotation.objects.latest("pk")
    rotation_changes.change(number=row.pk, cadence=daily("Ada Ben", "Cy"), at=world.at, by="Ada")
    assert [on(25), on(26), on(27)] == [{"Ada", "Ben"}, {"Cy"}, {"Ada", "Ben"}]
