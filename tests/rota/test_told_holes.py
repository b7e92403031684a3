"""The same hole is told once, whatever is edited meanwhile and however time goes on."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.kernel.periods import Period, union
from dutydesk.people.models import Engineer
from dutydesk.rota.flows import edits, roster, upkeep
from dutydesk.rota.rules import told_holes
from testing.world import World, number

START = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)
SEEN = 24


def span(first: int, last: int) -> Period:
    return Period(START + first * HOUR, START + last * HOUR)


spans = st.tuples(st.integers(0, 60), st.integers(1, 40)).map(lambda p: span(p[0], p[0] + p[1]))


@given(st.lists(spans, max_size=4), st.lists(st.integers(0, SEEN), max_size=20))
def test_a_hole_that_stays_is_new_once(drawn: list[Period], steps: list[int]) -> None:
    """Look again and again while time goes on: each hole is new the first time it is seen."""
    holes, marks, now = union(drawn), told_holes.written([], START), 0
    told: set[Period] = set()
    for step in [0, *steps]:
        now += step
        ahead = span(now, now + SEEN)
        found = {hole: part for hole in holes if (part := hole.overlap(ahead))}
        before = told_holes.read(marks)
        new = {hole for hole, part in found.items() if before.is_new("primary", part)}
        assert new == found.keys() - told
        told |= new
        marks = told_holes.written((("primary", part) for part in found.values()), ahead.end)


def test_what_is_new_of_a_hole() -> None:
    told = told_holes.read(told_holes.written([("primary", span(20, 24))], START + 24 * HOUR))
    assert not told.is_new("primary", span(20, 24))
    assert not told.is_new("primary", span(21, 30))  # More of it is seen by now.
    assert not told.is_new("primary", span(22, 23))  # A part of it was covered since.
    assert told.is_new("primary", span(18, 24))  # It has grown.
    assert told.is_new("primary", span(26, 30))  # Another one.
    assert told.is_new("secondary", span(20, 24))
    other = told_holes.read(
        [*told_holes.written([("primary", span(2, 4))], START + 24 * HOUR), "day x"]
    )
    assert other.is_new("primary", span(24, 26))


def test_what_was_closed_meanwhile_is_new_again() -> None:
    holes = [("morning", span(2, 8)), ("lunch", span(8, 9))]
    marks = ["day x", *told_holes.written(holes, START + 24 * HOUR)]
    told = told_holes.without(marks, "morning", span(6, 8))
    assert told == [
        "day x",
        *told_holes.written([("morning", span(2, 6)), holes[1]], span(0, 24).end),
    ]
    assert told_holes.read(told).is_new("morning", span(6, 8))


@pytest.mark.django_db
@pytest.mark.clause("oncall.rota")
def test_sixteen_edits_are_no_sixteen_posts(tmp_path: Path) -> None:
    """A hole lies across the end of the week that is looked ahead, and people set the rota up."""
    world = World(tmp_path, "2026-11-28T18:53")
    begin = world.at - timedelta(days=1)
    for duty, name in (("primary", "Ada"), ("secondary", "Ben"), ("support", "Cy")):
        end = world.moment("2026-12-05T07:00") if duty == "secondary" else begin + 60 * 24 * HOUR
        edits.add_shift(duty=duty, engineer=number(name), start=begin, end=end, at=begin, by="Ada")
    world.forward(minutes=1)
    heard = [said for said in world.said("#cloud-platform") if "Secondary" in said]
    assert len(heard) == 1
    assert Engineer.objects.count() == 3
    for n in range(16):
        later = world.at + timedelta(days=30 + n)
        edits.add_shift(
            duty="support",
            engineer=number("Ada"),
            start=later,
            end=later + HOUR,
            at=world.at,
            by="Ada",
        )
        world.forward(seconds=20)
    assert [said for said in world.said("#cloud-platform") if "Secondary" in said] == heard


@pytest.mark.django_db
def test_whom_a_message_reaches_is_asked_once_a_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, "2026-11-23T08:00")
    world.shifts(support="Cy", primary="Ada")
    asked: list[Collection[int]] = []
    reachable = roster.reachable

    def counted() -> Collection[int]:
        asked.append(reachable())
        return asked[-1]

    monkeypatch.setattr(roster, "reachable", counted)
    assert upkeep.look_after(at=world.at)
    assert len(asked) == 1
