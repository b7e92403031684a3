"""What is owed to a chat is said when it comes to be owed, and one that hangs holds up no other."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from dutydesk.chat.flows import channels, desk_posts, post_mirror
from dutydesk.database import notifications
from dutydesk.database.postgresql import outside_pool
from dutydesk.database.threaded import ThreadedKind
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.kinds import MessageKind
from dutydesk.kernel.messages import Message
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import Owing
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.delivery import Delivery
from dutydesk.ports.outside import OutgoingPost
from dutydesk.site import dispatcher, rounds, worker
from dutydesk.site.dispatcher import Dispatcher
from dutydesk.wiring import clock
from testing.machine import eventually
from testing.world import World

pytestmark = pytest.mark.django_db(transaction=True)
HERE, THERE = "#ask-cloud-platform", "#cloud-platform"
SPEAKING = post_mirror.SPEAKING
NEVER = timedelta(hours=1)


class Mouth:
    """Says what it is given, but what says `hang` not before it is let go."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.hangs, self.goes = threading.Event(), threading.Event()

    def say(self, said: OutgoingPost) -> str:
        if said.message.body == "hang":
            self.hangs.set()
            assert self.goes.wait(60)
        self.said.append(said.key)
        return f"{len(self.said)}.0"


@pytest.fixture
def mouth(tmp_path: Path) -> Mouth:
    World(tmp_path, "2026-11-24T10:00")
    mouth = Mouth()
    post_mirror.mirror_to("slack", mouth)
    for name in (HERE, THERE):
        channels.meet(outside=f"slack:T1:{name}", name=name)
    return mouth


def say(key: str, channel: str = HERE, body: str = "Hello") -> None:
    desk_posts.say(key=key, channel=channel, message=Message(body), at=clock().now())


@contextmanager
def dispatching(work: ThreadedKind[Any] = SPEAKING) -> Iterator[Dispatcher]:
    made = Dispatcher(work, clock().now)
    made.start()
    try:
        yield made
    finally:
        made.stop()
        made.join(60)
        eventually(lambda: not made._under_way)


def say_at_once() -> None:
    say("a")


def say_before_the_channel_is_known() -> None:
    say("a", "#new")
    channels.meet(outside="slack:T1:C1", name="#new")


@pytest.mark.parametrize("say_it", [say_at_once, say_before_the_channel_is_known])
def test_a_post_is_said_because_a_worker_is_woken(
    mouth: Mouth, monkeypatch: pytest.MonkeyPatch, say_it: Callable[[], None]
) -> None:
    monkeypatch.setattr(dispatcher, "LOOK_EVERY", NEVER)

    async def story() -> None:
        with dispatching() as made:
            connector = worker.queue_connector({SPEAKING.name: made.woken})
            async with app.with_connector(connector).open_async():
                hears = asyncio.create_task(connector.listen_notify(ignore, ["jobs"]))
                await asyncio.to_thread(once_somebody_listens)
                await asyncio.to_thread(wait_until_said, mouth, say_it)
                hears.cancel()

    asyncio.run(story())


async def ignore(*, channel: str, payload: str) -> None:
    raise AssertionError(f"no job is owed, and {channel} tells of {payload}")


def once_somebody_listens() -> None:
    """Wait until the connector hears of work."""
    with connection.cursor() as cursor:
        asked = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND query LIKE 'LISTEN %%dutydesk_work%%'"
        )
        eventually(lambda: cursor.execute(asked) and cursor.fetchone()[0])
    connection.close()


def wait_until_said(mouth: Mouth, say_it: Callable[[], None]) -> None:
    say_it()
    connection.close()
    eventually(lambda: mouth.said == ["a"])


def test_a_transaction_wakes_once_it_is_committed_and_not_if_it_is_taken_back() -> None:
    woken = threading.Event()

    async def story() -> None:
        connector = worker.queue_connector({"this": woken})
        async with app.with_connector(connector).open_async():
            hears = asyncio.create_task(connector.listen_notify(ignore, ["jobs"]))
            await asyncio.to_thread(once_somebody_listens)
            woken.clear()  # Whoever begins to listen looks at once for what came before.
            await asyncio.to_thread(owe, taken_back=True)
            await asyncio.to_thread(owe, "that")
            assert not woken.is_set()
            await asyncio.to_thread(owe)
            await asyncio.to_thread(eventually, woken.is_set)
            hears.cancel()

    asyncio.run(story())


def owe(work: str = "this", *, taken_back: bool = False) -> None:
    with transaction.atomic():
        for _ in range(2):
            notifications.wake(work)
        transaction.set_rollback(taken_back)
    connection.close()


def test_what_lost_its_wake_up_is_found_all_the_same(
    mouth: Mouth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "LOOK_EVERY", timedelta(milliseconds=10))
    with dispatching():
        say("a")
        eventually(lambda: mouth.said == ["a"])


def test_a_chat_that_hangs_in_one_channel_holds_up_no_other(
    mouth: Mouth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "LOOK_EVERY", NEVER)
    monkeypatch.setattr(post_mirror, "PACE", timedelta(milliseconds=10))
    say("a", body="hang")
    say("b")
    with dispatching() as made:
        assert mouth.hangs.wait(60)
        for key in ("c", "d"):
            say(key, THERE)
        made.woken.set()
        eventually(lambda: mouth.said == ["c", "d"])
        mouth.goes.set()
        eventually(lambda: mouth.said == ["c", "d", "a", "b"])


def test_no_more_is_begun_at_once_than_there_are_threads(
    mouth: Mouth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "LOOK_EVERY", NEVER)
    monkeypatch.setattr(SPEAKING, "threads", 1)
    say("a", body="hang")
    with dispatching() as made:
        assert mouth.hangs.wait(60)
        say("b", THERE)
        made.woken.set()
        eventually(lambda: not made.woken.is_set())
        assert mouth.said == []
        mouth.goes.set()
        eventually(lambda: mouth.said == ["a", "b"])


def test_a_fault_ends_no_dispatcher(
    mouth: Mouth, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(dispatcher, "LOOK_EVERY", timedelta(milliseconds=10))
    attempt, faults = SPEAKING.attempt, iter([True])
    monkeypatch.setattr(
        SPEAKING, "attempt", lambda *given: 1 / 0 if next(faults, False) else attempt(*given)
    )
    say("a")
    with dispatching():
        eventually(lambda: mouth.said == ["a"])
    assert "chat.say met a fault" in caplog.text


class MailServer:
    """Takes what it is given, but what says `hang` not before it is let go."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.hangs, self.goes = threading.Semaphore(0), threading.Event()

    def deliver(self, parcel: Delivery) -> str:
        if parcel.payload["body"] == "hang":
            self.hangs.release()
            assert self.goes.wait(60)
        self.taken.append(parcel.key)
        return parcel.key


LETTER = MessageKind("letter")


def write(*keys: str, body: str = "Hello", urgent: bool = False, **later: float) -> None:
    at = clock().now() + timedelta(**later)
    with transaction.atomic():
        for key in keys:
            told = {"what": key, "body": body}
            outbox.enqueue_all([Owing(key, LETTER, "incident:1", told, urgent=urgent)], at=at)


def all_are(state: str) -> bool:
    return not OutboxMessage.objects.exclude(state=state).exists()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MailServer:
    World(tmp_path, "2026-11-24T10:00")
    server = MailServer()
    monkeypatch.setitem(outbox._senders, LETTER, server)
    return server


def test_a_server_that_hangs_for_some_letters_holds_up_no_other(server: MailServer) -> None:
    hang = [f"h{n}" for n in range(outbox.DELIVERIES.threads - outbox.DELIVERIES.spare - 1)]
    write(*hang, body="hang")
    with dispatching(outbox.DELIVERIES) as made:
        for _ in hang:
            assert server.hangs.acquire(timeout=60)
        write(*"abc")
        made.woken.set()
        eventually(lambda: OutboxMessage.objects.filter(state="done").count() == 3)
        assert sorted(server.taken) == list("abc")
        server.goes.set()
        eventually(lambda: all_are("done"))
    assert len(server.taken) == len(set(server.taken)) == 3 + len(hang)


def test_what_calls_somebody_is_begun_at_once_whatever_hangs(server: MailServer) -> None:
    write(*(f"h{n}" for n in range(200)), body="hang")
    with dispatching(outbox.DELIVERIES) as made:
        for _ in range(outbox.DELIVERIES.threads - outbox.DELIVERIES.spare):
            assert server.hangs.acquire(timeout=60)
        write("mail", "sms", urgent=True)
        made.woken.set()
        eventually(lambda: OutboxMessage.objects.filter(state="done").count() == 2)
        assert sorted(server.taken) == ["mail", "sms"]
        server.goes.set()
        eventually(lambda: all_are("done"))


def test_what_ends_at_once_is_written_down_at_once_for_each(server: MailServer) -> None:
    keys = [f"k{n}" for n in range(40)]
    write(*keys)
    with dispatching(outbox.DELIVERIES):
        eventually(lambda: all_are("done"))
    for one in OutboxMessage.objects.order_by("pk"):
        attempt = one.tries.get()
        assert (one.reference, attempt.outcome, attempt.number) == (one.key, "sent", 1)
        assert one.settled_at and attempt.ended == one.settled_at
    settled = JournalEntry.objects.filter(kind="outbox.settled").order_by("pk")
    assert sorted(entry.data["key"] for entry in settled) == sorted(keys)


def test_what_is_under_way_when_the_desk_stops_is_written_down_if_it_ends_soon(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "LAST_WORDS", 60)
    write("a", body="hang")
    with dispatching(outbox.DELIVERIES) as made:
        assert server.hangs.acquire(timeout=60)
        stopping = threading.Thread(target=made.stop)
        stopping.start()
        server.goes.set()
        stopping.join(60)
        assert not made.is_alive() and all_are("done")


def test_a_letter_for_later_is_sent_then_by_a_clock_that_is_moved_too(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "LOOK_EVERY", NEVER)
    monkeypatch.setattr(rounds, "GLANCE", timedelta(milliseconds=10))
    moved = [timedelta()]
    write("a", minutes=30)
    made = Dispatcher(outbox.DELIVERIES, lambda: clock().now() + moved[0])
    made.start()
    eventually(lambda: not made.woken.is_set())
    assert server.taken == []
    moved[0] = timedelta(minutes=31)
    eventually(lambda: all_are("done"))
    made.stop()
    assert server.taken == ["a"]


def test_letters_go_although_no_more_threads_can_be_had(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if thread.name.startswith("outbox.deliver "):
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    write("a", "b")
    with dispatching(outbox.DELIVERIES):
        eventually(lambda: all_are("done"))


def test_letters_of_which_somebody_holds_one_are_written_down_without_it(
    server: MailServer,
) -> None:
    write("a", "b", "c", body="hang")
    with dispatching(outbox.DELIVERIES):
        for _ in range(3):
            assert server.hangs.acquire(timeout=60)
        with psycopg.connect(**outside_pool()) as other:
            other.execute("SELECT FROM outbox_message WHERE key = 'b' FOR UPDATE")
            server.goes.set()
            eventually(lambda: OutboxMessage.objects.filter(state="done").count() == 2)
            assert not OutboxMessage.objects.filter(key="b", state="done").exists()
        eventually(lambda: all_are("done"))
