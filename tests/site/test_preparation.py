"""While the desk is being made ready the web loads, and answers nobody."""

import os
import subprocess
import sys
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


FIRST_START = """
import sys
from types import ModuleType

from dutydesk.site import supervised


def run():
    from django.conf import settings
    from dutydesk.data_folder import secret_key

    print(settings.SECRET_KEY == secret_key() != "")


worker = sys.modules["dutydesk.site.worker"] = ModuleType("worker")
worker.run = run
supervised._work()
"""


def test_the_worker_that_is_first_in_a_folder_signs_with_the_key_that_stays(tmp_path: Path) -> None:
    """What it signs, the links in pages, the web and the next worker have to know."""
    here = {name: value for name, value in os.environ.items() if not name.startswith("DUTYDESK_")}
    here.pop("DJANGO_SETTINGS_MODULE", None)
    environment = here | {"DUTYDESK_HOME": str(tmp_path), "DATABASE_URL": "postgresql://x/y"}
    done = subprocess.run(
        [sys.executable, "-c", FIRST_START], env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.stdout == "True\n", done.stderr
