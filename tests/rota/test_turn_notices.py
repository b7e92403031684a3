"""People are told before a turn of theirs begins, once, and the team when another has a duty."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.kernel.periods import Period
from dutydesk.process.flows import process
from dutydesk.process.rules.check import DEFAULT_FILE
from dutydesk.rota.flows import edits, turn_notices
from dutydesk.rota.rules.coming_turns import SHORTEST, beginning
from dutydesk.rota.rules.schedule import OnShift, Source
from testing.rotas import on, rotate, span, team_of_eight
from testing.world import World, number

clause = pytest.mark.clause("oncall.rota")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return team_of_eight(tmp_path)


def pass_by(world: World, until: str) -> None:
    """Let time pass, and look every hour, twice: two workers do."""
    end = world.moment(until)
    while world.at < end:
        world.at = min(end, world.at + timedelta(hours=1))
        turn_notices.look_after(at=world.at)
        turn_notices.look_after(at=world.at)
    world.settle()


def told(world: World, name: str) -> list[str]:
    texts = world.said("#cloud-platform", name)
    return [text for text in texts if "turn begins" in text]


def changes(world: World) -> list[str]:
    return [text for text in world.said("#cloud-platform") if "Who is on has changed" in text]


@clause
@pytest.mark.django_db
def test_somebody_is_told_a_day_before_once(world: World) -> None:
    (after,) = on(world, "2026-12-01T08:00")
    (before,) = on(world, "2026-11-29T11:00")
    pass_by(world, "2026-11-29T09:00")
    assert told(world, after) == []
    pass_by(world, "2026-11-29T10:00")
    (text,) = told(world, after)
    assert "Your primary turn begins tomorrow at 10:00 GMT" in text
    assert "Mon 30 Nov 10:00 to Mon 7 Dec 10:00 GMT" in text
    assert f"Before you: {before}" in text
    pass_by(world, "2026-12-02T10:00")
    assert len(told(world, after)) == 1


@clause
@pytest.mark.django_db
def test_the_team_is_told_at_the_change_what_no_handover_says(world: World) -> None:
    pass_by(world, "2026-11-30T13:00")
    (first, second) = changes(world)  # This Monday, and the next.
    assert "Secondary" in second
    assert "Primary" not in second  # The handover's own post has that.
    (after,) = on(world, "2026-12-01T08:00", "secondary")
    assert f"Secondary: {after}, until Mon 7 Dec at 10:00 GMT, after" in second
    assert first != second


@clause
@pytest.mark.django_db
def test_a_process_without_handovers_of_turns_has_the_primary_told_too(
    world: World, tmp_path: Path
) -> None:
    _adopt(
        world,
        tmp_path,
        "drafted_before: 2 hours",
        "drafted_before: 2 hours\n    turn_from: 2 weeks",
    )
    pass_by(world, "2026-11-30T13:00")
    assert "Primary: " in changes(world)[-1]


@clause
@pytest.mark.django_db
@pytest.mark.parametrize(("before", "at"), [("3 hours", "07:00"), ("null", "")])
def test_the_process_file_says_how_long_before(
    world: World, tmp_path: Path, before: str, at: str
) -> None:
    _adopt(world, tmp_path, "tell_before: 1 day", f"tell_before: {before}")
    (after,) = on(world, "2026-12-01T08:00")
    pass_by(world, "2026-11-30T06:00")
    assert told(world, after) == []
    pass_by(world, "2026-11-30T12:00")
    assert len(told(world, after)) == (1 if at else 0)


@clause
@pytest.mark.django_db
def test_who_was_told_of_the_change_just_now_is_not_told_again(world: World) -> None:
    world.at = world.moment("2026-11-29T15:00")
    turn = span(world, "2026-11-30T10:00", "2026-12-07T10:00")
    (was,) = on(world, "2026-12-01T08:00")
    edits.override(
        duty="primary", span=turn, add=number("Di"), remove=number(was), at=world.at, by="Ada"
    )
    pass_by(world, "2026-11-30T12:00")
    assert told(world, "Di") == []
    assert told(world, was) == []


@clause
@pytest.mark.django_db
def test_a_support_stint_is_one_turn_though_it_has_nights(world: World) -> None:
    rotate(world, "support", [["Ada", "Ben", "Cy"], ["Di", "Ed", "Fay"]], "2026-11-23T09:00")
    pass_by(world, "2026-12-03T10:00")
    stints = [text for text in told(world, "Di") if "support" in text]
    assert len(stints) == 1


def _adopt(world: World, folder: Path, old: str, new: str) -> None:
    """Put the shipped process in force with a change."""
    text = DEFAULT_FILE.read_text("utf-8")
    assert old in text
    file = folder / "other.yaml"
    file.write_text(text.replace(old, new), "utf-8")
    process.adopt(file=file, at=world.at)


MOMENT = datetime(2026, 11, 23, 10, tzinfo=UTC)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 240)), min_size=1, max_size=12))
def test_every_turn_of_an_hour_or_more_begins_once(given_: list[tuple[int, int]]) -> None:
    """In an unbroken row of shifts a turn begins where the person changes, and nowhere else."""
    shifts: list[OnShift] = []
    at = MOMENT
    for who, minutes in given_:
        end = at + timedelta(minutes=minutes)
        shifts.append(OnShift(who, Period(at, end), Source("hand", len(shifts))))
        at = end
    found = beginning(shifts, Period(MOMENT, at))
    joined: list[tuple[int, Period]] = []
    for shift in shifts:
        if joined and joined[-1][0] == shift.engineer:
            joined[-1] = (shift.engineer, Period(joined[-1][1].start, shift.period.end))
        else:
            joined.append((shift.engineer, shift.period))
    assert [(one.engineer, one.period) for one in found] == [
        (who, period) for who, period in joined if period.length >= SHORTEST
    ]
