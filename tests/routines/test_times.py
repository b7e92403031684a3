"""When routines come: once each working day, by the local clock, and never on a holiday."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.process.flows import process as flows
from dutydesk.process.rules.check import DEFAULT_FILE, check, default_process
from dutydesk.process.rules.model import Process
from dutydesk.process.rules.routine_times import RoutineSpell, following, spell
from dutydesk.process.rules.routines import Routine
from dutydesk.process.words import document
from dutydesk.routines.models import Checklist
from testing.routines import list_of, look, post_of, until
from testing.screens import seen, visit
from testing.world import Moving, World

ZONES = ("Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "UTC")
AT = datetime(2026, 11, 2, tzinfo=ZoneInfo("UTC"))
TEXT = DEFAULT_FILE.read_text(encoding="utf-8")
DUTY = """
  - id: evening
    title: The evening
    at: "17:15"
    who: on call
    within: 30 minutes
    items:
      - {text: Read the plan for the night}
"""


def with_duty(text: str = DUTY) -> str:
    return TEXT.replace("\nask:\n  channel", f"{text}\nask:\n  channel")


def in_zone(zone: str) -> Process:
    shipped = default_process()
    place = shipped.place.model_copy(update={"zone": zone})
    made = shipped.model_copy(update={"place": place})
    vars(made).pop("zone", None)
    vars(made).pop("calendar", None)
    return made


@given(
    st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    st.sampled_from(ZONES),
    st.times().map(lambda one: f"{one:%H:%M}") | st.sampled_from(["the start", "before the end"]),
)
@settings(max_examples=60)
def test_each_comes_once_a_working_day_by_the_local_clock_and_never_else(
    day: date, zone: str, at: str
) -> None:
    process = in_zone(zone)
    routine = Routine.model_validate(
        {"id": "one", "title": "One", "at": at, "items": [{"text": "Look"}]}
    )
    found = spell(process, routine, day)
    works = day.weekday() < 5 and not process.calendar.is_holiday(day)
    assert (found is not None) == works
    if found is None:
        return
    opens, closes = (datetime.combine(day, time(hour), process.zone) for hour in (9, 18))
    assert opens <= found.comes < found.due <= closes < found.closes
    local = found.comes.astimezone(process.zone)
    assert local.date() == day
    expected = {"the start": "09:00", "before the end": "17:00"}.get(at, at)
    assert f"{local:%H:%M}" == min(max(expected, "09:00"), "17:00")


def spells(first: str, days: int, routine: str = "day-start") -> Iterator[RoutineSpell]:
    process = default_process()
    one = next(each for each in process.day_routines if each.id == routine)
    for ahead in range(days):
        if found := spell(process, one, date.fromisoformat(first) + timedelta(days=ahead)):
            yield found


@pytest.mark.clause("support.day-start", "support.day-end")
def test_over_the_october_change_the_day_begins_at_nine_and_ends_at_six_on_the_wall() -> None:
    london = ZoneInfo("Europe/London")
    begins = [f"{one.comes.astimezone(london):%a %H:%M %Z}" for one in spells("2026-10-23", 4)]
    assert begins == ["Fri 09:00 BST", "Mon 09:00 GMT"]
    ends = [
        f"{one.due.astimezone(london):%a %H:%M %Z}" for one in spells("2026-10-23", 4, "day-end")
    ]
    assert ends == ["Fri 18:00 BST", "Mon 18:00 GMT"]


def test_before_christmas_what_is_handed_over_reaches_to_the_next_working_day() -> None:
    # Friday is Christmas Day, and Boxing Day's substitute is on Monday.
    assert [one.day.day for one in spells("2026-12-24", 6)] == [24, 29]
    assert following(default_process(), date(2026, 12, 24)) == datetime(
        2026, 12, 29, 9, tzinfo=ZoneInfo("Europe/London")
    )


def wrong(old: str, new: str, text: str = TEXT) -> list[str]:
    """Give what `check` says of the process with a change in it, and the line that it names."""
    assert old in text
    changed = text.replace(old, new, 1)
    found = check(changed, at=AT)
    said = [*found.mistakes, *found.warnings]
    return [f"{changed.splitlines()[one.line - 1].strip()} > {one}" for one in said]


def test_check_refuses_facts_that_nobody_gathers_and_times_that_are_none_with_their_line() -> None:
    (gathers,) = wrong("gathers: [alarms]", "gathers: [weather]")
    assert gathers.startswith("gathers: [weather] > line")
    assert "routines.0.items.0.gathers.0: “weather” is not possible here." in gathers
    (at,) = wrong("at: the start", "at: at dawn")
    assert "“at dawn” is not a time of a working day. Write one like “09:00” in quotes" in at
    (outside,) = wrong("at: the start", 'at: "20:15"')
    assert outside.startswith('at: "20:15" > line')
    assert "20:15 is outside working hours, so nobody has the turn." in outside
    (no_facts,) = wrong("gathers: [questions]", "gathers: []")
    assert "Done by facts, and it gathers none." in no_facts
    (clause,) = wrong("clause: support.day-start", "clause: support.sleep")
    assert "“support.sleep” is not a clause." in clause
    (long,) = wrong("within: 30 minutes", "within: 10 hours")
    assert "10 hours is longer than any working day. Write 9 hours or less." in long
    (short,) = wrong("within: 30 minutes", "within: 10 minutes")
    assert "remind_before is not shorter than within." in short
    (twice,) = wrong("id: during", "id: day-start")
    assert "“day-start” is there twice." in twice
    (often,) = wrong("text: Read the ask channel", "text: Look through both alarm channels")
    assert "“Look through both alarm channels” is there twice." in often


def test_check_warns_of_a_time_that_is_outside_the_hours_on_some_days() -> None:
    friday = TEXT.replace("Mo-Fr 09:00-18:00; PH off", "Mo-Th 09:00-18:00; Fr 09:00-12:00; PH off")
    friday = friday.replace("Mo-Fr 10:00-17:00", "Mo-Th 10:00-17:00; Fr 10:00-12:00")
    said = wrong("at: the start", 'at: "15:00"', friday)
    assert any("15:00 is outside working hours on Friday 2026-11-06" in one for one in said)
    assert check(with_duty(), at=AT).process is not None
    (night,) = wrong('at: "17:15"', 'at: "12:15"', with_duty())
    assert "12:15 is outside on-call hours, so nobody has the turn." in night


def older() -> str:
    """Give the process as files said it before there were routines."""
    first, last = TEXT.index("# Checklists that come due"), TEXT.index("ask:\n  channel")
    lists = """
  day_start: [Look through both alarm channels, Water the plants]
  during: [Watch the board for new requests and triage them]
  team: [Work on the larger requests]
  day_end: []
"""
    return TEXT[:first].rstrip() + lists + "\n" + TEXT[last:]


def test_an_older_file_s_lists_are_its_routines_with_the_facts_of_what_the_desk_knows() -> None:
    found = check(older(), at=AT)
    assert found.mistakes == ()
    assert found.process is not None
    routines = found.process.day_routines
    assert [one.id for one in routines] == ["day-start", "during", "team"]
    assert [(one.gathers, one.done_when) for one in routines[0].items] == [
        (("alarms",), "facts"),
        ((), "press"),
    ]
    assert {item.clause for one in routines for item in one.items} == {
        "support.day-start", "support.during", "support.team"
    }  # fmt: skip
    none = check(older() + "\nroutines: []\n", at=AT).process
    assert none is not None
    assert none.day_routines == ()


def test_the_document_tells_each_routine_and_item() -> None:
    found = check(with_duty(), at=AT).process
    assert found is not None
    chapter = next(one for one in document(found) if one.anchor == "support")
    said = dict(chapter.paragraphs)
    start = said[
        "Start of the day. Within 1 hour from the start of the working hours on at least one of "
        "those on support will:"
    ]
    assert start[0] == (
        "Look through both alarm channels (shown with it: the alarms; done once nothing of that "
        "is left)"
    )
    assert said[
        "The evening. On working days within 30 minutes from 17:15 on whoever is on call will:"
    ] == ["Read the plan for the night"]
    assert any(title.startswith("End of the day. In the last 30 minutes") for title in said)


@pytest.mark.django_db
def test_nothing_comes_at_a_weekend_and_on_a_bank_holiday(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, "2026-12-24T18:30")  # A Thursday; then Christmas, to Tuesday.
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben")
    until(world, "2026-12-25T12:00")
    assert not Checklist.objects.exists()
    assert "Nothing has come yet today" in seen(visit("Ada").get("/routines/"))
    until(world, "2026-12-29T09:05")
    assert {one.day.day for one in Checklist.objects.all()} == {29}


@pytest.mark.django_db
def test_in_the_week_in_which_clocks_and_turns_change_the_turn_goes_with_the_rota(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-10-23T16:00")
    turn = world.moment("2026-10-26T10:00")
    world.shift(world.at - timedelta(days=3), turn, primary="Ada")
    world.shift(turn, turn + timedelta(days=7), primary="Ben")
    file = tmp_path / "process.yaml"
    file.write_text(with_duty(), encoding="utf-8")
    flows.adopt(file=file, at=world.at)
    until(world, "2026-10-23T17:15")
    friday = list_of("evening")
    assert dict(post_of(friday).facts) == {"Whose turn": "Ada", "By": "today at 17:45 BST"}
    until(world, "2026-10-26T17:20")
    monday = list_of("evening")
    assert dict(post_of(monday).facts) == {"Whose turn": "Ben", "By": "today at 17:45 GMT"}
    assert monday.comes_at - friday.comes_at == timedelta(days=3, hours=1)
    look(world)
    assert Checklist.objects.filter(routine="evening").count() == 2


def test_a_routine_that_is_due_after_midnight_can_be_done_until_then() -> None:
    routine = Routine.model_validate(
        {
            "id": "night", "title": "The night", "at": "23:45", "who": "on call",
            "within": "30 minutes", "items": [{"text": "Look"}],
        }
    )  # fmt: skip
    found = spell(default_process(), routine, date(2026, 11, 24))
    assert found is not None
    assert found.due.isoformat() == "2026-11-25T00:15:00+00:00"
    assert found.closes == found.due
    day_end = next(spells("2026-11-24", 1, "day-end"))
    assert day_end.closes.isoformat() == "2026-11-25T00:00:00+00:00"
