"""Owing something to the outside world, and handing it over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from dutydesk.database import notifications, rows
from dutydesk.journal.flows import journal
from dutydesk.kernel.events import Event
from dutydesk.outbox.models import Errand, Try
from dutydesk.outbox.rules import LEASE, next_try
from dutydesk.ports.delivery import Courier, Delivery, Undelivered

_couriers: dict[str, Courier] = {}
_under_way: dict[int, int] = {}
_latest_only: set[str] = set()
_TURN = timedelta(seconds=1)


@dataclass(frozen=True)
class ErrandSettled(Event):
    """An errand was delivered, or was found to be undeliverable for good."""

    kind: ClassVar[str] = "errand.settled"
    errand_kind: str
    key: str
    delivered: bool
    reason: str


@dataclass(frozen=True)
class ErrandFailing(Event):
    """The first try at an errand failed; it stays owed."""

    kind: ClassVar[str] = "errand.failing"
    errand_kind: str
    key: str
    reason: str


def deliver_with(kind: str, courier: Courier, *, latest_only: bool = False) -> None:
    """Hand errands of `kind` to `courier` from now on. Called by wiring.

    `latest_only`: they switch something, so of those about one subject only the newest counts. It
    waits for an older one that is under way, and a newer one takes the place of an older.
    """
    _couriers[kind] = courier
    if latest_only:
        _latest_only.add(kind)


def can_deliver(kind: str) -> bool:
    """Say whether there is a courier for errands of `kind` here."""
    return kind in _couriers


def put(*, key: str, kind: str, subject: str, payload: dict[str, Any], at: datetime) -> None:
    """Owe an errand from `at` on; a key that was put before changes nothing.

    Belongs inside the transaction of the decision that owes it.
    """
    errand = Errand(key=key, kind=kind, subject=subject, payload=payload, put_at=at, due_at=at)
    if rows.insert_new(errand):
        journal.queue("errands.deliver", errand_id=errand.pk)


def withdraw(*, subject: str, kind: str, at: datetime) -> int:
    """Stop owing what was not yet handed over; give how many errands that were.

    One that is being tried this moment is not tried again. In one statement, so that a worker who
    begins or ends a try meanwhile is met either way.
    """
    mine = Errand.objects.filter(
        subject=subject, kind=kind, state__in=[Errand.State.OWED, Errand.State.TRYING]
    )
    after = Case(
        When(state=Errand.State.OWED, then=Value(Errand.State.WITHDRAWN)), default=F("state")
    )
    return mine.update(state=after, settled_at=at)


def hasten(*, key: str, at: datetime) -> bool:
    """Owe an errand from `at` on that was owed from later; give whether there was one.

    Belongs inside the transaction of the decision.
    """
    waiting = Errand.objects.filter(
        key=key, state=Errand.State.OWED, attempts=0, due_at__gt=at
    ).first()
    if waiting is None:
        return False
    Errand.objects.filter(pk=waiting.pk).update(due_at=at, put_at=at)
    journal.queue("errands.deliver", errand_id=waiting.pk)
    return True


def deliver(*, errand_id: int, now: Callable[[], datetime]) -> None:
    """Try to hand one errand over. No transaction is open while the network is used."""
    parcel, kind = _claim(errand_id, now())
    if parcel is None:
        return
    _under_way[errand_id] = parcel.attempt
    rows.give_back()  # A connection waits for no network.
    try:
        reference = _couriers[kind].deliver(parcel)
    except Undelivered as failure:
        _failed(errand_id, parcel, failure, now())
    else:
        _settle(errand_id, parcel, Errand.State.DONE, now(), reference=reference[:200])
    finally:
        _under_way.pop(errand_id, None)


def renew(*, at: datetime) -> None:
    """Keep the tries that are under way in this process for a while longer.

    A process that died or is frozen renews nothing, so another takes its tries over.
    """
    mine = Q()
    for errand_id, attempt in list(_under_way.items()):
        mine |= Q(pk=errand_id, attempts=attempt)
    if mine:
        Errand.objects.filter(mine, state=Errand.State.TRYING).update(due_at=at + LEASE)


def _claim(errand_id: int, at: datetime) -> tuple[Delivery | None, str]:
    """Take a due errand for one try. While trying, `due_at` is when the try is given up."""
    with transaction.atomic():
        due = Errand.objects.filter(
            pk=errand_id, due_at__lte=at, state__in=[Errand.State.OWED, Errand.State.TRYING]
        )
        errand = due.select_for_update(skip_locked=True).first()
        if errand is None or not _in_turn(errand, at):
            return None, ""
        uncertain = errand.state == Errand.State.TRYING
        if uncertain:
            errand.tries.filter(outcome="").update(outcome=Try.Outcome.UNKNOWN, ended=at)
        if errand.settled_at is not None:  # Withdrawn while it was tried.
            errand.state = Errand.State.WITHDRAWN
            errand.save(update_fields=["state"])
            return None, ""
        if errand.attempts and not uncertain:
            uncertain = errand.tries.filter(outcome=Try.Outcome.UNKNOWN).exists()
        errand.state = Errand.State.TRYING
        errand.attempts += 1
        errand.due_at = at + LEASE
        errand.save(update_fields=["state", "attempts", "due_at"])
        Try.objects.create(errand=errand, number=errand.attempts, began=at)
    parcel = Delivery(errand.key, errand.payload, errand.attempts, uncertain, errand.put_at, at)
    return parcel, errand.kind


def _in_turn(errand: Errand, at: datetime) -> bool:
    """Say whether an errand may go now; a superseded one is withdrawn, an early one put off."""
    if errand.kind not in _latest_only:
        return True
    others = Errand.objects.filter(kind=errand.kind, subject=errand.subject)
    if others.filter(pk__gt=errand.pk).exists():
        errand.state, errand.settled_at = Errand.State.WITHDRAWN, at
    elif others.filter(pk__lt=errand.pk, state=Errand.State.TRYING, due_at__gt=at).exists():
        errand.due_at = at + _TURN
    else:
        return True
    errand.save(update_fields=["state", "settled_at", "due_at"])
    return False


def _failed(errand_id: int, parcel: Delivery, failure: Undelivered, at: datetime) -> None:
    if failure.permanent:
        _settle(errand_id, parcel, Errand.State.FAILED, at, reason=failure.reason)
        return
    with transaction.atomic():
        errand = _mine(errand_id, parcel)
        if errand is None:
            return
        outcome = Try.Outcome.UNKNOWN if failure.uncertain else Try.Outcome.FAILED
        _ended(errand, outcome, at, failure.reason)
        withdrawn = errand.settled_at is not None
        errand.state = Errand.State.WITHDRAWN if withdrawn else Errand.State.OWED
        errand.reason = failure.reason
        errand.due_at = next_try(attempts=parcel.attempt, at=at, retry_after=failure.retry_after)
        errand.save(update_fields=["state", "reason", "due_at"])
        if parcel.attempt > 1 or withdrawn:
            notifications.notify(errand.subject)
            return
        journal.record(
            fact=ErrandFailing(errand.kind, errand.key, failure.reason),
            subject=errand.subject,
            text=f"{errand.payload.get('what', errand.kind)} did not arrive: {failure.reason}. "
            "It is tried again",
            at=at,
        )


def _mine(errand_id: int, parcel: Delivery) -> Errand | None:
    """Give the errand, locked, if this try is still the latest one."""
    mine = Errand.objects.filter(pk=errand_id, state=Errand.State.TRYING, attempts=parcel.attempt)
    return mine.select_for_update().first()


def _ended(errand: Errand, outcome: Try.Outcome, at: datetime, reason: str = "") -> None:
    errand.tries.filter(number=errand.attempts).update(outcome=outcome, ended=at, reason=reason)


def _settle(
    errand_id: int,
    parcel: Delivery,
    state: Errand.State,
    at: datetime,
    *,
    reference: str = "",
    reason: str = "",
) -> None:
    """Close the errand if this try is still the latest one."""
    with transaction.atomic():
        errand = _mine(errand_id, parcel)
        if errand is None:
            return
        delivered = state == Errand.State.DONE
        _ended(errand, Try.Outcome.SENT if delivered else Try.Outcome.FAILED, at, reason)
        errand.state, errand.reference, errand.reason = state, reference, reason
        errand.settled_at = at
        errand.save(update_fields=["state", "reference", "reason", "settled_at"])
        outcome = "was delivered" if delivered else f"can't be delivered: {reason}"
        journal.record(
            fact=ErrandSettled(errand.kind, errand.key, delivered, reason),
            subject=errand.subject,
            text=f"{errand.payload.get('what', errand.kind)} {outcome}",
            at=at,
        )


def sweep(*, at: datetime, grace: timedelta = timedelta(seconds=2)) -> int:
    """Queue again what is due although its job is gone or was put off; give how many."""
    due = Errand.objects.filter(
        due_at__lte=at - grace, state__in=[Errand.State.OWED, Errand.State.TRYING]
    ).order_by("due_at")
    return sum(
        journal.queue_again("errands.deliver", lock=f"errand:{number}", errand_id=number)
        for number in due.values_list("pk", flat=True)[:500]
    )
