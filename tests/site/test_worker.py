"""The worker runs jobs, and what a flow queues in a job stands or falls with that flow."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from procrastinate.contrib.django import app as jobs
from procrastinate.contrib.django.models import ProcrastinateJob

from dutydesk.chat.flows import post_mirror
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.commitments.rules import Promise
from dutydesk.database import durable, notifications, works
from dutydesk.database.postgresql import outside_pool
from dutydesk.database.queue import job
from dutydesk.database.queue import queue as put_in_queue
from dutydesk.journal.flows import journal
from dutydesk.journal.models import JournalEntry, Reaction
from dutydesk.kernel.room import Room
from dutydesk.oncall.rules.promises import ACKNOWLEDGE
from dutydesk.outbox.flows import outbox
from dutydesk.ports.clock import TimeSource
from dutydesk.site import rounds, timekeeper, worker
from dutydesk.site.rounds import Repeating
from dutydesk.site.timekeeper import Timekeeper
from dutydesk.site.worker import run_jobs
from dutydesk.wiring import clock
from testing.machine import eventually

ran: list[int] = []


@job("test.queue")
def queue(*, number: int, now: Callable[[], datetime]) -> None:
    with transaction.atomic():
        jobs.configure_task("test.leaf").defer(number=number)
        if number == 1:
            transaction.set_rollback(True)


@job("test.leaf")
def leaf(*, number: int, now: Callable[[], datetime]) -> None:
    assert now().tzinfo is not None
    ran.append(number)


@job("test.fails")
def fails(*, number: int, now: Callable[[], datetime]) -> None:
    raise KeyError(number)


@pytest.mark.django_db(transaction=True)
def test_a_job_that_failed_stays_nowhere() -> None:
    jobs.configure_task("test.fails").defer(number=1)
    asyncio.run(run_jobs(clock(), 4, wait=False))
    connection.close()
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_job_that_a_flow_queues_exists_only_if_the_flow_does() -> None:
    for number in (1, 2):
        jobs.configure_task("test.queue").defer(number=number)
    asyncio.run(run_jobs(clock(), 4, wait=False))
    asyncio.run(run_jobs(clock(), 4, wait=False))
    connection.close()
    assert ran == [2]
    assert not ProcrastinateJob.objects.exists()


REFUSE = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the disk is full' USING ERRCODE = '53100'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON procrastinate_jobs
    FOR EACH ROW EXECUTE FUNCTION refuse();
"""


@pytest.fixture
def full_queue() -> Iterator[Callable[[], None]]:
    """A queue into which nothing goes, until it is called or the test is over."""

    def empty() -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION IF EXISTS refuse CASCADE")

    with connection.cursor() as cursor:
        cursor.execute(REFUSE)
    yield empty
    empty()


@pytest.mark.django_db(transaction=True)
def test_a_queue_that_fails_fails_as_the_database_does(full_queue: Callable[[], None]) -> None:
    with pytest.raises(OperationalError, match="the disk is full"), transaction.atomic():
        put_in_queue("test.leaf", number=3)


class StumblingClock:
    """Shows the time, after it failed so many times."""

    def __init__(self, falls: int) -> None:
        self.falls = falls

    def now(self) -> datetime:
        self.falls -= 1
        if self.falls >= 0:
            raise ValueError("what the clock says is no number")
        return clock().now()


def promise(within: timedelta = timedelta(0)) -> Commitment:
    now = clock().now()
    with transaction.atomic():
        return commitments.promise(
            kind=ACKNOWLEDGE,
            subject="page:1",
            owner="Ada",
            text="An answer",
            times=Promise(due_at=now + within),
            at=now,
        )


def was_looked_after() -> bool:
    return JournalEntry.objects.filter(kind="commitment.due").exists()


@contextmanager
def keeping_time(by: TimeSource) -> Iterator[None]:
    timekeeper = Timekeeper(by)
    timekeeper.start()
    try:
        yield
    finally:
        timekeeper.stop()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("falls", [0, 1])
def test_the_timekeeper_goes_on_after_any_fault(
    full_queue: Callable[[], None], falls: int, caplog: pytest.LogCaptureFixture
) -> None:
    promised = promise()
    said = "ValueError" if falls else "can't reach the database: OperationalError"
    with keeping_time(StumblingClock(falls)):
        eventually(lambda: said in caplog.text)
        assert not was_looked_after()
        full_queue()
        eventually(was_looked_after)
    promised.refresh_from_db()
    assert promised.next_at is None


@pytest.fixture
def nothing_received() -> Iterator[None]:
    """A database in which what was received can't be swept."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE inbox_arrival RENAME TO away")
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE away RENAME TO inbox_arrival")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("nothing_received")
def test_promises_are_looked_after_whatever_fails_beside_them(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with keeping_time(clock()):
        eventually(lambda: "ProgrammingError" in caplog.text)
        promise()
        eventually(was_looked_after)


def test_upkeep_that_fails_keeps_no_other_from_its_turn(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    did: list[datetime] = []

    def fail(*, at: datetime) -> None:
        raise ValueError(at)

    def do(*, at: datetime) -> None:
        did.append(at)

    there = (Room("broken", upkeep=(fail, do)), Room("whole", upkeep=(do,)))
    monkeypatch.setattr(worker, "rooms", lambda: there)
    now = clock().now()
    worker.keep_up(at=now)
    assert did == [now, now]
    assert "the upkeep of broken met a fault" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_what_is_repeated_goes_on_after_any_fault() -> None:
    did: list[int] = []

    def do() -> None:
        did.append(len(did))
        if len(did) == 1:
            raise ValueError("no number")

    repeating = Repeating("counting", do, timedelta(milliseconds=10))
    repeating.start()
    try:
        eventually(lambda: len(did) > 1)
    finally:
        repeating.stop()


def test_what_is_not_so_yet_is_looked_at_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dutydesk.site.rounds.SOON", timedelta(milliseconds=10))
    did: list[int] = []

    def is_so() -> bool:
        did.append(len(did))
        return len(did) >= 3

    repeating = Repeating("looking", is_so, timedelta(hours=1))
    repeating.start()
    try:
        eventually(lambda: len(did) == 3)
    finally:
        repeating.stop()


@pytest.mark.django_db
def test_promises_are_looked_after_before_each_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    for work in works.WORKS.values():
        monkeypatch.setattr(
            work, "sweep", lambda *, at: seen.append(commitments.next_look() is None)
        )
    keeper = Timekeeper(clock())
    for work in works.WORKS.values():
        promise()
        keeper._sweep(work, clock().now())
    assert seen == [True] * len(works.WORKS)


@pytest.mark.django_db
def test_what_owes_nothing_is_not_swept(monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[str] = []
    for work in works.WORKS.values():
        monkeypatch.setattr(work, "sweep", lambda *, at, name=work.name: swept.append(name))
    keeper, at = Timekeeper(clock()), clock().now()

    def look(at: datetime) -> None:
        keeper._glance(at)
        for work in keeper._works:
            keeper._sweep(work, at)

    look(at)
    assert swept == []
    of_their_own = {post_mirror.SPEAKING, outbox.DELIVERIES}
    assert not of_their_own & set(keeper._works), "which threads of their own look after"
    entry = JournalEntry.objects.create(at=at, kind="x", subject="", text="x", data={})
    Reaction.objects.create(entry=entry, name="x", due_at=at + timedelta(hours=1))
    look(at + timedelta(seconds=4))
    assert swept == []
    look(at + timedelta(seconds=6))
    assert swept == [journal.REACTIONS.name]


@pytest.mark.django_db(transaction=True)
def test_a_promise_for_soon_wakes_every_timekeeper_and_one_for_later_wakes_none() -> None:
    with psycopg.connect(**outside_pool(), autocommit=True) as hears:
        hears.execute(f"LISTEN {notifications.WORK}")
        promise(timedelta(minutes=5))
        promise(timedelta(seconds=2))
        notifications.wake("the end")
        assert [one.payload for one in hears.notifies(stop_after=2, timeout=60)] == [
            commitments.WAKE,
            "the end",
        ]


class SetBack:
    """Shows the time that it is set to; who asks it for long sees that time pass."""

    def __init__(self) -> None:
        self.at, self.asked = datetime(2026, 11, 24, 10, tzinfo=UTC), 0

    def now(self) -> datetime:
        self.asked += 1
        return self.at + timedelta(minutes=self.asked)


@pytest.mark.django_db
def test_a_clock_that_is_set_back_puts_the_timekeeper_to_no_sleep(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown, swept = SetBack(), list[datetime]()
    keeper, work = Timekeeper(shown), next(iter(works.WORKS.values()))
    monkeypatch.setattr(work, "sweep", lambda *, at: swept.append(at))
    monkeypatch.setattr(rounds, "GLANCE", timedelta(0))
    upkeep = timekeeper._Upkeep(print, timedelta(seconds=5), done=shown.at)
    keeper._sweep(work, shown.at)
    before = shown.at
    shown.at, shown.asked = before - timedelta(hours=1), 0
    durable.AGAIN.clear()
    assert keeper._nap(timedelta(seconds=2), before) == timedelta(0)
    assert shown.asked == 1
    assert keeper._sweep(work, shown.at) <= timedelta(seconds=5)
    assert swept == [before, shown.at]
    assert upkeep.is_due(shown.at) and not upkeep.is_due(before)
