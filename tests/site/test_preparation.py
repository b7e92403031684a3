"""While the desk is being made ready the web loads, and answers nobody."""

import threading
from pathlib import Path

import pytest

from dutydesk.site import preparation
from testing.machine import AT_MOST


@pytest.fixture
def note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    note = tmp_path / "preparation"
    monkeypatch.setenv(preparation.FILE, str(note))
    return note


def waiting() -> threading.Thread:
    thread = threading.Thread(target=preparation.wait, daemon=True)
    thread.start()
    return thread


def test_the_web_waits_until_the_desk_is_ready(note: Path) -> None:
    preparation.begin(note)
    assert note.stat().st_mode & 0o777 == 0o600
    web = waiting()
    assert web.is_alive()
    assert preparation.told(note) is None
    preparation.end("It is here")
    web.join(AT_MOST)
    assert not web.is_alive()
    assert [preparation.told(note), preparation.told(note)] == ["It is here", None]
    assert list(note.parent.iterdir()) == []


def test_what_nobody_heard_of_another_start_is_not_said_for_this_one(note: Path) -> None:
    preparation.begin(note)
    preparation.end("It was here")
    preparation.begin(note)
    assert preparation.told(note) is None


def test_what_is_said_is_for_nobody_else_to_read(note: Path) -> None:
    """The first link to sign in by is part of it."""
    preparation.begin(note)
    preparation.end("It is here")
    assert [one.stat().st_mode & 0o777 for one in note.parent.iterdir()] == [0o600]


def test_what_is_started_again_prepares_nothing_and_waits_for_nobody(note: Path) -> None:
    preparation.wait()
    assert not preparation.is_owed()
    assert not note.exists()


def test_a_web_that_nobody_supervises_waits_for_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preparation.begin(tmp_path / "preparation")
    monkeypatch.delenv(preparation.FILE, raising=False)
    assert not preparation.is_owed()
    preparation.wait()


def test_what_a_start_that_failed_has_left_is_taken_away_by_the_next(note: Path) -> None:
    preparation.begin(note)
    preparation.begin(note)
    assert preparation.is_owed()
    preparation.end("It is here")
    preparation.wait()
