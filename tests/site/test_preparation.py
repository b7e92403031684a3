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
    preparation.end(note)
    web.join(AT_MOST)
    assert not web.is_alive()


def test_a_web_that_is_started_again_waits_for_nobody(note: Path) -> None:
    preparation.wait()
    assert not note.exists()


def test_a_web_that_nobody_supervises_waits_for_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preparation.begin(tmp_path / "preparation")
    monkeypatch.delenv(preparation.FILE, raising=False)
    preparation.wait()


def test_what_a_start_that_failed_has_left_is_taken_away_by_the_next(note: Path) -> None:
    preparation.begin(note)
    preparation.begin(note)
    preparation.end(note)
    preparation.wait()
