"""Whom an export means: by whole names and addresses, and never by a guess."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from dutydesk.people.flows import people
from dutydesk.people.models import Engineer
from dutydesk.people.rules import read_people
from dutydesk.rota.flows import imports, roster
from dutydesk.rota.flows.shift_build import EditRefused
from dutydesk.rota.models import Override, Rotation
from dutydesk.rota.rules.person_match import find
from testing.world import World

KNOWN = {"ada": 1, "ada@example.org": 1, "ben": 2, "ben@example.org": 2, "ben smith": 3, "zoë": 4}
HEAD = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//EN\n"


@pytest.mark.parametrize(
    ("text", "addresses", "who"),
    [
        ("Ada", (), 1),
        (" ada@EXAMPLE.org ", (), 1),
        ("Adam", (), None),
        ("Canada primary", (), None),
        ("On Call - Ada - Canada primary", (), 1),
        ("On call: Ben Smith", (), 3),
        ("Ben (Ben Smith is away)", (), None),
        ("Ben and Ada", (), None),
        ("Support: Zoë.", (), 4),
        ("Zoë-Marie", (), None),
        ("Zoe\u0308", (), 4),
        ("Ada\u0301", (), None),
        ("D'Ada", (), None),
        ("d\u2019Ada on call", (), None),
        ("'Ada' on call", (), 1),
        ("Ada's primary", (), 1),
        ("ada@elsewhere.org", (), None),
        ("x.ada@example.org", (), None),
        ("Pager of ada@example.org", (), 1),
        ("Duty", ("ben@example.org",), 2),
        ("Duty", ("BEN@example.org", "room@example.org"), 2),
        ("Duty", ("ben@example.org", "ada@example.org"), None),
        ("Canada with Ben Smith", ("ada@example.org",), 1),
        ("", (), None),
    ],
)
def test_names_are_matched_as_words(text: str, addresses: tuple[str, ...], who: int | None) -> None:
    assert find(text, addresses, KNOWN) == who


@pytest.mark.parametrize(
    ("text", "addresses", "who"),
    [
        ("On call: Ben", (), 2),
        ("Duty", ("ben@example.org",), 2),
        ("Duty", ("room@example.org",), 1),
        ("Ben or Zoë", (), None),
        ("Duty", ("ben@example.org", "zoë"), None),
        ("Duty", (), 1),
    ],
)
def test_whoever_invites_is_meant_only_where_nobody_else_is(
    text: str, addresses: tuple[str, ...], who: int | None
) -> None:
    assert find(text, addresses, KNOWN, "Ada@example.org") == who


def calendar(*events: str) -> str:
    parts = [
        f"BEGIN:VEVENT\nUID:{n}\nDTSTAMP:20261101T000000Z\n{event}\nEND:VEVENT\n"
        for n, event in enumerate(events)
    ]
    return f"{HEAD}{''.join(parts)}END:VCALENDAR\n".replace("\n", "\r\n")


def at_work(zone: str, *more: str) -> str:
    start, end = (
        f"DT{name}{zone}:20261126T{hour}0000" for name, hour in (("START", 10), ("END", 12))
    )
    return "\n".join((start, end, *more))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-25T10:00")


def taken(world: World, text: str) -> list[tuple[str, str]]:
    imports.take_in(text=text, duty="support", at=world.at, by="Ada")
    rows = Override.objects.order_by("start").select_related("add")
    return [(one.add.name, f"{one.start.astimezone(world.zone):%H:%M}") for one in rows if one.add]


@pytest.mark.django_db
def test_whoever_is_invited_is_meant(world: World) -> None:
    one = at_work("", "SUMMARY:Duty", "ATTENDEE;CN=Ben:MAILTO:ben@example.org")
    other = at_work("", "SUMMARY:Duty", "ORGANIZER:mailto:cy@example.org")
    assert taken(world, calendar(one, other)) == [("Ben", "10:00"), ("Cy", "10:00")]


@pytest.mark.django_db
@pytest.mark.parametrize("told", ["SUMMARY:On call: Ben", "SUMMARY:Duty\nATTENDEE:ben@example.org"])
def test_whoever_wrote_the_calendar_for_others_is_not_on_call(world: World, told: str) -> None:
    written = at_work("", told, "ORGANIZER:mailto:cy@example.org")
    assert taken(world, calendar(written)) == [("Ben", "10:00")]


@pytest.mark.django_db
def test_who_declined_is_not_on_and_nor_is_whoever_asked_them(world: World) -> None:
    no = "ATTENDEE;PARTSTAT=DECLINED:mailto:ben@example.org"
    yes = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:cy@example.org"
    assert taken(world, calendar(at_work("", "SUMMARY:Duty", no, yes))) == [("Cy", "10:00")]
    asked = at_work("", "SUMMARY:Duty", no, "ORGANIZER:mailto:ada@example.org")
    with pytest.raises(EditRefused, match="Nobody here is “Duty”"):
        taken(world, calendar(asked))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "told",
    [
        "SUMMARY:Ben and Cy",
        "SUMMARY:Duty\nATTENDEE:ben@example.org\nATTENDEE:cy@example.org",
    ],
)
def test_who_may_be_several_is_asked_back_by_their_names(world: World, told: str) -> None:
    with pytest.raises(EditRefused, match="may be Ben or Cy"):
        taken(world, calendar(at_work("", told)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "clock"),
    [
        ("", "10:00"),
        (";TZID=America/New_York", "15:00"),
        (";TZID=Eastern Standard Time", "15:00"),
        (";TZID=Eastern Standard Time 1", "15:00"),
        (";TZID=/freeassociation.sourceforge.net/America/New_York", "15:00"),
    ],
)
def test_times_are_in_the_zone_that_the_calendar_names(world: World, zone: str, clock: str) -> None:
    assert taken(world, calendar(at_work(zone, "SUMMARY:Ben"))) == [("Ben", clock)]


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Mars/Olympus", "Standard Time 1", "London", "/mars/Olympus"])
def test_a_zone_that_nobody_knows_is_refused_by_name(world: World, zone: str) -> None:
    with pytest.raises(EditRefused, match=f"“{zone}”, which is no time zone"):
        taken(world, calendar(at_work(f";TZID={zone}", "SUMMARY:Ben")))
    assert not Override.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("event", "clock"),
    [
        (at_work("", "SUMMARY:Ben"), "15:00"),
        ("DTSTART;VALUE=DATE:20261126\nDTEND;VALUE=DATE:20261127\nSUMMARY:Ben", "05:00"),
        (at_work(";TZID=Europe/Paris", "SUMMARY:Ben"), "09:00"),
    ],
)
def test_times_and_days_without_a_zone_are_in_the_calendar_s_own(
    world: World, event: str, clock: str
) -> None:
    text = calendar(event).replace("PRODID", "X-WR-TIMEZONE:America/New_York\r\nPRODID")
    assert taken(world, "\ufeff" + text) == [("Ben", clock)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "summary",
    [
        "Canceled: Ben",
        "CANCELLED: Ben",
        "Abgesagt: Ben",
        "Annulé\u00a0: Ben",
        "Annule\u0301 : Ben",
        "キャンセル済み: Ben",
        "[Cancelled] Ben",
        "Ben (cancelled)",
        "Cancelled - Ben",
    ],
)
def test_what_outlook_called_off_is_no_shift(world: World, summary: str) -> None:
    off = at_work("", f"SUMMARY:{summary}", "STATUS:CONFIRMED")
    assert taken(world, calendar(off, at_work("", "SUMMARY:Cy"))) == [("Cy", "10:00")]


def layer(name: str, *people: str, **more: str) -> dict[str, Any]:
    return {
        "id": name,
        "name": name,
        "start": "2026-01-01T00:00:00Z",
        "end": None,
        "rotation_virtual_start": "2026-01-05T10:00:00Z",
        "rotation_turn_length_seconds": 604800,
        "users": [{"user": {"summary": who}} for who in people],
        "restrictions": [],
    } | more


@pytest.mark.django_db
def test_who_left_with_their_layer_or_override_need_not_be_known(world: World) -> None:
    past = {"start": "2026-06-01T10:00:00Z", "end": "2026-06-01T12:00:00Z"}
    schedule = {
        "name": "Primary",
        "time_zone": "Europe/London",
        "schedule_layers": [
            layer("now", "Ben", "Cy"),
            layer("then", "Zoe", "Yan", end="2026-06-01T00:00:00Z"),
        ],
        "overrides_subschedule": {
            "rendered_schedule_entries": [past | {"user": {"summary": "Zoe"}}]
        },
    }
    done = imports.take_in(text=_json(schedule), duty="primary", at=world.at, by="Ada")
    assert (done.rotations, done.shifts, done.left) == (1, 0, 2)
    ended = deepcopy(schedule)
    never = layer("never", "Zoe", start="2027-02-01T00:00:00Z", end="2027-02-01T00:00:00Z")
    again = schedule | {"schedule_layers": [never, *schedule["schedule_layers"]]}
    done = imports.take_in(text=_json(again), duty="primary", at=world.at, by="Ada")
    assert (done.rotations, done.ended) == (0, 0)
    ended["schedule_layers"] = [layer("now", "Ben", "Cy", end="2026-11-20T00:00:00Z")]
    imports.take_in(text=_json(ended), duty="primary", at=world.at, by="Ada")
    assert not Rotation.objects.exclude(ends_at__lte=world.at).exists()
    assert [one.name for one in roster.who(at=world.at) if one.duty == "primary" and one.name] == []


@pytest.mark.django_db
def test_who_is_still_to_come_must_be_known(world: World) -> None:
    schedule = {"name": "P", "time_zone": "UTC", "schedule_layers": [layer("now", "Ben", "Zoe")]}
    people.load(file=read_people("engineers: [{name: Zoe B., email: z@x.org}]"), at=world.at)
    assert Engineer.objects.filter(name="Zoe B.").exists()
    with pytest.raises(EditRefused, match="Nobody here is “Zoe”"):
        imports.take_in(text=_json(schedule), duty="primary", at=world.at, by="Ada")


def _json(schedule: dict[str, Any]) -> str:
    return json.dumps({"schedule": schedule})
