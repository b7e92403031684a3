"""Owing something to the outside world, and handing it over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.db.models import Case, F, Q, QuerySet, Value, When

from dutydesk.database import notifications, rows, works
from dutydesk.database.durable import Rivals
from dutydesk.database.group import GroupKind
from dutydesk.journal.flows import journal
from dutydesk.journal.flows.journal import Happening
from dutydesk.kernel.events import Event
from dutydesk.kernel.kinds import MessageKind
from dutydesk.outbox.models import DeliveryAttempt, OutboxMessage
from dutydesk.outbox.rules import explain_undelivered
from dutydesk.ports.delivery import Delivery, Sender, Undelivered

Outcome = DeliveryAttempt.Outcome
_senders: dict[str, Sender] = {}
_kinds: dict[str, MessageKind] = {}


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
    """The first try at an outbox message of which that is known failed; it stays owed."""

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
    *,
    key: str,
    kind: MessageKind,
    subject: str,
    payload: dict[str, Any],
    at: datetime,
    urgent: bool = False,
) -> None:
    """Owe an outbox message from `at` on; a key that was put before changes nothing.

    Belongs inside the transaction of the decision that owes it.
    """
    enqueue_all([Owing(key, kind, subject, payload, urgent=urgent)], at=at)


@dataclass(frozen=True, slots=True)
class Owing:
    """One message to owe with others, as `enqueue` takes it; `after` so long only.

    `urgent`: it calls somebody.
    """

    key: str
    kind: MessageKind
    subject: str
    payload: dict[str, Any]
    after: timedelta = timedelta()
    urgent: bool = False


def enqueue_all(messages: Sequence[Owing], *, at: datetime) -> None:
    """Owe many outbox messages as `enqueue` does, in two statements however many they are."""
    new = rows.insert_new_all(
        [
            OutboxMessage(
                key=one.key,
                kind=one.kind,
                subject=one.subject,
                payload=one.payload,
                urgent=one.urgent,
                queued_at=at + one.after,
                due_at=at + one.after,
            )
            for one in messages
        ]
    )
    DELIVERIES.owe_all(new)


def withdraw(*, subject: str, kind: str, at: datetime) -> int:
    """Stop owing what was not yet handed over; give how many outbox messages that were.

    One that is being tried this moment is not tried again. In one statement, so that a worker who
    begins or ends a try meanwhile is met either way.
    """
    mine = OutboxMessage.objects.filter(subject=subject, kind=kind, state=OutboxMessage.State.OWED)
    under_way = {"claimed_at__isnull": False}
    return mine.update(
        state=Case(
            When(**under_way, then=F("state")), default=Value(OutboxMessage.State.WITHDRAWN)
        ),
        due_at=Case(When(**under_way, then=F("due_at")), default=None),
        settled_at=at,
    )


def retell(*, subject: str, leaves: Callable[[Any], Any]) -> None:
    """Let what is, or was, to be said about a subject tell by `leaves` what it quotes of people."""
    _retell(OutboxMessage.objects.filter(subject=subject), leaves)


def retell_keyed(*, begins: str, leaves: Callable[[Any], Any], where: Q | None = None) -> None:
    """Let what is, or was, to be said under keys that begin so, and `where` that holds, tell it."""
    _retell(OutboxMessage.objects.filter(where or Q(), key__startswith=begins), leaves)


def _retell(said: QuerySet[OutboxMessage], leaves: Callable[[Any], Any]) -> None:
    rows.rewrite(said, ["payload"], lambda payload, _: leaves(payload))


def hasten(*, key: str, at: datetime) -> bool:
    """Owe an outbox message from `at` on that was owed from later; give whether there was one.

    Belongs inside the transaction of the decision.
    """
    waiting = OutboxMessage.objects.filter(key=key, attempts=0, due_at__gt=at)
    number = waiting.values_list("pk", flat=True).first()
    if number is None or not waiting.filter(pk=number).update(due_at=at, queued_at=at):
        return False  # There is none, or it was withdrawn this moment.
    DELIVERIES.owe_all([number])
    return True


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


class Deliveries(GroupKind[OutboxMessage]):
    """Handing outbox messages over: each try is kept, and the word to whoever owes it.

    In threads of its own: what another side keeps hanging delays nothing else that is owed.
    """

    name, noun = "outbox.deliver", "message"
    threads, spare, numbered, once = 24, 8, True, True
    columns = ("state", "reason", "reference", "settled_at")

    def rivals(self, row: OutboxMessage) -> Rivals[OutboxMessage] | None:
        """Give the messages about the same subject, of a kind of which only the newest counts."""
        kind = known(row.kind)
        if kind is None or not kind.latest_only:
            return None
        others = OutboxMessage.objects.filter(kind=row.kind, subject=row.subject)
        return Rivals(f"{row.kind} {row.subject}", others)

    def superseded(self, row: OutboxMessage, at: datetime) -> None:
        """Withdraw it."""
        row.state, row.settled_at = OutboxMessage.State.WITHDRAWN, at

    def begin(self, row: OutboxMessage, at: datetime) -> bool:
        """Keep that a try begins; what was withdrawn while it was tried is not tried again."""
        if row.attempts:  # Whoever made the last one may have died.
            row.tries.filter(outcome="").update(outcome=Outcome.UNKNOWN, ended=at)
        if row.settled_at is not None:
            row.state, row.due_at = OutboxMessage.State.WITHDRAWN, None
            return False
        DeliveryAttempt.objects.create(message=row, number=row.attempts + 1, began=at)
        return True

    def begin_all(self, claimed: Sequence[OutboxMessage], at: datetime) -> None:
        """Keep that the first try of each begins."""
        rows.insert([DeliveryAttempt(message=one, number=1, began=at) for one in claimed])

    def outside(self, row: OutboxMessage, now: Callable[[], datetime]) -> str:
        """Hand it over; give the other side's reference."""
        unknown = row.tries.filter(outcome=Outcome.UNKNOWN)
        uncertain = row.attempts > 1 and unknown.exists()
        since, at = row.queued_at, now()
        parcel = Delivery(row.key, row.payload, row.attempts, uncertain, since, at)
        rows.give_back()  # A connection waits for no network.
        return _sender(row.kind).deliver(parcel)

    def inside(self, row: OutboxMessage, outcome: str, at: datetime) -> None:
        """Note that it was delivered."""
        self.all_inside([row], [outcome], at)

    def all_inside(
        self, done: Sequence[OutboxMessage], outcomes: Sequence[str], at: datetime
    ) -> None:
        """Note that these were delivered."""
        for one, reference in zip(done, outcomes, strict=True):
            one.state, one.reference = OutboxMessage.State.DONE, reference[:200]
        _settle(done, at)

    def given_up(self, row: OutboxMessage, failure: Undelivered, at: datetime) -> None:
        """Note that it can't be delivered; of a kind that nobody knows, say so."""
        row.state, row.reference = OutboxMessage.State.FAILED, ""
        _settle([row], at, failed=failure.reason)
        if row.kind not in _senders and known(row.kind) is None:
            what, name = "an outbox message", row.kind
            journal.give_up(what=what, name=name, subject=row.subject, at=at)

    def failed(self, row: OutboxMessage, failure: Undelivered, at: datetime) -> None:
        """Note why it did not arrive, and say so the first time."""
        outcome = Outcome.UNKNOWN if failure.uncertain else Outcome.FAILED
        _end_tries([row], outcome, at, failure.reason)
        told, row.reason = bool(row.reason), failure.reason
        withdrawn = row.settled_at is not None
        if withdrawn:
            row.state, row.due_at = OutboxMessage.State.WITHDRAWN, None
        if told or withdrawn:
            notifications.notify(row.subject)
            return
        what = row.payload.get("what", row.kind)
        journal.record(
            event=MessageFailing(row.kind, row.key, failure.reason),
            subject=row.subject,
            text=f"{what} did not arrive: {failure.reason}. It is tried again",
            at=at,
        )


def _settle(messages: Sequence[OutboxMessage], at: datetime, *, failed: str = "") -> None:
    """Write down what became of these: delivered, or `failed` for good."""
    outcome = f"can't be delivered: {failed}" if failed else "was delivered"
    happened = []
    for one in messages:
        one.settled_at, one.reason = at, failed
        event = MessageSettled(one.kind, one.key, not failed, failed)
        text = f"{one.payload.get('what', one.kind)} {outcome}"
        happened.append(Happening(event, one.subject, text))
    _end_tries(messages, Outcome.FAILED if failed else Outcome.SENT, at, failed)
    journal.record_all(happened, at=at)
    notifications.notify(*(one.subject for one in messages))


def _end_tries(
    messages: Sequence[OutboxMessage], outcome: Outcome, at: datetime, reason: str
) -> None:
    """Write down how the last try of each ended."""
    last = reduce(or_, (Q(message=one.pk, number=one.attempts) for one in messages))
    DeliveryAttempt.objects.filter(last).update(outcome=outcome, ended=at, reason=reason)


DELIVERIES = works.register(Deliveries(OutboxMessage))


def deliver(*, message_id: int, now: Callable[[], datetime]) -> None:
    """Try to hand one outbox message over. No transaction is open while the network is used."""
    DELIVERIES.run(message_id, now)
