"""The three mechanisms that everything stands on: journal, commitments, outbox messages."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.commitments.rules import Promise, look, outcome
from dutydesk.database import notifications
from dutydesk.database.durable import LEASE
from dutydesk.database.postgresql import outside_pool
from dutydesk.journal.flows import journal
from dutydesk.journal.models import JournalEntry, Reaction
from dutydesk.kernel.events import Event
from dutydesk.kernel.kinds import MessageKind, PromiseKind
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.room import PromiseHandler, Reactor
from dutydesk.oncall.rules.promises import HELD
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.delivery import Delivery, Undelivered
from testing.machine import AT_MOST

TEST, PROMISED = MessageKind("test"), PromiseKind("test")
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Happened(Event):
    kind: ClassVar[str] = "test.happened"
    what: str


class Sender:
    """Delivers, or fails as it is told; and keeps what it was given."""

    def __init__(self, *failures: Undelivered) -> None:
        self.failures = list(failures)
        self.parcels: list[Delivery] = []

    def deliver(self, parcel: Delivery) -> str:
        self.parcels.append(parcel)
        if self.failures:
            raise self.failures.pop(0)
        return "reference"


def put(key: str = "k") -> OutboxMessage:
    outbox.enqueue(key=key, kind=TEST, subject="incident:1", payload={"what": "A note"}, at=AT)
    return OutboxMessage.objects.get(key=key)


def try_at(message: OutboxMessage, at: datetime) -> OutboxMessage:
    outbox.deliver(message_id=message.pk, now=lambda: at)
    message.refresh_from_db()
    return message


@pytest.mark.django_db
def test_the_journal_can_be_added_to_and_never_changed() -> None:
    journal.record(event=Happened("x"), subject="incident:1", text="It happened", at=AT)
    for change in (
        lambda: JournalEntry.objects.update(text="It never happened"),
        lambda: JournalEntry.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert JournalEntry.objects.get().text == "It happened"


@pytest.mark.django_db
def test_a_reaction_runs_once_and_one_that_fails_runs_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []

    def react(*, event: Happened, at: datetime) -> None:
        seen.append(event.what)
        if len(seen) == 1:
            raise OSError("passing fault")

    monkeypatch.setitem(journal._reactors, Happened.kind, {})
    journal.subscribe(Reactor("test.react", Happened, react))
    journal.record(event=Happened("x"), subject="incident:1", text="It happened", at=AT)
    reaction = Reaction.objects.get()
    with pytest.raises(OSError, match="passing fault"):
        journal.carry_out(reaction_id=reaction.pk, at=AT)
    reaction.refresh_from_db()
    assert reaction.due_at is not None and reaction.due_at > AT
    for at, times in ((AT, 1), (reaction.due_at, 2), (reaction.due_at, 2)):
        journal.carry_out(reaction_id=reaction.pk, at=at)
        assert seen == ["x"] * times


@pytest.mark.django_db
def test_a_reaction_that_is_refused_changes_nothing_and_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def react(*, event: Happened, at: datetime) -> None:
        put()
        raise Refused("It is over.", "Leave it.")

    monkeypatch.setitem(journal._reactors, Happened.kind, {})
    journal.subscribe(Reactor("test.react", Happened, react))
    journal.record(event=Happened("x"), subject="incident:1", text="It happened", at=AT)
    journal.carry_out(reaction_id=Reaction.objects.get().pk, at=AT)
    assert Reaction.objects.get().problem == "It is over. Leave it."
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_a_message_is_put_once_and_delivered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sender = Sender()
    monkeypatch.setitem(outbox._senders, "test", sender)
    message = put()
    assert put().pk == message.pk
    assert try_at(message, AT).state == "done"
    try_at(message, AT)
    assert len(sender.parcels) == 1
    assert "A note was delivered" in JournalEntry.objects.get().text


@pytest.mark.django_db
def test_a_failed_message_stays_owed_and_one_that_can_t_arrive_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sender = Sender(
        Undelivered("busy", retry_after=7 * MINUTE), Undelivered("no such box", permanent=True)
    )
    monkeypatch.setitem(outbox._senders, "test", sender)
    message = try_at(put(), AT)
    assert (message.state, message.due_at) == ("owed", AT + 7 * MINUTE)
    try_at(message, AT + 6 * MINUTE)
    assert len(sender.parcels) == 1
    assert try_at(message, AT + 7 * MINUTE).state == "failed"
    assert [entry.text for entry in JournalEntry.objects.all()] == [
        "A note did not arrive: busy. It is tried again",
        "A note can't be delivered: no such box",
    ]
    tries = [(one.number, one.began, one.outcome, one.reason) for one in message.tries.all()]
    assert tries == [
        (1, AT, "failed", "busy"),
        (2, AT + 7 * MINUTE, "failed", "no such box"),
    ]


@pytest.mark.django_db
def test_a_try_whose_end_is_unknown_is_made_again_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sender = Sender()
    monkeypatch.setitem(outbox._senders, "test", sender)
    message = put()
    assert outbox.DELIVERIES.claim(message.pk, AT) is not None  # And then the worker dies.
    try_at(message, AT + LEASE - MINUTE / 60)
    assert sender.parcels == []
    assert try_at(message, AT + LEASE).state == "done"
    assert sender.parcels[0].uncertain
    tries = [(one.number, one.ended, one.outcome) for one in message.tries.all()]
    assert tries == [(1, AT + LEASE, "unknown"), (2, AT + LEASE, "sent")]


@pytest.mark.django_db
def test_a_withdrawn_message_is_not_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    sender = Sender()
    monkeypatch.setitem(outbox._senders, "test", sender)
    message = put()
    assert outbox.withdraw(subject="incident:1", kind="test", at=AT) == 1
    assert try_at(message, AT).state == "withdrawn"
    assert sender.parcels == []


@pytest.mark.django_db
def test_a_message_that_is_withdrawn_while_it_is_tried_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Meanwhile(Sender):
        def deliver(self, parcel: Delivery) -> str:
            outbox.withdraw(subject="incident:1", kind="test", at=AT)
            return super().deliver(parcel)

    sender = Meanwhile(Undelivered("busy"))
    monkeypatch.setitem(outbox._senders, "test", sender)
    message = try_at(put(), AT)
    assert try_at(message, AT + MINUTE).state == "withdrawn"
    assert len(sender.parcels) == 1
    assert message.tries.get().outcome == "failed"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first_commits", [True, False])
def test_of_two_who_put_a_message_at_once_one_owes_it(*, first_commits: bool) -> None:
    has_put, goes_on = threading.Event(), threading.Event()

    def first() -> None:
        with closing(connection), transaction.atomic():
            put()
            has_put.set()
            goes_on.wait(AT_MOST)
            transaction.set_rollback(not first_commits)

    def second() -> None:
        with closing(connection), transaction.atomic():
            put()

    with psycopg.connect(**outside_pool(), autocommit=True) as hears, ThreadPoolExecutor(2) as pool:
        hears.execute(f"LISTEN {notifications.WORK}")
        one = pool.submit(first)
        assert has_put.wait(AT_MOST)
        other = pool.submit(second)
        assert not wait([other], 0.5).done, "it waits for what the first decides"
        goes_on.set()
        assert [each.result(AT_MOST) for each in (one, other)] == [None, None]
        notifications.wake("the end")
        heard = [one.payload for one in hears.notifies(stop_after=2, timeout=AT_MOST)]
    assert (heard, OutboxMessage.objects.count()) == ([outbox.DELIVERIES.name, "the end"], 1)


@pytest.mark.django_db
def test_a_message_that_is_owed_later_can_be_hastened(monkeypatch: pytest.MonkeyPatch) -> None:
    sender = Sender()
    monkeypatch.setitem(outbox._senders, "test", sender)
    outbox.enqueue(key="k", kind=TEST, subject="s", payload={}, at=AT + 5 * MINUTE)
    message = OutboxMessage.objects.get()
    assert try_at(message, AT).state == "owed"
    assert outbox.hasten(key="k", at=AT)
    assert try_at(message, AT).state == "done"
    assert not outbox.hasten(key="k", at=AT)


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let somebody look after promises of the test's kind, and do nothing."""
    handler = PromiseHandler(PROMISED, due=lambda **_: None)
    monkeypatch.setitem(commitments._handlers, PROMISED, handler)


def promise(due_at: datetime, **times: object) -> Commitment:
    return commitments.promise(
        kind=PROMISED,
        subject="incident:1",
        owner="support",
        text="Say something",
        times=Promise(due_at=due_at, **times),  # type: ignore[arg-type]
        at=AT,
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("handled")
def test_a_promise_is_warned_of_due_and_chased_once_each() -> None:
    promise(AT + 20 * MINUTE, warn_at=AT + 15 * MINUTE, chase_every=10 * MINUTE)
    kinds = []
    for minute in range(0, 45, 1):
        while commitments.tick(at=AT + minute * MINUTE):
            pass
        kinds.append(JournalEntry.objects.count())
    steps = [minute for minute in range(1, 45) if kinds[minute] > kinds[minute - 1]]
    assert steps == [15, 20, 30, 40]
    assert list(JournalEntry.objects.values_list("kind", flat=True)) == [
        "commitment.warned", "commitment.due", "commitment.chased", "commitment.chased",
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_new_promise_of_a_kind_takes_the_place_of_the_old_one() -> None:
    first, second = promise(AT + MINUTE), promise(AT + 2 * MINUTE)
    first.refresh_from_db()
    assert first.state == "withdrawn"
    assert commitments.next_look() == second.due_at
    commitments.keep(kind=PROMISED, subject="incident:1", at=AT + 3 * MINUTE)
    second.refresh_from_db()
    assert second.state == "late"
    assert commitments.next_look() is None


@pytest.mark.django_db
@pytest.mark.usefixtures("handled")
def test_what_is_due_at_one_moment_is_looked_after_as_it_was_promised() -> None:
    for number in range(3):
        commitments.promise(
            kind=PROMISED,
            subject=f"incident:{number}",
            owner="support",
            text="Say something",
            times=Promise(due_at=AT + MINUTE),
            at=AT,
        )
    # A row that was written anew lies behind the others, and would be found last.
    for moment in (AT, AT + MINUTE):
        Commitment.objects.filter(subject="incident:0").update(next_at=moment)
    while commitments.tick(at=AT + MINUTE, batch=1):
        pass
    told = JournalEntry.objects.filter(kind="commitment.due").order_by("id")
    assert list(told.values_list("subject", flat=True)) == [f"incident:{n}" for n in range(3)]


offsets = st.integers(1, 5000).map(lambda minutes: minutes * MINUTE)


@given(due=offsets, warn=offsets, chase=offsets, slept=offsets)
def test_however_long_the_desk_slept_one_look_catches_up(
    due: timedelta, warn: timedelta, chase: timedelta, slept: timedelta
) -> None:
    times = Promise(due_at=AT + due, warn_at=AT + due - warn, chase_every=chase)
    at = times.first_look(AT) + slept
    step, following = look(times, looked_for=times.first_look(AT), at=at)
    assert (following is not None and following > at) or step == "warn"
    assert (step == "warn") == (at < times.due_at)


@given(late=st.timedeltas(min_value=-timedelta(days=9), max_value=timedelta(days=9)))
def test_a_promise_is_kept_up_to_its_very_moment(late: timedelta) -> None:
    assert outcome(due_at=AT, kept_at=AT + late) == ("late" if late > timedelta() else "kept")


@pytest.mark.django_db
def test_a_promise_that_comes_due_is_reacted_to_by_its_own_room_alone() -> None:
    commitments.promise(
        kind=HELD,
        subject="page:1",
        owner="on call",
        text="Page somebody",
        times=Promise(due_at=AT),
        at=AT,
    )
    commitments.tick(at=AT)
    assert list(Reaction.objects.values_list("name", flat=True)) == ["page.held.due"]


@pytest.mark.django_db
def test_a_try_that_was_never_answered_makes_the_next_one_say_so() -> None:
    sender = Sender(Undelivered("no answer", uncertain=True), Undelivered("busy"))
    outbox.deliver_with("test", sender)
    message = put()
    for number in range(3):
        try_at(message, AT + number * MINUTE)
    assert [parcel.uncertain for parcel in sender.parcels] == [False, True, True]
