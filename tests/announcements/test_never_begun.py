"""Planned work that nobody says has begun is not asked about for ever."""

from pathlib import Path

import pytest

from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.flows import people
from dutydesk.ports.delivery import MAIL
from dutydesk.process.flows import process
from dutydesk.process.rules.check import DEFAULT_FILE, check
from testing.audiences import MailServer
from testing.planned import TEAM, announce, owed
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("announce.commitment")]
ASKED = "  ask_at_most: 6\n"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Give a desk on which Cy leads support, and it is asked twice."""
    world = World(tmp_path, "2026-11-24T09:30")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    monkeypatch.setitem(outbox._senders, MAIL, MailServer())
    world.shifts(support="Ben", primary="Ben")
    text = DEFAULT_FILE.read_text(encoding="utf-8").replace(ASKED, ASKED.replace("6", "2"))
    file = tmp_path / "asked.yaml"
    file.write_text(text.replace("\nsupport:\n", "\nsupport:\n  lead: Cy\n"), encoding="utf-8")
    process.adopt(file=file, at=world.at)
    return world


def questions(world: World) -> list[str]:
    return [one for one in world.said(TEAM) if one.startswith(("Has it begun?", "Is it off?"))]


def mails() -> list[str]:
    """Give whom the desk wrote to whether the work is off."""
    found = OutboxMessage.objects.filter(payload__subject="Is it off?").order_by("id")
    return [one.payload["to"].partition("@")[0] for one in found]


def test_it_is_asked_so_often_and_then_once_whether_it_is_off(world: World) -> None:
    found = announce(world)
    world.forward(minutes=55)
    (asked,) = questions(world)
    assert asked.startswith("Has it begun?") and "20m ago" in asked
    world.forward(minutes=6)
    (asked,) = questions(world)
    assert asked == (
        "Is it off? | Ada and Cy: “PostgreSQL 9.2 to 9.6” was to begin at 10:00 GMT, 30m ago, and "
        "nobody said that it has. Is it off? Nobody is asked any more."
    )
    assert mails() == ["ada", "cy"]
    assert owed(found, "start") == [("missed", "10:00")]
    world.forward(hours=9)
    assert questions(world) == [asked] and mails() == ["ada", "cy"]
    assert owed(found, "end") == [("missed", "15:00")]
    assert owed(found, "update") == [("missed", "13:00"), ("missed", "15:00")]
    page = seen(visit("Uma").get(f"/announcements/{found.pk}"))
    assert "never confirmed Nobody said that it has begun, though it was asked until" in page


def test_whoever_begins_it_late_owes_its_end_and_whoever_moves_it_its_start(world: World) -> None:
    first, second = announce(world), announce(world, title="New disks")
    world.forward(hours=6)
    world.press("Ada", "announcement.start", first.about)
    assert owed(first, "end") == [("missed", "15:00"), ("open", "15:00")]
    again = {"starts": "2026-11-25T10:00", "ends": "2026-11-25T12:00", "text": "Tomorrow"}
    world.press("Ada", "announcement.move", second.about, **again)
    assert owed(second, "start")[-1] == ("open", "10:00")
    for one in (first, second):
        assert "never confirmed" not in seen(visit("Uma").get(f"/announcements/{one.pk}"))


def test_check_says_what_is_wrong_with_it() -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    assert ASKED in text
    assert not check(text.replace(ASKED, "")).mistakes
    (wrong,) = check(text.replace(ASKED, ASKED.replace("6", "0"))).mistakes
    assert "ask_at_most" in str(wrong)


def test_who_announced_it_is_asked_by_the_name_that_they_have_now(world: World) -> None:
    announce(world)
    world.forward(minutes=31)
    for name, whose in (("Adah", "ada"), ("Ada", "ben"), ("Ben", "ada")):  # They swap their names.
        people.save_engineer(name=name, email=f"{whose}@example.org", at=world.at)
    world.forward(minutes=30)
    (asked,) = questions(world)
    assert asked.startswith("Is it off? | Ben and Cy: ")
    assert mails() == ["ada", "cy"]
