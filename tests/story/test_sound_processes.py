"""What `check` calls sound, runs: process files of every kind live through a day of everything."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from dutydesk.desk.models import Ticket
from dutydesk.incidents.models import Incident, Maintenance
from dutydesk.oncall.models import Page
from dutydesk.postmortems.models import Postmortem
from dutydesk.process.rules.check import DEFAULT_FILE, check, schema
from dutydesk.process.rules.yaml_lines import YamlDocument
from testing import prepared, sound
from testing.day import BEGINNINGS, Day

pytestmark = pytest.mark.django_db
ODD = ("x" * 97, " <b>&\"'{asker}%s", "\u202e🚨é", "")


def oddly(number: int) -> Callable[[str], str]:
    """Give how people are called: each of the four otherwise, and otherwise with each number."""
    names = ("Ada", "Ben", "Cy", "Uma")
    return lambda name: name + ODD[(names.index(name) + number) % len(ODD)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let every file be a test of its own, whose name says how to make it again."""
    if "number" in metafunc.fixturenames:
        config = metafunc.config
        numbers = range(config.getoption("--days"))
        names = [f"seed {config.getoption('--seed')}, file {number}" for number in numbers]
        metafunc.parametrize("number", numbers, ids=names)


@pytest.fixture(scope="module")
def files(request: pytest.FixtureRequest) -> list[tuple[str, str]]:
    """Give each file with what was changed in it; all processes of a run share them."""
    days, seed = (request.config.getoption(name) for name in ("--days", "--seed"))
    with prepared.alone(f"days-{days}-{seed}") as place:
        if not place.exists():
            made = [(sound.as_file(one), repr(changes)) for one, changes in sound.files(days, seed)]
            place.write_text(json.dumps(made))
    return [(text, changes) for text, changes in json.loads(place.read_text())]


def test_the_shipped_process_lives_through_a_day_without_a_refusal_whatever_people_are_called(
    tmp_path: Path,
) -> None:
    day = Day(tmp_path, DEFAULT_FILE.read_text(encoding="utf-8"), oddly(0))
    day.live()
    assert day.refused == []
    assert Ticket.objects.get().closed_at is not None
    assert Incident.objects.get().state == Incident.State.RESOLVED
    assert Postmortem.objects.get().session_at is not None
    assert Page.objects.count() > 2
    assert Maintenance.objects.exclude(off_at=None).exists()


def test_no_sound_file_is_marked_by_an_editor(files: list[tuple[str, str]]) -> None:
    editor = Draft202012Validator(schema())
    for text, changes in files:
        wrong = [error.json_path for error in editor.iter_errors(YamlDocument(text).values)]
        assert wrong == [], changes


@pytest.mark.long
def test_whatever_check_calls_sound_lives_through_a_day(
    files: list[tuple[str, str]], number: int, tmp_path: Path
) -> None:
    text, changes = files[number]
    checked = check(text, at=sound.ADOPTED)
    assert checked.mistakes == (), changes
    begins = BEGINNINGS[number % len(BEGINNINGS)]
    called = oddly(number) if number % 2 else str  # A file names some of them as they are.
    Day(tmp_path, text, called, begins).live()
