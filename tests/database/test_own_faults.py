"""A fault of the desk's own is waited out and given up like any other, and holds up nobody else."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.db import OperationalError, connection, transaction

from dutydesk.chat.flows import channels, desk_posts, post_mirror
from dutydesk.chat.flows.outgoing_posts import as_said
from dutydesk.chat.models import ChannelMapping, PostMirror
from dutydesk.database import durable, rows
from dutydesk.database.trouble import FAULT
from dutydesk.inbox.flows import arrivals, work
from dutydesk.inbox.models import Arrival
from dutydesk.journal.flows import journal
from dutydesk.journal.models import JournalEntry, Reaction
from dutydesk.kernel.arrivals import ArrivalHandler, Arrived, each
from dutydesk.kernel.events import Event
from dutydesk.kernel.kinds import MessageKind
from dutydesk.kernel.messages import Message
from dutydesk.kernel.room import Reactor
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.delivery import Delivery, Undelivered
from dutydesk.ports.outside import OutgoingPost
from testing.said import say_what_is_owed
from testing.world import World

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HERE = "#ask-cloud-platform"


def tried(number: int, work: "durable.WorkKind[Any]", at: datetime) -> None:
    """Try it as a job does, which a fault ends."""
    with suppress(KeyError):
        work.run(number, lambda: at)


def test_what_the_desk_trips_over_is_put_aside_and_the_rest_of_its_source_is_done() -> None:
    took, at = list[bytes](), AT

    def prepare(one: Arrived, at: datetime) -> None:
        if one.body == b"bad":
            raise KeyError(one.key)

    def take(one: Arrived, at: datetime) -> None:
        took.append(one.body)

    work.handle_with(ArrivalHandler(("x",), each(take), prepare))
    for body, source in ((b"bad", "here"), (b"good", "here"), (b"fine", "elsewhere")):
        arrivals.keep(Arrived("x", source, body, AT))
    while Arrival.objects.filter(due_at__isnull=False).exists():
        for number in Arrival.objects.filter(due_at__lte=at).values_list("pk", flat=True):
            tried(number, work.ARRIVALS, at)
        if at == AT:
            assert took == [b"fine"]
        at += SECOND
    assert took == [b"fine", b"good"]
    assert 62 * SECOND <= at - AT <= 65 * SECOND
    aside = Arrival.objects.get(outcome="put aside")
    assert (aside.attempts, aside.problem, bytes(aside.body)) == (6, FAULT, b"bad")
    assert FAULT in arrivals.trouble(door="x", at=at)


class Mouth:
    """Says what it is given; `fails` tells how it fails at some of it."""

    def __init__(self, fails: Callable[[OutgoingPost], None]) -> None:
        self.fails = fails
        self.said: list[str] = []

    def say(self, said: OutgoingPost) -> str:
        self.fails(said)
        self.said.append(said.key)
        return f"{len(self.said)}.0"


def in_a_channel(tmp_path: Path) -> None:
    World(tmp_path, "2026-11-24T10:00")
    post_mirror.mirror_to("slack")
    channels.meet(outside="slack:T1:C1", name=HERE)
    for key in ("a", "b"):
        desk_posts.say(key=key, channel=HERE, message=Message("Hello"), at=AT)


def test_a_post_that_the_desk_fails_to_say_is_put_aside_and_the_next_one_is_said(
    tmp_path: Path,
) -> None:
    def trip(said: OutgoingPost) -> None:
        if said.key == "a":
            raise KeyError(said.key)

    in_a_channel(tmp_path)
    mouth, at, tries = Mouth(trip), AT, 0
    while not mouth.said:
        with suppress(KeyError):
            say_what_is_owed(mouth=mouth, now=lambda: at)  # noqa: B023
        at, tries = at + SECOND, tries + 1
        assert tries < 100
    assert mouth.said == ["b"]
    assert tries > 30
    assert PostMirror.objects.get(post__key="a").problem == FAULT
    told = JournalEntry.objects.filter(kind="chat.mirror-trouble").values_list("text", flat=True)
    assert [FAULT in text for text in told] == [True, True]


def test_one_fault_after_the_chat_was_away_puts_no_post_aside(tmp_path: Path) -> None:
    troubles = iter([*[Undelivered("Slack is away.")] * 7, KeyError("a")])

    def fail(said: OutgoingPost) -> None:
        trouble = next(troubles, None)
        if trouble is not None:
            raise trouble

    in_a_channel(tmp_path)
    mouth, place = Mouth(fail), ChannelMapping.objects.get()
    while not mouth.said:
        place.refresh_from_db()
        at = place.due_at or AT
        with suppress(KeyError):
            say_what_is_owed(mouth=mouth, now=lambda: at)  # noqa: B023
    assert mouth.said == ["a"]


def test_a_post_whose_worker_died_while_it_was_said_is_looked_for_before_it_is_said_again(
    tmp_path: Path,
) -> None:
    seen: list[bool] = []

    def die(said: OutgoingPost) -> None:
        seen.append(said.uncertain)
        if len(seen) == 1:
            raise SystemExit

    in_a_channel(tmp_path)
    mouth = Mouth(die)
    with suppress(SystemExit):
        say_what_is_owed(mouth=mouth, now=lambda: AT)
    for second in range(10):
        say_what_is_owed(mouth=mouth, now=lambda: AT + second * SECOND)  # noqa: B023
    assert mouth.said == ["a", "b"]
    assert seen == [False, True, False]
    assert ChannelMapping.objects.get().claimed_at is None


@dataclass(frozen=True)
class Tripped(Event):
    kind: ClassVar[str] = "test.tripped"


def test_a_reaction_that_fails_for_a_day_is_given_up_and_said_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def react(*, event: Tripped, at: datetime) -> None:
        raise KeyError("what")

    monkeypatch.setitem(journal._reactors, Tripped.kind, {})
    journal.subscribe(Reactor("test.trip", Tripped, react))
    journal.record(event=Tripped(), subject="incident:1", text="It happened", at=AT)
    reaction, at = Reaction.objects.get(), AT
    while reaction.due_at is not None:
        at = reaction.due_at
        tried(reaction.pk, journal.REACTIONS, at)
        reaction.refresh_from_db()
    assert timedelta(hours=20) < at - AT < timedelta(days=2)
    assert reaction.problem == FAULT
    assert "failed too often" in JournalEntry.objects.get(kind="journal.unanswered").text


SWITCH = MessageKind("test.switch", latest_only=True)


class Broken:
    def deliver(self, parcel: Delivery) -> str:
        raise KeyError(parcel.key)


def test_a_sender_that_breaks_waits_as_one_that_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(outbox._senders, SWITCH, Broken())
    outbox.enqueue(key="k", kind=SWITCH, subject="incident:1", payload={}, at=AT)
    message, pauses = OutboxMessage.objects.get(), []
    for _ in range(5):
        assert message.due_at is not None
        at = message.due_at
        tried(message.pk, outbox.DELIVERIES, at)
        message.refresh_from_db()
        assert message.due_at is not None
        pauses.append((message.due_at - at) / SECOND)
    assert pauses == [2, 4, 8, 16, 32]
    assert {one.outcome for one in message.tries.all()} == {"unknown"}


def test_of_two_switches_that_are_claimed_at_one_moment_the_second_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outbox.know(SWITCH)
    outbox.enqueue(key="k", kind=SWITCH, subject="incident:1", payload={}, at=AT)
    message, asked = OutboxMessage.objects.get(), []

    def is_taken(name: str) -> bool:
        asked.append(name)
        return False

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "try_lock", is_taken)
        assert outbox.DELIVERIES.claim(message.pk, AT) is None
    assert asked == ["outbox.deliver:test.switch incident:1"]
    assert outbox.DELIVERIES.claim(message.pk, AT) is None
    assert outbox.DELIVERIES.claim(message.pk, AT + SECOND) is not None


def test_a_switch_sees_the_newer_one_that_was_put_while_it_waited_for_its_turn() -> None:
    outbox.know(SWITCH)
    outbox.enqueue(key="on", kind=SWITCH, subject="incident:1", payload={}, at=AT)
    older = OutboxMessage.objects.get()

    def is_free_now(name: str) -> bool:
        outbox.enqueue(key="off", kind=SWITCH, subject="incident:1", payload={}, at=AT)
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "try_lock", is_free_now)
        assert outbox.DELIVERIES.claim(older.pk, AT) is None
    older.refresh_from_db()
    assert older.state == OutboxMessage.State.WITHDRAWN


def test_a_post_that_the_database_refuses_to_put_together_is_put_aside_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(row: PostMirror, *given: Any, **named: Any) -> Any:
        if row.post.key == "a":
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE SQLSTATE '54001'; END $$")
        return as_said(row, *given, **named)

    in_a_channel(tmp_path)
    monkeypatch.setattr(post_mirror, "as_said", refused)
    mouth, at, tries = Mouth(lambda said: None), AT, 0
    while not mouth.said:
        with suppress(OperationalError):
            say_what_is_owed(mouth=mouth, now=lambda: at)  # noqa: B023
        at, tries = at + SECOND, tries + 1
        assert tries < 100
    assert mouth.said == ["b"]
    assert PostMirror.objects.get(post__key="a").problem == FAULT
