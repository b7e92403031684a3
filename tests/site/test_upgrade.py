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
# A worker of the first version was in the middle of a message, a reaction and a post when it ended.
HALF_DONE = """
INSERT INTO outbox_message
    (key, kind, subject, payload, state, put_at, due_at, attempts, reference, reason)
VALUES ('half', 'x', 'page:1', '{}', 'trying', '2026-11-24', '2026-11-24 18:00Z', 2, '', 'busy');
UPDATE journal_reaction SET due_at = '2026-11-24 18:00Z', attempts = 3
WHERE id = (SELECT min(id) FROM journal_reaction);
INSERT INTO chat_channelmapping (outside, name, seen, claimed_until, next_at, failures, channel_id)
SELECT 'slack:T1:C1', '#x', '', '2026-11-24 18:00Z', '2026-11-24 17:59Z', 4, channel_id
FROM chat_post ORDER BY id LIMIT 1;
INSERT INTO chat_postmirror
    (post_id, channel_id, reference, said, owed, urgent, uncertain, problem, owed_at)
SELECT id, channel_id, '', '', true, false, false, '', at FROM chat_post ORDER BY id LIMIT 1;
"""
STILL_OWED = """
SELECT
    (SELECT row(state, due_at = '2026-11-24 18:00Z', claimed_at < due_at, attempts, reason)::text
     FROM outbox_message WHERE key = 'half'),
    (SELECT count(*) FROM outbox_message WHERE (state = 'owed') <> (due_at IS NOT NULL)),
    (SELECT row(due_at = '2026-11-24 18:00Z', attempts)::text FROM journal_reaction
     WHERE due_at IS NOT NULL),
    (SELECT row(due_at = '2026-11-24 18:00Z', attempts)::text FROM chat_channelmapping),
    (SELECT uncertain FROM chat_postmirror WHERE owed)
"""


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
        connection.execute(HALF_DONE)
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
        owed = connection.execute(STILL_OWED).fetchone()
    assert owed == ("(owed,t,t,2,busy)", 0, "(t,3)", "(t,4)", True)
