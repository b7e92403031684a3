"""What was posted is stored in the order in which it came, whatever the database does meanwhile."""

import asyncio
import queue
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dutydesk.alarms.api.batches import AILING, BatchOutcome, PostedAlerts, Storer
from dutydesk.alarms.flows import keys
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from testing.world import World

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)

# Each write of an alert draws a number; what stands under it is what becomes of the write.
FAULTS = """
    CREATE TABLE fault (number int, does text);
    CREATE SEQUENCE fault_number;
    CREATE FUNCTION fail_now() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        drawn int := nextval('fault_number');
        mine text := (SELECT does FROM fault WHERE number = drawn);
    BEGIN
        IF mine = 'end' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
        IF mine IS NOT NULL THEN RAISE EXCEPTION 'a fault' USING ERRCODE = mine; END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER fail_now BEFORE INSERT OR UPDATE ON alarms_alert
    FOR EACH STATEMENT EXECUTE FUNCTION fail_now();
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A desk whose database can be told to fail."""
    world = World(tmp_path, "2026-11-24T10:00")
    with connection.cursor() as cursor:
        cursor.execute(FAULTS)
    yield world
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP FUNCTION fail_now CASCADE; DROP TABLE fault; DROP SEQUENCE fault_number"
        )


def let_fail(faults: Sequence[str | None]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE fault; ALTER SEQUENCE fault_number RESTART")
        for number, does in enumerate(faults, 1):
            if does:
                cursor.execute("INSERT INTO fault VALUES (%s, %s)", [number, does])


def told(group: str, firing: bool) -> tuple[Notification, ...]:
    starts = AT - timedelta(minutes=1)
    ends = None if firing else starts + timedelta(seconds=30)
    alert = NotifiedAlert(group, firing, {"alertname": group}, {}, starts, ends)
    return (Notification(group, (alert,)),)


def store(token: str, said: Sequence[tuple[str, bool]]) -> list[BatchOutcome]:
    """Let deliveries wait together that say, one after the other, whether a group fires."""
    loop = asyncio.new_event_loop()
    try:
        waiting: queue.SimpleQueue[PostedAlerts] = queue.SimpleQueue()
        storer = Storer(lambda: AT, waiting, loop)
        batch = [PostedAlerts(token, told(*one), loop.create_future()) for one in said]
        storer._store_in_order(batch)

        async def answers() -> list[BatchOutcome]:
            return await asyncio.gather(*(one.answered for one in batch))

        return loop.run_until_complete(answers())
    finally:
        loop.close()


def fires(group: str) -> bool:
    return Alarm.objects.filter(group_key__endswith=group, state="firing").exists()


def test_what_is_over_stays_over_though_the_database_failed_twice(world: World) -> None:
    token = keys.make_key(name="All", by="Ada", at=AT)
    let_fail(["40001", "40001"])
    answers = store(token, [("g", True), ("g", False)])
    assert [one.status for one in answers] == [200, 200]
    assert Alarm.objects.filter(group_key__endswith="g").exists()
    assert not fires("g")


def test_a_connection_that_is_lost_while_storing_costs_nothing(world: World) -> None:
    token = keys.make_key(name="All", by="Ada", at=AT)
    let_fail(["end"])
    assert [one.status for one in store(token, [("g", True)])] == [200]
    assert fires("g")


def test_when_the_database_is_lost_all_who_wait_are_told_at_once(world: World) -> None:
    token = keys.make_key(name="All", by="Ada", at=AT)
    let_fail(["end"] * 200)
    assert store(token, [("g", True), ("g", False)] * 20) == [AILING] * 40
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM fault_number")
        assert cursor.fetchone()[0] < 10, "each would have tried in vain"


def test_one_that_cant_be_stored_keeps_none_of_the_others_from_it(world: World) -> None:
    token = keys.make_key(name="All", by="Ada", at=AT)
    let_fail(["22000", "22000"])
    answers = store(token, [("g", True), ("g", True), ("g", False)])
    assert [one.status for one in answers] == [503, 200, 200]
    assert not fires("g")


def test_the_order_holds_whatever_fails(world: World) -> None:
    token = keys.make_key(name="All", by="Ada", at=AT)
    groups = count()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.integers(1, 4),
        st.lists(st.sampled_from([None, "40001", "22000", "end"]), max_size=24),
    )
    def holds(many: int, faults: list[str | None]) -> None:
        let_fail(faults)
        names = [f"group-{next(groups)}." for _ in range(many)]
        answers = store(token, [(name, firing) for name in names for firing in (True, False)])
        pairs = zip(answers[::2], answers[1::2], strict=True)
        for name, (begun, ended) in zip(names, pairs, strict=True):
            assert fires(name) == (begun.status == 200 != ended.status)

    holds()
