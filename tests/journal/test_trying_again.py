"""How long the desk waits before it tries again, and what is not tried again at all."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.db import connection

from dutydesk.database.durable import LEASE
from dutydesk.journal.flows import journal
from dutydesk.journal.models import JournalEntry, Reaction
from dutydesk.kernel.events import Event
from dutydesk.kernel.kinds import MessageKind
from dutydesk.kernel.retries import next_try
from dutydesk.kernel.room import Reactor
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.delivery import Delivery, Undelivered

TEST = MessageKind("test")
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@dataclass(frozen=True)
class Happened(Event):
    kind: ClassVar[str] = "test.tried"


def test_each_pause_is_twice_the_last_and_none_is_longer_than_ten_minutes() -> None:
    def pause(attempts: int) -> timedelta:
        return next_try(attempts=attempts, at=AT) - AT

    assert [pause(n) for n in (1, 2, 3, 8, 9)] == [s * SECOND for s in (2, 4, 8, 256, 512)]
    assert [pause(n) for n in (10, 11, 47, 1000, 10**6)] == [10 * MINUTE] * 5


@pytest.mark.parametrize(
    ("asked", "waits"),
    [(0, SECOND), (-60, SECOND), (0.2, SECOND), (1, SECOND), (90, 90 * SECOND)],
)
def test_who_is_asked_to_wait_waits_so_long_and_a_second_at_least(
    asked: float, waits: timedelta
) -> None:
    given = timedelta(seconds=asked)
    assert next_try(attempts=5, at=AT, retry_after=given) - AT == waits


@pytest.mark.django_db
def test_a_reaction_that_goes_on_failing_is_tried_less_and_less_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def react(*, event: Happened, at: datetime) -> None:
        raise OSError("broken")

    monkeypatch.setitem(journal._reactors, Happened.kind, {})
    journal.subscribe(Reactor("test.react", Happened, react))
    journal.record(event=Happened(), subject="incident:1", text="It happened", at=AT)
    reaction, at, pauses = Reaction.objects.get(), AT, []
    for _ in range(12):
        with pytest.raises(OSError, match="broken"):
            journal.carry_out(reaction_id=reaction.pk, at=at)
        reaction.refresh_from_db()
        assert reaction.due_at is not None
        pauses.append((reaction.due_at - at) / SECOND)
        at = reaction.due_at
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]


class Sender:
    """Does what it is told when it is to deliver, and counts how often."""

    def __init__(self, do: Callable[[], str]) -> None:
        self.do, self.tries = do, 0

    def deliver(self, parcel: Delivery) -> str:
        self.tries += 1
        return self.do()


def _try(sender: Sender, at: datetime) -> OutboxMessage:
    message = OutboxMessage.objects.get()
    outbox.deliver(message_id=message.pk, now=lambda: at)
    message.refresh_from_db()
    return message


@pytest.mark.django_db
@pytest.mark.parametrize("ends", [Undelivered("busy"), SystemExit()])
def test_what_is_withdrawn_while_it_is_tried_is_not_tried_again_however_the_try_ends(
    monkeypatch: pytest.MonkeyPatch, ends: BaseException
) -> None:
    def withdrawn() -> str:
        outbox.withdraw(subject="incident:1", kind="test", at=AT)
        raise ends

    sender = Sender(withdrawn)
    monkeypatch.setitem(outbox._senders, "test", sender)
    outbox.enqueue(key="k", kind=TEST, subject="incident:1", payload={}, at=AT)
    with suppress(SystemExit):  # Its worker ends in the middle of the try.
        _try(sender, AT)
    for later in (MINUTE, LEASE, 60 * MINUTE):
        found = _try(sender, AT + later)
    assert sender.tries == 1
    assert found.state == OutboxMessage.State.WITHDRAWN


@pytest.mark.django_db
def test_a_message_that_is_withdrawn_this_moment_is_not_hastened() -> None:
    outbox.enqueue(key="k", kind=TEST, subject="incident:1", payload={}, at=AT + MINUTE)
    first = [True]

    def withdrawing(execute: Callable[..., Any], sql: str, *given: Any) -> Any:
        if sql.startswith("UPDATE") and first:
            first.clear()
            outbox.withdraw(subject="incident:1", kind=TEST, at=AT)
        return execute(sql, *given)

    with connection.execute_wrapper(withdrawing):
        assert not outbox.hasten(key="k", at=AT)
    assert OutboxMessage.objects.get().state == OutboxMessage.State.WITHDRAWN


@pytest.mark.django_db
def test_the_first_failure_is_told_once_also_when_the_first_try_died_with_its_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ends: list[BaseException] = [SystemExit(), Undelivered("busy"), Undelivered("busy")]

    def end() -> str:
        raise ends.pop(0)

    sender = Sender(end)
    monkeypatch.setitem(outbox._senders, "test", sender)
    outbox.enqueue(key="k", kind=TEST, subject="incident:1", payload={}, at=AT)
    for minutes in range(3):
        with suppress(SystemExit):
            _try(sender, AT + minutes * MINUTE)
    assert sender.tries == 3
    assert JournalEntry.objects.filter(kind="outbox.failing").count() == 1
