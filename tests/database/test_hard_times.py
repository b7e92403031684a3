"""What hangs or is away for a while holds up nothing else, and nothing is lost or told twice."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from dutydesk.alarms.flows import ingestion, keys
from dutydesk.database.turns import SharedTurns
from dutydesk.inbox.flows import arrivals, work
from dutydesk.inbox.flows.work import ARRIVALS
from dutydesk.inbox.models import Arrival
from dutydesk.kernel.arrivals import ArrivalHandler, Arrived, WorkedOut, each
from dutydesk.kernel.kinds import MessageKind
from dutydesk.oncall.models import Page
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.delivery import Delivery
from testing.arrivals import AlertDoor
from testing.load import alert
from testing.world import World

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
Away = Callable[[int], None]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    return world


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[Away]:
    """Let the database be away for so many tries at working alerts out."""
    left = [0]
    receive_all = ingestion.receive_all

    def receive(*given: Any, **named: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise OperationalError("could not extend file: No space left on device")
        return receive_all(*given, **named)

    monkeypatch.setattr(ingestion, "receive_all", receive)

    def set_away(times: int) -> None:
        left[0] = times

    yield set_away


def tried(world: World, until: Callable[[], bool]) -> None:
    """Let workers try what is due, second after second."""
    for _ in range(600):
        if until():
            return
        due = Arrival.objects.filter(due_at__lte=world.at, attempts__gt=0)
        while ARRIVALS.together(lambda: world.at):
            continue
        for number in due.values_list("pk", flat=True):
            try:
                ARRIVALS.run(number, lambda: world.at)
            except OperationalError:
                continue
        world.at += SECOND
    raise AssertionError("it never came to that")


def test_an_alert_is_worked_out_however_often_the_database_was_away_meanwhile(
    world: World, away: Away
) -> None:
    key = keys.make_key(name="All", by="Ada", at=world.at)
    AlertDoor(lambda: world.at).post(f"alertmanager/{key}", alert(1))
    away(30)
    tried(world, lambda: Arrival.objects.get().outcome != "waiting")
    assert Arrival.objects.get().outcome == "done"
    assert Page.objects.count() == 1


def test_an_alert_whose_try_could_not_even_say_that_the_database_was_away_is_worked_out(
    world: World, away: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = keys.make_key(name="All", by="Ada", at=world.at)
    AlertDoor(lambda: world.at).post(f"alertmanager/{key}", alert(1))
    away(12)
    save, saving = ARRIVALS._save, [True]

    def after(seconds: int) -> Callable[[], bool]:
        end = world.at + seconds * SECOND
        return lambda: world.at > end

    def save_not(row: Arrival) -> None:
        if row.claimed_at is None and saving[0]:
            raise OperationalError("the database is away")
        save(row)

    monkeypatch.setattr(ARRIVALS, "_save", save_not)
    for _ in range(8):  # More tries than it has.
        saving[0] = True
        tried(world, after(20))
        saving[0] = False
        tried(world, after(1))
    tried(world, lambda: Arrival.objects.get().outcome != "waiting")
    assert Arrival.objects.get().outcome == "done"
    assert Page.objects.count() == 1


def test_what_can_t_be_told_since_the_database_is_away_is_put_aside_once_it_can() -> None:
    told = [OperationalError("the database is away")] * 3

    def take(one: Arrived, at: datetime) -> None:
        raise KeyError(one.key)

    def put_aside(these: Any, why: Any, at: datetime) -> list[list[str]]:
        if told:
            raise told.pop()
        return [["alarm:1"] for _ in these]

    work.handle_with(ArrivalHandler(("x",), each(take), put_aside=put_aside, tries=2))
    arrivals.keep(Arrived("x", "here", b"bad", AT))
    at = AT
    while Arrival.objects.filter(due_at__isnull=False).exists():
        assert at < AT + timedelta(hours=1)
        while ARRIVALS.together(lambda: at):  # noqa: B023
            continue
        for number in Arrival.objects.filter(due_at__lte=at).values_list("pk", flat=True):
            try:
                ARRIVALS.run(number, lambda: at)  # noqa: B023
            except (KeyError, OperationalError):
                continue
        at += SECOND
    assert not told
    assert Arrival.objects.get().became == ["alarm:1"]


def test_one_fault_among_many_is_found_in_few_tries_and_holds_up_its_own_source_alone() -> None:
    together, alone = list[int](), list[bytes]()

    def take(told: Any, at: datetime) -> list[WorkedOut]:
        together.append(len(told))
        if len(told) == 1:
            alone.append(told[0].body)
        if any(one.body == b"bad" for one in told):
            raise KeyError("bad")
        return [WorkedOut() for _ in told]

    work.handle_with(ArrivalHandler(("x",), take))
    for number in range(128):
        body = b"bad" if number == 40 else str(number).encode()
        arrivals.keep(Arrived("x", f"source {number % 8}", body, AT))
    assert ARRIVALS.together(lambda: AT) == 128
    assert len(together) < 24 and len(alone) <= 4
    left = list(Arrival.objects.filter(outcome="waiting").order_by("pk"))
    assert [one.source for one in left] == ["source 0"] * len(left)
    assert bytes(left[0].body) == b"bad"
    at = AT
    while Arrival.objects.filter(outcome="waiting").exists():
        at += SECOND
        for one in left:
            try:
                ARRIVALS.run(one.pk, lambda: at)  # noqa: B023
            except KeyError:
                continue
    assert Arrival.objects.filter(outcome="done").count() == 127


def test_where_each_of_many_is_bad_the_next_batch_is_taken_up_all_the_same() -> None:
    calls = list[int]()

    def take(told: Any, at: datetime) -> list[WorkedOut]:
        calls.append(len(told))
        raise KeyError("bad")

    work.handle_with(ArrivalHandler(("x",), take))
    arrivals.keep_all([Arrived("x", f"source {n}", b"", AT) for n in range(128)])
    assert ARRIVALS.together(lambda: AT) == 128
    assert len(calls) < 80
    waiting = Arrival.objects.filter(outcome="waiting")
    assert waiting.filter(claimed_at=None, attempts__gt=0).count() == 128


def test_who_finds_no_turn_leaves_its_number_to_whoever_ends_one() -> None:
    turns, done = SharedTurns(2), list[int]()
    hangs, goes = threading.Semaphore(0), threading.Event()

    def hang(number: int) -> None:
        hangs.release()
        assert goes.wait(60)
        done.append(number)
        if number == 0:
            raise KeyError(number)

    def take(number: int) -> None:
        try:
            turns.take(number, hang)
        except KeyError:
            assert number == 0

    threads = [threading.Thread(target=take, args=[number]) for number in range(2)]
    for each_ in threads:
        each_.start()
        assert hangs.acquire(timeout=60)
    for number in range(2, 8):
        turns.take(number, hang)  # This goes on at once.
    assert turns.waiting() == [2, 3, 4, 5, 6, 7]
    goes.set()
    for each_ in threads:
        each_.join(60)
    assert sorted(done) == list(range(8))
    assert turns.waiting() == []


@pytest.mark.django_db(transaction=True)
def test_a_chat_that_hangs_while_events_are_prepared_leaves_threads_to_all_other_jobs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hangs, goes, took = threading.Semaphore(0), threading.Event(), list[bytes]()

    def prepare(one: Arrived, at: datetime) -> None:
        connection.close()
        hangs.release()
        assert goes.wait(60)

    def take(one: Arrived, at: datetime) -> None:
        took.append(one.body)

    def job(number: int) -> None:
        try:
            ARRIVALS.run(number, lambda: AT)
        finally:
            connection.close()

    work.handle_with(ArrivalHandler(("y",), each(take), prepare))
    kept = [arrivals.keep(Arrived("y", f"source {n}", str(n).encode(), AT)) for n in range(8)]
    jobs = [threading.Thread(target=job, args=[number]) for number in kept]
    for each_ in jobs:
        each_.start()
    for _ in range(2):
        assert hangs.acquire(timeout=60)
    while sum(one.is_alive() for one in jobs) > 2:
        jobs[0].join(0.01)
    assert len(ARRIVALS.turns.waiting()) == 6
    goes.set()
    for each_ in jobs:
        each_.join(60)
    assert sorted(took) == [str(n).encode() for n in range(8)]


LETTER = MessageKind("letter")


class MailServer:
    """Takes what it is given, and counts it."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def deliver(self, parcel: Delivery) -> str:
        self.taken.append(parcel.key)
        return parcel.key


def test_a_mail_that_went_out_while_the_database_was_away_is_noted_and_not_sent_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server, deliveries, at = MailServer(), outbox.DELIVERIES, AT
    monkeypatch.setitem(outbox._senders, LETTER, server)
    for key in "ab":
        outbox.enqueue(key=key, kind=LETTER, subject="page:1", payload={"body": ""}, at=AT)
    settle, troubles = outbox._settle, [OperationalError("away")] * 3

    def settling(*given: Any, **named: Any) -> None:
        if troubles:
            raise troubles.pop()
        settle(*given, **named)

    monkeypatch.setattr(outbox, "_settle", settling)
    while not server.taken or troubles:
        deliveries.note(lambda: at)  # noqa: B023
        near = [number for number, _ in deliveries.nearest(9, [], at)]
        for make in deliveries.take_up(near, lambda: at).values():  # noqa: B023
            make()
        deliveries.renew(at=at)
        at += 10 * SECOND
    deliveries.note(lambda: at)
    assert sorted(server.taken) == ["a", "b"]
    assert set(OutboxMessage.objects.values_list("state", "attempts")) == {("done", 1)}
    assert deliveries._under_way == []
