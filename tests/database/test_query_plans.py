"""What is asked in a storm reads no more the longer it lasts, whatever the server knows of it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection

from dutydesk.alarms.flows import homes, ingestion
from dutydesk.chat.flows import quotations
from dutydesk.chat.models import Channel, Post
from dutydesk.chat.rules import Retelling
from dutydesk.database import batch, group, rows
from dutydesk.inbox.flows.work import ARRIVALS
from dutydesk.people.flows import known_services

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
MANY = 3000
ALARMS = """
INSERT INTO alarms_alarm (group_key, title, state, severity, first_at, told_at, times_told,
    channel, duties, runbook, description, firing_count, resolved_count, peak, truncated, incident)
SELECT 'group ' || n, 'Thing ' || n, 'firing', 'low', %s, %s, 1,
    '', '[]', '', '', 1, 0, 'low', 0, ''
FROM generate_series(1, %s) AS n
"""
ALERTS = """
INSERT INTO alarms_alert (alarm_id, fingerprint, firing, labels, annotations, source, starts_at,
    latest_start, told_at, count)
SELECT id, 'print ' || substr(group_key, 7), true, '{}', '{}', '', first_at, first_at, told_at, 1
FROM alarms_alarm WHERE group_key LIKE 'group%%'
"""
WAITING = """
INSERT INTO inbox_arrival (door, source, turn, crowd, sender, headers, body, note, at, due_at,
    attempts, outcome, problem, became)
SELECT 'alertmanager', 'k', 'turn ' || n, 'x', '', '{}', 'body', '', %s, %s, 0, 'waiting', '', '[]'
FROM generate_series(1, %s) AS n
"""


OWED = """
INSERT INTO outbox_message (key, kind, subject, payload, state, queued_at, due_at, attempts,
    reference, reason, urgent)
SELECT 'key ' || n, 'email', 'page:1', '{}', 'owed', %s, %s, 0, '', '', n %% 2 = 0
FROM generate_series(1, %s) AS n
"""


def run(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def read_by(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> int:
    """Give how many rows a statement reads in whichever step of it reads most."""
    cursor = psycopg.ClientCursor(connection.connection)
    explained = cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values).fetchone()
    assert explained is not None
    found = explained[0] if isinstance(explained[0], list) else json.loads(explained[0])
    return max(int(each) for each in _read(found[0]["Plan"]))


def _read(step: Mapping[str, Any]) -> Iterator[float]:
    """Give how many rows each step gave and threw away; what throws away is told apart by it."""
    thrown = sum(value for name, value in step.items() if name.startswith("Rows Removed"))
    if step["Node Type"] != "Bitmap Index Scan":  # It finds what is no more, too.
        yield (step["Actual Rows"] + thrown) * step["Actual Loops"]
    for part in step.get("Plans", ()):
        yield from _read(part)


@pytest.fixture(params=["whatever it does", "that there is none", "that none waits", "of all"])
def knows(request: pytest.FixtureRequest) -> str:
    """What the server knows of the tables when it is asked."""
    known: str = request.param
    return known


def fill(statement: str, knows: str, *, over: str) -> None:
    """Put in many rows, after which the server knows so much of them; `over` ends those before."""
    table = statement.split()[2]
    if knows == "that none waits":
        run(statement, [AT, AT, MANY])
        run(over, [])
    if knows.startswith("that"):
        run(f"ANALYZE {table}", [])
    run(statement, [AT, AT, MANY])
    if knows == "of all":
        run(f"ANALYZE {table}", [])


def test_when_alerts_began_is_found_without_reading_all_alarms(knows: str) -> None:
    fill(ALARMS, knows, over="UPDATE alarms_alarm SET state = 'resolved', group_key = 'x' || id")
    run(ALERTS, [])
    if knows == "of all":
        run("ANALYZE alarms_alert", [])
    asked = range(1, 21)
    keys, prints = [f"group {n}" for n in asked], [f"print {n}" for n in asked]
    values = [list(asked), keys, prints, AT - timedelta(hours=1)]
    assert len(rows.run(homes._BEGUN, values).fetchall()) == len(asked)
    assert read_by(homes._BEGUN, values) == len(asked)


def test_the_alarms_of_groups_are_found_without_reading_all_that_fire_or_are_taken(
    knows: str,
) -> None:
    fill(ALARMS, knows, over="UPDATE alarms_alarm SET state = 'resolved', group_key = 'x' || id")
    taken = "SET state = 'resolved', incident = 'incident:1'"
    run(f"UPDATE alarms_alarm {taken} WHERE state = 'firing' AND id %% %s = 0", [2])
    asked = {"groups": ["group 1", "group 2"], "returned": None}
    rows.run(ingestion._SORTS, ["off"])
    assert len(rows.run(ingestion._KNOWN, asked).fetchall()) == 2
    assert read_by(ingestion._KNOWN, asked) == 2


def test_a_claim_reads_twice_what_it_takes_however_much_waits(knows: str) -> None:
    fill(WAITING, knows, over="UPDATE inbox_arrival SET due_at = NULL, outcome = 'done'")
    asked = {"at": AT, "until": AT, "soon": AT, "values": ["alertmanager"], "most": 50}
    rows.run(batch._HOW_TO_CLAIM)
    claim = batch._CLAIM.format(**ARRIVALS._named())
    assert read_by(claim, asked | {"heaviest": 10**6}) == 2 * 50 + 1


SERVICES = """
INSERT INTO people_service (name, slug, user_facing, page_anyway, webhook, webhook_salt)
SELECT 'Service ' || n, 'slug-' || n, true, false, '', ''
FROM generate_series(1, CASE WHEN %s = %s THEN %s END) AS n
"""


def test_services_are_found_by_any_of_their_names_without_reading_all() -> None:
    fill(SERVICES, "of all", over="")
    asked = {
        "names": [f"Service {n}" for n in range(1, 21)],
        "plain": [f"service {n}" for n in range(21, 41)],
        "slugs": [f"slug-{n}" for n in range(41, 61)],
    }
    assert len(rows.run(known_services._NAMED, asked).fetchall()) == 60
    assert read_by(known_services._NAMED, asked) == 60


@pytest.mark.parametrize(
    "knows", ["that there is none", "that none waits", "of all"], indirect=True
)
def test_what_is_to_go_out_next_is_found_without_reading_all_that_waits(knows: str) -> None:
    fill(
        OWED, knows, over="UPDATE outbox_message SET due_at = NULL, state = 'done', key = 'x' || id"
    )
    nearest = group._NEAREST.format(table="outbox_message")
    asked = {"tried": [], "count": 25, "others": 16}
    assert len(rows.run(nearest, asked).fetchall()) == 25 + 16
    assert read_by(nearest, asked) <= 25 + 16 + 2


POSTS = """
INSERT INTO chat_post (key, channel_id, author, message, at, changed_at, reply_count)
SELECT 'question:' || n || ':greeting', %s, 'Duty Desk', '{"body": "Thanks"}', since, since, 0
FROM generate_series(1, %s) AS n, LATERAL (SELECT %s + n * interval '1 hour') AS of (since)
"""


def test_what_may_name_a_post_is_looked_for_among_what_was_said_or_changed_since() -> None:
    """By small ranges of the table: not all that was ever said."""
    many = 20_000
    run(POSTS, [Channel.objects.create(name="#ask").pk, many, AT])
    run("ANALYZE chat_post", [])
    run("SELECT brin_summarize_new_values('post_changed')", [])
    post = Post.objects.order_by("-pk")[50]
    gone = Retelling("Where are the logs of visits?", None)
    named = quotations.naming(post, gone, ["question:", "questions:", "ticket:"])
    assert list(named) == []
    assert read_by(*named.query.sql_with_params()) < many / 8
