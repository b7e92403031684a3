"""Owing something to the outside world, and handing it over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from dutydesk.database import notifications, rows
from dutydesk.journal.flows import journal
from dutydesk.kernel.events import Event
from dutydesk.kernel.kinds import MessageKind
from dutydesk.outbox.models import DeliveryAttempt, OutboxMessage
from dutydesk.outbox.rules import LEASE, explain_undelivered, next_try
from dutydesk.ports.delivery import Delivery, Sender, Undelivered

_senders: dict[str, Sender] = {}
_kinds: dict[str, MessageKind] = {}
_under_way: dict[int, int] = {}
_TURN = timedelta(seconds=1)


@dataclass(frozen=True)
class MessageSettled(Event):
    """An outbox message was delivered, or was found to be undeliverable for good."""

    kind: ClassVar[str] = "outbox.settled"
    message_kind: str
    key: str
    delivered: bool
    reason: str


@dataclass(frozen=True)
class MessageFailing(Event):
    """The first try at an outbox message failed; it stays owed."""

    kind: ClassVar[str] = "outbox.failing"
    message_kind: str
    key: str
    reason: str


def know(kind: MessageKind) -> None:
    """Know what this kind is from now on, whether anybody delivers it or not. Called by wiring."""
    _kinds[kind] = kind


def known(word: str) -> MessageKind | None:
    """Give the kind of message that rows call so; None if no room has it any more."""
    return _kinds.get(word) or _kinds.get(MessageKind(word).family)


def deliver_with(kind: str, sender: Sender) -> None:
    """Hand outbox messages of `kind` to `sender` from now on. Called by wiring."""
    _senders[kind] = sender


def can_deliver(kind: str) -> bool:
    """Say whether there is a sender for outbox messages of `kind` here."""
    return kind in _senders


def enqueue(
    *, key: str, kind: MessageKind, subject: str, payload: dict[str, Any], at: datetime
) -> None:
    """Owe an outbox message from `at` on; a key that was put before changes nothing.

    Belongs inside the transaction of the decision that owes it.
    """
    enqueue_all([Owing(key, kind, subject, payload)], at=at)


@dataclass(frozen=True, slots=True)
class Owing:
    """One message to owe with others, as `enqueue` takes it."""

    key: str
    kind: MessageKind
    subject: str
    payload: dict[str, Any]


def enqueue_all(messages: Sequence[Owing], *, at: datetime) -> None:
    """Owe many outbox messages as `enqueue` does, in two statements however many they are."""
    new = rows.insert_new_all(
        [
            OutboxMessage(
                key=one.key,
                kind=one.kind,
                subject=one.subject,
                payload=one.payload,
                queued_at=at,
                due_at=at,
            )
            for one in messages
        ]
    )
    journal.queue_all("outbox.deliver", [{"message_id": number} for number in new])


def withdraw(*, subject: str, kind: str, at: datetime) -> int:
    """Stop owing what was not yet handed over; give how many outbox messages that were.

    One that is being tried this moment is not tried again. In one statement, so that a worker who
    begins or ends a try meanwhile is met either way.
    """
    mine = OutboxMessage.objects.filter(
        subject=subject, kind=kind, state__in=[OutboxMessage.State.OWED, OutboxMessage.State.TRYING]
    )
    after = Case(
        When(state=OutboxMessage.State.OWED, then=Value(OutboxMessage.State.WITHDRAWN)),
        default=F("state"),
    )
    return mine.update(state=after, settled_at=at)


def hasten(*, key: str, at: datetime) -> bool:
    """Owe an outbox message from `at` on that was owed from later; give whether there was one.

    Belongs inside the transaction of the decision.
    """
    waiting = OutboxMessage.objects.filter(
        key=key, state=OutboxMessage.State.OWED, attempts=0, due_at__gt=at
    ).first()
    if waiting is None:
        return False
    OutboxMessage.objects.filter(pk=waiting.pk).update(due_at=at, queued_at=at)
    journal.queue("outbox.deliver", message_id=waiting.pk)
    return True


def deliver(*, message_id: int, now: Callable[[], datetime]) -> None:
    """Try to hand one outbox message over. No transaction is open while the network is used."""
    parcel, kind = _claim(message_id, now())
    if parcel is None:
        return
    _under_way[message_id] = parcel.attempt
    rows.give_back()  # A connection waits for no network.
    try:
        reference = _sender(kind).deliver(parcel)
    except Undelivered as failure:
        _failed(message_id, parcel, failure, now())
    else:
        _settle(message_id, parcel, OutboxMessage.State.DONE, now(), reference=reference[:200])
    finally:
        _under_way.pop(message_id, None)


def _sender(kind: str) -> Sender:
    return _senders.get(kind) or _NoSender(kind)


class _NoSender:
    """Stands where nobody delivers: says why, and for how long it is worth waiting for somebody."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def deliver(self, parcel: Delivery) -> str:
        """Raise Undelivered."""
        raise explain_undelivered(
            self._kind, known(self._kind), since=parcel.owed_since, at=parcel.at
        )


def renew(*, at: datetime) -> None:
    """Keep the tries that are under way in this process for a while longer.

    A process that died or is frozen renews nothing, so another takes its tries over.
    """
    mine = Q()
    for message_id, attempt in list(_under_way.items()):
        mine |= Q(pk=message_id, attempts=attempt)
    if mine:
        OutboxMessage.objects.filter(mine, state=OutboxMessage.State.TRYING).update(
            due_at=at + LEASE
        )


def _claim(message_id: int, at: datetime) -> tuple[Delivery | None, str]:
    """Take a due outbox message for one try. While trying, `due_at` is when the try is given up."""
    with transaction.atomic():
        due = OutboxMessage.objects.filter(
            pk=message_id,
            due_at__lte=at,
            state__in=[OutboxMessage.State.OWED, OutboxMessage.State.TRYING],
        )
        message = due.select_for_update(skip_locked=True).first()
        if message is None or not _in_turn(message, at):
            return None, ""
        uncertain = message.state == OutboxMessage.State.TRYING
        if uncertain:
            message.tries.filter(outcome="").update(
                outcome=DeliveryAttempt.Outcome.UNKNOWN, ended=at
            )
        if message.settled_at is not None:  # Withdrawn while it was tried.
            message.state = OutboxMessage.State.WITHDRAWN
            message.save(update_fields=["state"])
            return None, ""
        if message.attempts and not uncertain:
            uncertain = message.tries.filter(outcome=DeliveryAttempt.Outcome.UNKNOWN).exists()
        message.state = OutboxMessage.State.TRYING
        message.attempts += 1
        message.due_at = at + LEASE
        message.save(update_fields=["state", "attempts", "due_at"])
        DeliveryAttempt.objects.create(message=message, number=message.attempts, began=at)
    parcel = Delivery(
        message.key, message.payload, message.attempts, uncertain, message.queued_at, at
    )
    return parcel, message.kind


def _in_turn(message: OutboxMessage, at: datetime) -> bool:
    """Say whether an outbox message may go now.

    What only switches something waits for an older one that is under way, and a newer one takes
    the place of an older.
    """
    kind = known(message.kind)
    if kind is None or not kind.latest_only:
        return True
    others = OutboxMessage.objects.filter(kind=message.kind, subject=message.subject)
    if others.filter(pk__gt=message.pk).exists():
        message.state, message.settled_at = OutboxMessage.State.WITHDRAWN, at
    elif others.filter(pk__lt=message.pk, state=OutboxMessage.State.TRYING, due_at__gt=at).exists():
        message.due_at = at + _TURN
    else:
        return True
    message.save(update_fields=["state", "settled_at", "due_at"])
    return False


def _failed(message_id: int, parcel: Delivery, failure: Undelivered, at: datetime) -> None:
    if failure.permanent:
        _settle(message_id, parcel, OutboxMessage.State.FAILED, at, reason=failure.reason)
        return
    with transaction.atomic():
        message = _mine(message_id, parcel)
        if message is None:
            return
        outcome = (
            DeliveryAttempt.Outcome.UNKNOWN if failure.uncertain else DeliveryAttempt.Outcome.FAILED
        )
        _ended(message, outcome, at, failure.reason)
        withdrawn = message.settled_at is not None
        message.state = OutboxMessage.State.WITHDRAWN if withdrawn else OutboxMessage.State.OWED
        message.reason = failure.reason
        message.due_at = next_try(attempts=parcel.attempt, at=at, retry_after=failure.retry_after)
        message.save(update_fields=["state", "reason", "due_at"])
        if parcel.attempt > 1 or withdrawn:
            notifications.notify(message.subject)
            return
        journal.record(
            event=MessageFailing(message.kind, message.key, failure.reason),
            subject=message.subject,
            text=f"{message.payload.get('what', message.kind)} did not arrive: {failure.reason}. "
            "It is tried again",
            at=at,
        )


def _mine(message_id: int, parcel: Delivery) -> OutboxMessage | None:
    """Give the outbox message, locked, if this try is still the latest one."""
    mine = OutboxMessage.objects.filter(
        pk=message_id, state=OutboxMessage.State.TRYING, attempts=parcel.attempt
    )
    return mine.select_for_update().first()


def _ended(
    message: OutboxMessage, outcome: DeliveryAttempt.Outcome, at: datetime, reason: str = ""
) -> None:
    message.tries.filter(number=message.attempts).update(outcome=outcome, ended=at, reason=reason)


def _settle(
    message_id: int,
    parcel: Delivery,
    state: OutboxMessage.State,
    at: datetime,
    *,
    reference: str = "",
    reason: str = "",
) -> None:
    """Close the outbox message if this try is still the latest one."""
    with transaction.atomic():
        message = _mine(message_id, parcel)
        if message is None:
            return
        delivered = state == OutboxMessage.State.DONE
        _ended(
            message,
            DeliveryAttempt.Outcome.SENT if delivered else DeliveryAttempt.Outcome.FAILED,
            at,
            reason,
        )
        message.state, message.reference, message.reason = state, reference, reason
        message.settled_at = at
        message.save(update_fields=["state", "reference", "reason", "settled_at"])
        outcome = "was delivered" if delivered else f"can't be delivered: {reason}"
        journal.record(
            event=MessageSettled(message.kind, message.key, delivered, reason),
            subject=message.subject,
            text=f"{message.payload.get('what', message.kind)} {outcome}",
            at=at,
        )
        if not delivered and message.kind not in _senders and known(message.kind) is None:
            journal.give_up(
                what="an outbox message", name=message.kind, subject=message.subject, at=at
            )


def sweep(*, at: datetime, grace: timedelta = timedelta(seconds=2)) -> int:
    """Queue again what is due although its job is gone or was put off; give how many."""
    due = OutboxMessage.objects.filter(
        due_at__lte=at - grace, state__in=[OutboxMessage.State.OWED, OutboxMessage.State.TRYING]
    ).order_by("due_at")
    return sum(
        journal.queue_again("outbox.deliver", lock=f"message:{number}", message_id=number)
        for number in due.values_list("pk", flat=True)[:500]
    )
