"""What `check` calls sound, runs: process files of every kind live through a day of everything."""

from pathlib import Path

import pytest

from dutydesk.process.rules.check import DEFAULT_FILE, check
from testing import sound
from testing.day import Day

pytestmark = pytest.mark.django_db


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let every file be a test of its own."""
    if "number" in metafunc.fixturenames:
        metafunc.parametrize("number", range(metafunc.config.getoption("--days")))


@pytest.fixture(scope="module")
def files(request: pytest.FixtureRequest) -> list[tuple[sound.Plain, list[sound.Change]]]:
    config = request.config
    return sound.files(config.getoption("--days"), config.getoption("--seed"))


def test_the_shipped_process_lives_through_a_day_without_a_refusal(tmp_path: Path) -> None:
    day = Day(tmp_path, DEFAULT_FILE.read_text(encoding="utf-8"))
    day.live()
    assert day.refused == []


def test_whatever_check_calls_sound_lives_through_a_day(
    files: list[tuple[sound.Plain, list[sound.Change]]], number: int, tmp_path: Path
) -> None:
    process, changes = files[number]
    text = sound.as_file(process)
    checked = check(text)
    assert checked.mistakes == (), changes
    Day(tmp_path, text).live()
