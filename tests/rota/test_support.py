"""The support sub-team: its size is seen to, and its cycle is one press away."""

import html
import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dutydesk.people.models import Account, Engineer
from dutydesk.rota.commands.rotas import RotaCommands
from dutydesk.rota.flows import edits, roster, staffing
from dutydesk.rota.models import Outlook, Rotation
from dutydesk.rota.rules.stints import groups
from testing.screens import visit
from testing.world import Moving, World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("support.size", "support.cycle")]
NAMES = ("Ada", "Ben", "Cy", "Di", "Ed", "Fay", "Gus", "Hal", "Ida")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-23T08:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    for name in NAMES[3:]:
        account = Account.objects.create_user(email=f"{name}@example.org", name=name)
        Engineer.objects.create(name=name, email=account.email, account=account)
    return world


def working_days(world: World, count: int) -> list[date]:
    """Give so many days from tomorrow on that are no weekend."""
    days = (world.at.date() + timedelta(days=1 + number) for number in range(2 * count))
    return [day for day in days if day.weekday() < 5][:count]


def alone(world: World, *days: str) -> None:
    """Let Ada alone be on support on these days."""
    for day in days:
        start, end = (world.moment(f"{day}T{clock}") for clock in ("09:00", "18:00"))
        who: dict[str, Any] = {"duty": "support", "engineer": number("Ada")}
        edits.add_shift(**who, start=start, end=end, at=world.at, by="Ada")


def told(world: World) -> list[list[str]]:
    """Give the days of each telling of too few people."""
    every = (said.split(" | ") for said in world.said("#cloud-platform"))
    return [
        re.findall(r"\(Ada\): \w+ (\d+)", " ".join(said))
        for said in every
        if "fewer people than the process" in said[0]
    ]


def test_fewer_than_the_process_says_is_seen_told_once_and_checked(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    world.forward(days=3)
    (said_once,) = [s for s in world.said("#cloud-platform") if "fewer people than" in s]
    assert "1 of 3 on support (Ada)" in said_once
    assert "1 of 3 on support (Ada)" in visit("Ada").get("/shifts/").content.decode()
    RotaCommands(lambda: world.at).cover(1, as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert any("1 of 3 on support (Ada)" in line for line in said["support_thin"])
    assert any("Ben is on call for 100%" in line for line in said["beyond_limits"])
    RotaCommands(lambda: world.at).cover(1, as_json=False)
    assert "1 of 3 on support (Ada)" in capsys.readouterr().err


def test_each_time_with_too_few_people_is_told(world: World) -> None:
    alone(world, "2026-11-24", "2026-11-26")
    world.forward(hours=2)
    assert told(world) == [["24", "26"]]


def test_a_later_time_with_the_same_too_few_people_is_told_and_none_twice(world: World) -> None:
    alone(world, "2026-11-24")
    world.forward(hours=2)
    assert told(world) == [["24"]]
    alone(world, "2026-11-26")
    world.forward(days=1)
    assert told(world) == [["24"], ["26"]]
    world.forward(days=3)
    assert told(world) == [["24"], ["26"]]


def test_what_goes_on_over_nights_and_beyond_what_could_be_seen_is_told_once(world: World) -> None:
    alone(world, *(day.isoformat() for day in working_days(world, 20)))
    world.forward(days=14)
    assert len(told(world)) == 1


def test_what_an_older_desk_told_of_people_is_told_until_where_it_looked(world: World) -> None:
    alone(world, "2026-11-24", "2026-11-26")
    world.forward(hours=2)
    keeper = Outlook.objects.get(duty="primary")
    marks = [mark for mark in keeper.told if not mark.startswith("thin ")]
    keeper.told = [*marks, f"thin: [{number('Ada')}]"]
    keeper.save()
    alone(world, "2026-12-16")
    world.forward(days=2)
    assert told(world) == [["24", "26"]]
    world.forward(days=18)
    assert told(world) == [["24", "26"], ["16"]]


def test_a_rotation_that_is_to_end_is_one_in_which_people_take_turns(world: World) -> None:
    empty = "Nobody takes turns yet"
    assert empty in visit("Ada").get("/shifts/").content.decode()
    ends = world.at + timedelta(days=90)
    Rotation.objects.create(
        duty="support", starts="2026-11-23T10:00", length=1, unit="weekly", places=[], ends_at=ends
    )
    assert empty not in visit("Ada").get("/shifts/").content.decode()
    world.at = ends
    assert empty in visit("Ada").get("/shifts/").content.decode()


def test_the_offered_rotation_is_two_weeks_in_every_six(world: World) -> None:
    page = visit("Ada").get("/shifts/").content.decode()
    address = html.unescape(re.findall(r'href="([^"]+what=rotation[^"]+places[^"]+)"', page)[0])
    form = {key: value[0] for key, value in parse_qs(urlsplit(address).query).items()}
    shown = visit("Ada").get(address).content.decode()
    assert "Ada, Ben, Cy\nDi, Ed, Fay\nGus, Hal, Ida</textarea>" in shown
    done = visit("Ada").post("/shifts/change/", {**form, "confirm": "1"}, follow=True)
    assert "Changed." in done.content.decode()
    assert Rotation.objects.get(duty="support").length == 2
    for local, names in {
        "2026-11-30T09:00": NAMES[:3],
        "2026-12-11T17:59": NAMES[:3],
        "2026-12-14T09:00": NAMES[3:6],
        "2026-12-29T09:00": NAMES[6:],
        "2027-01-11T09:00": NAMES[:3],
    }.items():
        on = [d.name for d in roster.who(at=world.moment(local)) if d.duty == "support"]
        assert on == list(names), local
    ahead = world.moment("2027-03-01T00:00")
    assert staffing.thin(at=world.moment("2026-11-30T09:00"), until=ahead) == []


def test_with_too_few_people_somebody_has_more_stints() -> None:
    assert groups([1, 2, 3, 4], size=3, count=3) == [(1, 2, 3), (4, 1, 2), (3, 4, 1)]
    assert groups([1, 2], size=3, count=2) == [(1, 2), (2, 1)]
