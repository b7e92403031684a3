"""Who the process file names and nobody is called so is told to whoever can mend it."""

from pathlib import Path

import pytest

from dutydesk.people.flows import people, process_names
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from testing.world import World, number

pytestmark = pytest.mark.django_db


def change(world: World, folder: Path, *changes: tuple[str, str]) -> None:
    file = folder / "process.yaml"
    text = file.read_text()
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    file.write_text(text)
    process.adopt(file=file, at=world.at)


def said(world: World) -> list[str]:
    return [check.says for check in process_names.health(world.at)]


def test_whoever_is_to_be_told_or_to_sign_and_is_nobody_is_said(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-25T10:00")
    assert said(world) == []
    change(
        world,
        tmp_path,
        ("support:\n  size: 3\n", "support:\n  size: 3\n  lead: Ben\n"),
        ("sign_off: [lead]", "sign_off: [lead, scribe, Uma, Zed]"),
    )
    assert said(world) == ["Zed in postmortems.publication.sign_off: nobody is called so"]
    people.set_active(engineer=number("Ben"), active=False, at=world.at)
    (told,) = process_names.health(world.at)
    assert told.says.startswith("Ben in support.lead, Zed in")
    assert "Zed" not in told.public
    assert not told.vital


def test_all_names_of_a_draft_that_there_are_not_are_told(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-25T10:00")
    change(
        world,
        tmp_path,
        ("  leaders:\n    who: []\n", "  leaders:\n    who: [Ada, Zed, z@example.org]\n"),
        ("columns: [", "logins: {Ben: ben-gh, Yan: yan-gh}\n    columns: ["),
        (
            "status_page:\n",
            "status_page:\n  groups:\n    - {title: Law, services: [Courts, Clusters]}\n",
        ),
    )
    found = [str(one) for one in process_names.unknown(process.in_force())]
    assert [one.partition(", ")[0] for one in found] == [
        "ask.ticket.logins names somebody “Yan”",
        "incidents.leaders names somebody “Zed”",
        "status_page names the service “Courts”",
    ]
    Service.objects.create(name="Courts")
    assert len(process_names.unknown(process.in_force())) == 2
