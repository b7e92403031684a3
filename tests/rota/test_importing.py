"""Rotas taken over from calendars and from other tools' exports."""

import json
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dutydesk.kernel.periods import Period
from dutydesk.people.models import Engineer
from dutydesk.rota.flows import edits, imports, roster
from dutydesk.rota.flows.edits import Cadence
from dutydesk.rota.flows.shift_build import EditRefused
from dutydesk.rota.models import Override, Rotation
from dutydesk.rota.rules import stretches
from testing.world import World

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parents[1] / "data" / "rota"

PAGERDUTY: dict[str, Any] = {
    "schedule": {
        "id": "PI7DH85",
        "type": "schedule",
        "name": "Primary",
        "time_zone": "Europe/London",
        "schedule_layers": [
            {
                "id": "L2",
                "name": "Weekends",
                "start": "2026-11-01T00:00:00Z",
                "end": None,
                "rotation_virtual_start": "2026-11-02T10:00:00Z",
                "rotation_turn_length_seconds": 604800,
                "users": [{"user": {"id": "P3", "type": "user_reference", "summary": "Cy"}}],
                "restrictions": [
                    {
                        "type": "weekly_restriction",
                        "start_time_of_day": "00:00:00",
                        "start_day_of_week": 6,
                        "duration_seconds": 172800,
                    }
                ],
            },
            {
                "id": "L1",
                "name": "Weeks",
                "start": "2026-11-01T00:00:00Z",
                "end": None,
                "rotation_virtual_start": "2026-11-02T10:00:00+00:00",
                "rotation_turn_length_seconds": 604800,
                "users": [
                    {"user": {"id": "P1", "summary": "Ada", "email": "ada@example.org"}},
                    {"user": {"id": "P2", "summary": "Ben"}},
                ],
                "restrictions": [],
            },
        ],
        "overrides_subschedule": {
            "rendered_schedule_entries": [
                {
                    "start": "2026-11-26T17:00:00Z",
                    "end": "2026-11-26T22:00:00Z",
                    "user": {"summary": "Cy"},
                }
            ]
        },
    }
}
OPSGENIE: dict[str, Any] = {
    "data": {
        "name": "Primary",
        "timezone": "Europe/London",
        "rotations": [
            {
                "name": "Days",
                "startDate": "2026-11-02T10:00:00Z",
                "endDate": None,
                "type": "weekly",
                "length": 1,
                "participants": [
                    {"type": "user", "username": "ada@example.org"},
                    {"type": "none"},
                    {"type": "user", "username": "ben@example.org"},
                ],
                "timeRestriction": {
                    "type": "weekday-and-time-of-day",
                    "restrictions": [
                        {
                            "startDay": "monday",
                            "startHour": 8,
                            "startMin": 0,
                            "endDay": "friday",
                            "endHour": 20,
                            "endMin": 0,
                        }
                    ],
                },
            }
        ],
    }
}
CALENDAR = "\r\n".join(
    (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//x//y//EN",
        "BEGIN:VEVENT",
        "UID:1",
        "DTSTAMP:20261101T000000Z",
        "SUMMARY:On Call - Ada - Platform",
        "DTSTART;TZID=Europe/London:20261124T170000",
        "DTEND;TZID=Europe/London:20261124T220000",
        "RRULE:FREQ=DAILY;COUNT=3",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-23T08:00")


def take_in(world: World, what: object, **more: Any) -> imports.ImportedRota:
    text = what if isinstance(what, str) else json.dumps(what)
    return imports.take_in(text=text, duty="primary", at=world.at, by="Ada", **more)


def on(world: World, local: str) -> list[str]:
    who = roster.who(at=world.moment(local))
    return [duty.name for duty in who if duty.duty == "primary" and duty.name]


def test_pagerduty_s_layers_and_overrides(world: World) -> None:
    first = take_in(world, PAGERDUTY)
    assert (first.rotations, first.shifts) == (2, 1)
    assert on(world, "2026-11-24T18:00") == ["Ben"]  # Ada had the week of the 2nd.
    assert on(world, "2026-11-28T12:00") == ["Cy"]  # The layer above goes before.
    assert on(world, "2026-12-01T18:00") == ["Ada"]
    assert on(world, "2026-11-26T18:00") == ["Cy"]  # Instead of Ben, who has the week.
    again = take_in(world, PAGERDUTY)
    assert (again.rotations, again.shifts, again.left) == (0, 0, 3)
    assert (Rotation.objects.count(), Override.objects.count()) == (2, 1)


def test_what_is_taken_in_is_pagerduty_s_own_final_schedule(world: World) -> None:
    """Take in a schedule as the API gives it, with what PagerDuty itself made of it."""
    export = json.loads((DATA / "pagerduty-schedule.json").read_text())
    take_in(world, export)
    final = export["schedule"]["final_schedule"]["rendered_schedule_entries"]
    start, end = (datetime.fromisoformat(each) for each in (final[0]["start"], final[-1]["end"]))
    names = dict(Engineer.objects.values_list("pk", "name"))
    shifts = stretches.joined(roster.on_shifts(Period(start, end), "primary"))
    found = [
        (names[shift.engineer], max(shift.period.start, start), min(shift.period.end, end))
        for shift in shifts
    ]
    assert found == [
        (each["user"]["summary"], *(datetime.fromisoformat(each[k]) for k in ("start", "end")))
        for each in final
    ]


def test_a_layer_begins_when_it_starts_and_not_with_its_first_turn(world: World) -> None:
    export = deepcopy(PAGERDUTY)
    export["schedule"]["schedule_layers"][1]["start"] = "2026-12-01T12:00:00Z"
    take_in(world, export)
    assert on(world, "2026-11-24T18:00") == []
    assert on(world, "2026-12-01T09:00") == []
    assert on(world, "2026-12-01T18:00") == ["Ada"]


def test_what_changed_in_the_other_tool_takes_the_place_of_what_was_taken_in(world: World) -> None:
    weekly(world, "Cy")
    take_in(world, PAGERDUTY, beside=True)
    export = deepcopy(PAGERDUTY)
    export["schedule"]["schedule_layers"][1]["rotation_turn_length_seconds"] = 86400
    again = take_in(world, export, beside=True)
    assert (again.rotations, again.left) == (1, 2)
    assert on(world, "2026-11-24T18:00") == ["Cy", "Ada"]  # Every day now, and the desk's own.
    assert on(world, "2026-11-25T18:00") == ["Cy", "Ben"]


def weekly(world: World, name: str) -> None:
    places = [[Engineer.objects.get(name=name).pk]]
    cadence = Cadence("weekly", 1, datetime(2026, 11, 23, 8), places)  # noqa: DTZ001
    edits.rotate(duty="primary", cadence=cadence, at=world.at, by="Ada")


def test_an_override_of_some_rotations_only_is_refused_where_there_are_several(
    world: World,
) -> None:
    take_in(world, PAGERDUTY)
    row = {
        "user": {"type": "user", "username": "ben@example.org"},
        "rotations": [{"name": "Days"}],
        "startDate": "2026-12-01T07:00:00Z",
        "endDate": "2026-12-01T22:00:00Z",
    }
    with pytest.raises(EditRefused, match="of some rotations only"):
        take_in(world, {"data": [row]})


def test_opsgenie_s_rotation_with_an_empty_place_and_windows(world: World) -> None:
    take_in(world, OPSGENIE)
    assert on(world, "2026-11-24T18:00") == ["Ada"]
    assert on(world, "2026-11-28T12:00") == []  # A Saturday.
    assert on(world, "2026-12-01T18:00") == []  # The empty place's week.
    assert on(world, "2026-12-08T18:00") == ["Ben"]
    overrides: dict[str, Any] = {
        "data": [
            {
                "alias": "x",
                "user": {"type": "user", "username": "BEN@example.org"},
                "startDate": "2026-12-01T07:00:00Z",
                "endDate": "2026-12-01T22:00:00Z",
            }
        ]
    }
    take_in(world, overrides)
    assert on(world, "2026-12-01T18:00") == ["Ben"]
    overrides["data"][0] |= {"startDate": "2026-11-24T09:00:00Z", "endDate": "2026-11-24T20:00:00Z"}
    take_in(world, overrides)
    assert on(world, "2026-11-24T18:00") == ["Ben"]  # Instead of Ada, not beside her.


def test_a_layer_of_nobody_is_none(world: World) -> None:
    export: dict[str, Any] = deepcopy(PAGERDUTY)
    export["schedule"]["schedule_layers"][0]["users"] = []
    assert take_in(world, export).rotations == 1
    assert on(world, "2026-11-28T12:00") == ["Ben"]


def test_hours_that_end_a_second_early_leave_nobody_uncovered(world: World) -> None:
    export: dict[str, Any] = deepcopy(PAGERDUTY)
    (layer, *_) = export["schedule"]["schedule_layers"]
    layer["restrictions"] = [
        {"type": "daily_restriction", "start_time_of_day": "00:00:00", "duration_seconds": 86_399}
    ]
    export["schedule"]["schedule_layers"] = [layer]
    take_in(world, export)
    span = Period(world.at, world.at + timedelta(days=14))
    (whole,) = stretches.joined(roster.on_shifts(span, "primary"))
    assert whole.period.overlap(span) == span


def test_only_what_is_still_to_come_of_opsgenie_s_has_to_be_taken_over(world: World) -> None:
    """A team has a turn of a rotation that ended, and later of one that runs."""
    export: dict[str, Any] = deepcopy(OPSGENIE)
    ended = deepcopy(export["data"]["rotations"][0])
    ended |= {"id": "old", "startDate": "2025-01-06T07:00:00Z", "endDate": "2026-01-05T07:00:00Z"}
    ended["participants"] = [{"type": "team", "name": "Core"}, {"type": "user", "username": "zoe"}]
    export["data"]["rotations"].append(ended)
    take_in(world, export)
    assert on(world, "2026-11-24T18:00") == ["Ada"]
    del ended["endDate"]
    with pytest.raises(EditRefused, match=r"A turn of a team \(Core\) can't be taken over"):
        take_in(world, export)


def test_a_calendar_names_people_in_its_titles(world: World) -> None:
    assert take_in(world, CALENDAR).shifts == 3
    assert take_in(world, CALENDAR).left == 3
    assert on(world, "2026-11-26T18:00") == ["Ada"]
    assert on(world, "2026-11-27T18:00") == []


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("nonsense", "neither a calendar nor JSON"),
        ("[" * 5000, "neither a calendar nor JSON"),
        ("BEGIN:VCALENDAR\nnonsense", "can't be read as a calendar"),
        ({}, "no schedule or list of overrides"),
        ([1], "no schedule or list of overrides"),
        ({"schedule": {"time_zone": "UTC"}}, "lacks what it should have"),
        (CALENDAR.replace("Ada", "Zoe"), "Nobody here is “On Call - Zoe - Platform”"),
        (
            json.dumps(PAGERDUTY).replace("604800", "1000"),
            "A turn of 1000 seconds is not of whole hours",
        ),
        (json.dumps(PAGERDUTY).replace("604800", "-604800"), "A turn of -604800 seconds"),
        (
            json.dumps(PAGERDUTY).replace("604800", "60480000000"),
            "not of whole hours, up to a year",
        ),
        (
            json.dumps(OPSGENIE).replace('"length": 1', '"length": -2'),
            "A turn of -1209600 seconds",
        ),
        (
            json.dumps(PAGERDUTY).replace("Europe/London", "Eastern Time (US & Canada)"),
            r"“Eastern Time \(US & Canada\)” is no time zone",
        ),
        ({"overrides": [None]}, "isn't as its kind has it"),
        (json.dumps(PAGERDUTY).replace("2026-11-26T17:00:00Z", "soon"), "soon"),
        (
            json.dumps(OPSGENIE).replace('"none"', '"escalation"'),
            "A turn of a escalation",
        ),
    ],
)
def test_what_can_t_be_taken_in_changes_nothing(world: World, what: object, reason: str) -> None:
    with pytest.raises(EditRefused, match=reason):
        take_in(world, what)
    assert not Rotation.objects.exists()
    assert not Override.objects.exists()
