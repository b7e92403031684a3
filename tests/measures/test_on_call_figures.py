"""What on call carried: pages by turn and night, how soon acknowledged, and what came of them."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.alarms.models import Alarm, Alert
from dutydesk.incidents.models import Incident, IncidentLink, RoleTerm
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.periods import Period, union
from dutydesk.measures.flows.on_call import ON_CALL
from dutydesk.measures.rules.call_turns import CallShift, call_turns
from dutydesk.measures.rules.choices import containing
from dutydesk.measures.rules.figures import Figure, SubjectFigures
from dutydesk.measures.rules.noise import AlertNoise
from dutydesk.oncall.models import Call, Page
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota.models import Shift
from testing.world import World

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
START = datetime(2026, 11, 2, 10, tzinfo=UTC)
WEEK = timedelta(weeks=1)


@pytest.fixture
def world(tmp_path: Path, db: None) -> World:
    return World(tmp_path, "2026-11-30T18:00")


def shown(world: World) -> SubjectFigures:
    choice = containing("month", date(2026, 11, 1), world.zone)
    found = ON_CALL.figures(choice, at=world.at)
    assert isinstance(found, SubjectFigures)
    return found


def figure(found: SubjectFigures, name: str) -> Figure:
    one = found.figure(name)
    assert one is not None
    if one.made_of is not None and one.value is not None:
        assert len(one.made_of.first(999)) == one.made_of.count
    for left in one.left_out:
        assert left.rows is not None
        assert len(left.rows.first(999)) == left.count > 0
    return one


def who(name: str) -> Engineer:
    return Engineer.objects.get(name=name)


def page(
    world: World,
    local: str,
    *called: str,
    after: float | None = 2,
    held: float = 0,
    about: str = "",
) -> Page:
    """Make a page of that local time: whom it called, and after how many minutes it was had."""
    raised = world.moment(local)
    first = raised + held * HOUR
    number = Page.objects.count()
    had = first + after * MINUTE if after is not None and called else None
    one = Page.objects.create(
        subject=about or f"alarm:{number + 1000}", title=f"Page {number}", thread_key=str(number),
        raised_at=raised, state="resolved", settled_at=raised + 3 * HOUR,
        acknowledged_at=had, acknowledged_by=who(called[-1]) if had else None,
    )  # fmt: skip
    for place, name in enumerate(called):
        at = first + place * 5 * MINUTE
        Call.objects.create(page=one, engineer=who(name), round=1, at=at)
    if had:
        JournalEntry.objects.create(
            at=had, kind="page.acknowledged", subject=one.subject, actor=called[-1], text="Has it",
            data={"page": one.pk, "subject": one.subject, "who": called[-1]},
        )  # fmt: skip
    return one


def on_call(world: World, name: str, start: str, end: str, duty: str, turn: str = "") -> None:
    Shift.objects.create(
        duty=duty, engineer=who(name), start=world.moment(start), end=world.moment(end),
        turn=world.moment(turn) if turn else None,
    )  # fmt: skip


@pytest.mark.clause("oncall.respond", "oncall.escalate")
def test_pages_are_told_by_turn_and_by_when_they_called(world: World) -> None:
    on_call(world, "Ada", "2026-11-02T10:00", "2026-11-09T10:00", "primary", "2026-11-02T10:00")
    on_call(world, "Ben", "2026-11-09T10:00", "2026-11-16T10:00", "primary", "2026-11-09T10:00")
    page(world, "2026-10-31T23:59", "Ada")
    page(world, "2026-11-01T12:00", "Cy")
    page(world, "2026-11-03T11:00", "Ada")
    page(world, "2026-11-03T20:00", "Ada", "Ben", after=12)
    page(world, "2026-11-03T23:00", "Ada")
    page(world, "2026-11-04T06:59", "Ada", after=None)
    page(world, "2026-11-04T07:00", "Ada")
    page(world, "2026-11-09T02:00", "Ben", held=9)
    page(world, "2026-11-12T12:00")
    rehearsal = page(world, "2026-11-12T12:00", "Ada")
    Page.objects.filter(pk=rehearsal.pk).update(only=who("Ada"))
    found = shown(world)
    pages = figure(found, "pages")
    assert (pages.value, pages.before) == (7, 1)
    assert [one.count for one in pages.left_out] == [1, 1]
    turns = found.tables[0].first(9)
    assert [line.cells[2:7] for line in turns] == [
        ("Ada", 6, 4, 2, 1),
        ("Ben", 0, 0, 0, 0),
        (None, 1, 1, 0, 0),
    ]
    assert figure(found, "per-turn").of == "of 2 turns: from 0 to 6"
    assert figure(found, "night").of == "2 of 7", "07:00 is day, 23:00 is night"
    assert figure(found, "passed-on").of == "1 of 7"
    assert figure(found, "held").of == "1 of 7"
    taken = figure(found, "to-acknowledge")
    assert taken.value == 2 * MINUTE
    assert taken.of.startswith("median of 6 of 7; mean 3 min")
    assert taken.left_out[0].count == 1
    assert figure(found, "out-of-hours").of == "5 of 7", "the held one waited for the morning"


def test_nothing_is_none_and_never_zero(world: World) -> None:
    found = shown(world)
    for name in ("per-turn", "night", "to-acknowledge", "held", "worked", "noisy"):
        assert figure(found, name).value is None, name
    assert figure(found, "pages").value == 0, "that nobody was called is known"


@pytest.mark.clause("oncall.limit")
def test_work_counts_each_moment_once_and_only_on_call(world: World) -> None:
    on_call(world, "Ada", "2026-11-02T10:00", "2026-11-09T10:00", "primary")
    on_call(world, "Ben", "2026-11-02T10:00", "2026-11-03T22:00", "secondary")
    page(world, "2026-11-03T20:00", "Ada", after=0)
    page(world, "2026-11-03T21:00", "Ada", after=0)
    page(world, "2026-11-03T20:00", "Ben", after=0)
    page(world, "2026-11-12T20:00", "Ada", after=0)
    declared = world.moment("2026-11-04T16:30")
    incident = Incident.objects.create(title="Down", priority="high", declared=declared)
    drill = Incident.objects.create(title="Drill", exercise=True, declared=declared)
    for one in (incident, drill):
        RoleTerm.objects.create(
            incident=one, role="lead", engineer=who("Ada"), began=declared,
            ended=world.moment("2026-11-04T20:30"),
        )  # fmt: skip
    found = shown(world)
    people = found.tables[1]
    assert people.readers == "engineer"
    ada, ben = people.first(9)
    in_hours = (
        process.in_force()
        .clock("working")
        .between(world.moment("2026-11-04T16:30"), world.moment("2026-11-04T20:30"))
    )
    assert ada.cells[0] == "Ada"
    assert ada.cells[1] == 7 * 24 * HOUR
    assert ada.cells[6] == 8 * HOUR, "two pages of three hours, an hour apart, and four hours"
    assert ada.cells[7] == 8 * HOUR - in_hours
    assert timedelta() < in_hours < 4 * HOUR
    assert (ben.cells[0], ben.cells[6]) == ("Ben", 2 * HOUR), "till the end of the shift"
    assert ben.cells[3] == pytest.approx(1 / 1.5), "a page in a day and a half on call"
    assert figure(found, "worked").of == "of 10 h 00 min in 1 turn"


def test_alerts_that_never_led_to_anything_are_named(world: World) -> None:
    at = world.moment("2026-11-03T10:00")
    for number in range(6):
        began = at + number * 12 * HOUR + number * MINUTE
        noisy = number % 2 == 0
        alarm = Alarm.objects.create(
            group_key=f"{noisy}", title=f"Disk {number} is full", state="resolved", severity="high",
            first_at=began, told_at=began, resolved_at=began + 23 * HOUR + 30 * MINUTE,
        )  # fmt: skip
        Alert.objects.create(
            alarm=alarm, fingerprint="f", firing=False, annotations={}, starts_at=began,
            labels={"alertname": "DiskFull" if noisy else "Down"},
            latest_start=began, told_at=began,
        )  # fmt: skip
        local = began.astimezone(world.zone).replace(tzinfo=None).isoformat()
        page(world, local, "Ada", after=None if noisy else 1, about=alarm.about)
        if number == 1:
            incident = Incident.objects.create(title="Down")
            IncidentLink.objects.create(incident=incident, about=alarm.about, by="Ada", at=at)
    found = shown(world)
    first, second = found.tables[2].first(9)
    assert first.cells[:6] == ("DiskFull", 3, 0, 0, 3, 3)
    assert str(first.cells[-1]).startswith("Let it wait longer")
    assert second.cells[:6] == ("Down", 3, 3, 1, 2, 0)
    assert figure(found, "noisy").value == 1
    flaps = found.tables[3].first(9)
    assert [(line.cells[1:]) for line in flaps] == [(3, 2), (3, 2)]


def test_an_alert_is_judged_only_if_it_came_often() -> None:
    def noise(pages: int, led: int, gone: int) -> str:
        return AlertNoise("Down", pages, pages - gone, led, gone, 0, 1).suggestion

    assert noise(2, 0, 2) == "", "twice is no habit"
    assert noise(4, 2, 0) == "", "half of them were worth it"
    assert noise(4, 1, 0).startswith("Narrow its condition")
    assert noise(4, 0, 1).startswith("Let it page nobody")
    assert noise(4, 1, 2).startswith("Let it wait longer")


@given(
    st.lists(
        st.tuples(
            st.integers(0, 200),
            st.integers(1, 60),
            st.integers(1, 4),
            st.integers(0, 3) | st.none(),
        ),
        max_size=12,
    )
)
def test_turns_never_overlap_and_hold_all_that_was_had(
    drawn: list[tuple[int, int, int, int | None]],
) -> None:
    shifts = [
        CallShift(
            engineer,
            Period(START + begins * HOUR, START + (begins + long) * HOUR),
            None if turn is None else START + turn * WEEK,
        )
        for begins, long, engineer, turn in drawn
    ]
    found = call_turns(shifts)
    assert all(a.period.end <= b.period.start for a, b in pairwise(found))
    within = union(turn.period for turn in found)
    for shift in shifts:
        assert any(p.start <= shift.period.start and shift.period.end <= p.end for p in within)


def test_what_others_took_over_belongs_to_the_turn() -> None:
    shifts = [
        CallShift(1, Period(START, START + 48 * HOUR), START),
        CallShift(2, Period(START + 48 * HOUR, START + 60 * HOUR), None),
        CallShift(1, Period(START + 60 * HOUR, START + WEEK), START),
        CallShift(3, Period(START + WEEK, START + 2 * WEEK), None),
    ]
    first, second = call_turns(shifts)
    assert (first.period, first.engineers) == (Period(START, START + WEEK), (1, 2))
    assert (second.period.start, second.engineers) == (START + WEEK, (3,))
