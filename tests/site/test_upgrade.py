"""A desk that was used since the first migrations goes on with this version."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from testing.baseline import drop, restore

NAME = f"baseline_{os.getpid()}"


@pytest.fixture
def address() -> Iterator[str]:
    restore(NAME)
    try:
        yield urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{NAME}"))
    finally:
        drop(NAME)


def test_what_was_there_is_there_after_an_upgrade(address: str, tmp_path: Path) -> None:
    counts = (
        "SELECT (SELECT count(*) FROM alarms_alarm), (SELECT count(*) FROM chat_post),"
        " (SELECT count(*) FROM desk_question), (SELECT count(*) FROM rota_shift),"
        " (SELECT count(*) FROM incidents_incident), (SELECT count(*) FROM people_account)"
    )
    with psycopg.connect(address) as connection:
        before = connection.execute(counts).fetchone()
    assert before is not None
    assert all(before)
    here = {
        "DATABASE_URL": address,
        "DUTYDESK_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "dutydesk.site.settings",
    }
    for command in (["prepare", "--address", "http://localhost"], ["who"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "dutydesk", *command],
            env={**os.environ, **here},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (command, done.stderr)
    with psycopg.connect(address) as connection:
        assert connection.execute(counts).fetchone() == before
