"""What comes in is kept in the order in which it came, whatever the database does meanwhile."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from dutydesk.database import notifications
from dutydesk.database.postgresql import outside_pool
from dutydesk.inbox.api import keeper as keeper_module
from dutydesk.inbox.api.keeper import AILING, Keeper, NotKept
from dutydesk.inbox.flows import arrivals, work
from dutydesk.inbox.flows.work import ARRIVALS
from dutydesk.inbox.models import Arrival
from dutydesk.kernel.arrivals import ArrivalHandler, ArrivalPlace, Arrived, by_source
from testing.world import World

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
DAY = timedelta(days=1)

# Each insert draws a number; what stands under it is what becomes of it.
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
    CREATE TRIGGER fail_now BEFORE INSERT ON inbox_arrival
    FOR EACH STATEMENT EXECUTE FUNCTION fail_now();
"""


@pytest.fixture
def faults() -> Iterator[None]:
    """A database that can be told to fail."""
    with connection.cursor() as cursor:
        cursor.execute(FAULTS)
    yield
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


def arrived(body: str, key: str = "") -> Arrived:
    return Arrived("json", "key:1", body.encode(), AT, key, "Nagios", {"user-agent": "curl"})


def keep(*waiting: Arrived) -> list[int | NotKept | None]:
    """Let these wait together; give what each sender is told."""

    async def answers() -> list[Any]:
        keeper = Keeper()
        told = await asyncio.gather(*map(keeper.keep, waiting), return_exceptions=True)
        await keeper.close()
        return told

    return asyncio.run(answers())


def kept() -> list[str]:
    return [bytes(one.body).decode() for one in Arrival.objects.order_by("id")]


def test_what_waits_together_is_kept_in_one_commit_and_in_order() -> None:
    numbers = keep(*(arrived(f"{{{number}}}") for number in range(50)))
    assert numbers == sorted(Arrival.objects.values_list("pk", flat=True))
    assert kept() == [f"{{{number}}}" for number in range(50)]
    first = Arrival.objects.order_by("id")[0]
    assert (first.door, first.source, first.sender, first.at) == ("json", "key:1", "Nagios", AT)
    assert (first.headers, first.key, first.outcome) == ({"user-agent": "curl"}, None, "waiting")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM inbox_arrival")
        assert cursor.fetchone()[0] == 1


def test_the_same_number_again_is_the_same_and_takes_no_place_of_another() -> None:
    first, none, again, other = keep(
        arrived("a", "x:1"), arrived("b"), arrived("c", "x:1"), arrived("d", "x:2")
    )
    assert again is None
    assert Arrival.objects.in_bulk().keys() == {first, none, other}
    assert keep(arrived("e", "x:2"), arrived("f", "x:3"))[0] is None
    assert kept() == ["a", "b", "d", "f"]


@pytest.mark.usefixtures("faults")
def test_a_connection_that_is_lost_while_something_is_kept_costs_nothing() -> None:
    let_fail(["end"])
    assert isinstance(keep(arrived("a"))[0], int)
    assert kept() == ["a"]


@pytest.mark.usefixtures("faults")
def test_when_the_database_is_lost_all_who_wait_are_told_at_once() -> None:
    let_fail(["end"] * 200)
    assert [str(one) for one in keep(*[arrived("a")] * 40)] == [AILING] * 40
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM fault_number")
        assert cursor.fetchone()[0] < 10, "each would have tried in vain"


@pytest.mark.usefixtures("faults")
def test_one_that_can_t_be_kept_keeps_none_of_the_others_from_it() -> None:
    let_fail(["22000", None, "22000"])
    first, second, third = keep(arrived("a"), arrived("b"), arrived("c"))
    assert [isinstance(one, int) for one in (first, second, third)] == [True, False, True]
    assert kept() == ["a", "c"]


@pytest.mark.usefixtures("faults")
def test_what_fails_on_a_connection_that_stands_is_tried_alone_and_no_oftener() -> None:
    disk_full = "53100"
    let_fail([disk_full, None, disk_full])
    first, second, third = keep(arrived("a"), arrived("b"), arrived("c"))
    assert [isinstance(one, int) for one in (first, second, third)] == [True, False, True]
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM fault_number")
        assert cursor.fetchone()[0] == 4, "together, and then each alone"


def test_what_comes_while_something_is_kept_shares_the_next_commit() -> None:
    async def story() -> None:
        keeper = Keeper()
        first = asyncio.ensure_future(keeper.keep(arrived("first")))
        while keeper._waiting or keeper._task is None:
            await asyncio.sleep(0)
        gone = asyncio.ensure_future(keeper.keep(arrived("gone")))
        rest = [asyncio.ensure_future(keeper.keep(arrived(f"{n}"))) for n in range(20)]
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.gather(first, *rest)
        assert keeper._bytes == 0
        await keeper.close()

    asyncio.run(story())
    assert kept() == ["first", *map(str, range(20))], "nobody waited for the other"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM inbox_arrival")
        assert cursor.fetchone()[0] == 2


def test_bodies_that_are_more_than_a_socket_takes_are_kept_whole() -> None:
    bodies = [f"{number}" * 1_900_000 for number in range(8)]
    assert all(isinstance(one, int) for one in keep(*map(arrived, bodies)))
    assert kept() == bodies


def test_workers_are_woken_after_the_answer_and_once_for_many() -> None:
    with psycopg.connect(**outside_pool(), autocommit=True) as ear:
        ear.execute(f"LISTEN {notifications.WORK}")

        async def story() -> None:
            keeper = Keeper()
            await asyncio.gather(*(keeper.keep(arrived("a")) for _ in range(50)))
            while keeper._unwoken or keeper._task is not None:
                await asyncio.sleep(0.001)
            await keeper.close()

        asyncio.run(story())
        heard = list(ear.notifies(timeout=60, stop_after=1))
        heard += ear.notifies(timeout=0)
    assert {one.payload for one in heard} == {ARRIVALS.name}
    assert len(heard) <= 3, "not once for each"


def test_a_connection_is_given_back_when_nothing_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper_module, "HELD", 0.01)

    async def story() -> None:
        keeper = Keeper()
        await keeper.keep(arrived("a"))
        while not keeper._database.lost:
            await asyncio.sleep(0.001)
        assert isinstance(await keeper.keep(arrived("b")), int)
        await keeper.close()

    asyncio.run(story())
    assert kept() == ["a", "b"]


def test_that_a_connection_ended_while_nothing_came_is_heard_at_once() -> None:
    async def story() -> None:
        keeper = Keeper()
        await keeper.keep(arrived("a"))
        held = keeper._database._connection
        assert held is not None
        with psycopg.connect(**outside_pool(), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [held.info.backend_pid])
        while not keeper._database.lost:
            await asyncio.sleep(0.001)
        assert isinstance(await keeper.keep(arrived("b")), int)
        await keeper.close()

    asyncio.run(story())


def test_a_fault_of_ours_is_told_and_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    told = arrivals.told_of

    def stumble(some: Sequence[Arrived]) -> tuple[str, list[bytes]]:
        if some[0].body == b"bad":
            raise KeyError("a fault")
        return told(some)

    monkeypatch.setattr(arrivals, "told_of", stumble)

    async def story() -> None:
        keeper = Keeper()
        with pytest.raises(NotKept):
            await keeper.keep(arrived("bad"))
        assert isinstance(await keeper.keep(arrived("good")), int)
        await keeper.close()

    asyncio.run(story())
    assert kept() == ["good"]


@pytest.mark.usefixtures("faults")
def test_where_it_stands_is_found_once_however_often_it_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = list[bytes]()

    def place(one: Arrived) -> ArrivalPlace:
        found.append(one.body)
        return by_source(one)

    monkeypatch.setitem(work._handlers, "y", ArrivalHandler(("y",), lambda *_: [], place=place))
    let_fail(["22000"])
    assert None not in keep(*(replace(arrived(body), door="y") for body in "ab"))
    assert (kept(), found) == (["a", "b"], [b"a", b"b"])


def test_what_is_long_over_is_forgotten_and_what_is_owed_never(tmp_path: Path) -> None:
    World(tmp_path, "2026-11-24T10:00")
    keep(arrived("old"), arrived("owed"), arrived("new"))
    old, _, new = Arrival.objects.order_by("id")
    Arrival.objects.filter(pk=old.pk).update(outcome="done", due_at=None)
    Arrival.objects.filter(pk=new.pk).update(outcome="done", due_at=None, at=AT + 5 * DAY)
    assert arrivals.forget(at=AT + 14 * DAY)
    assert kept() == ["old", "owed", "new"]
    assert arrivals.forget(at=AT + 15 * DAY)
    assert kept() == ["owed", "new"]
