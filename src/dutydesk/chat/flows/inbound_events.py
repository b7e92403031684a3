"""Hearing a chat outside: what it tells is kept at once, and done after, in order by place."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, transaction

from dutydesk.chat.models import InboundEvent
from dutydesk.journal.flows import journal
from dutydesk.journal.rules import retry_at
from dutydesk.kernel.refusals import Refused
from dutydesk.ports.delivery import Undelivered
from dutydesk.ports.outside import EventHandler

logger = logging.getLogger(__name__)

# After so many tries it is done with what is known, or put aside: others wait behind it.
PATIENT, PATIENCE = 3, 6
KEPT = timedelta(days=3)
_ears: dict[str, EventHandler] = {}


def listen_with(kind: str, ear: EventHandler) -> None:
    """Let `ear` understand what is of this kind from now on. Called by wiring."""
    _ears[kind] = ear


@transaction.atomic
def receive(
    *, key: str, kind: str, place: str, payload: Mapping[str, Any], at: datetime
) -> InboundEvent:
    """Keep what was told, to be done soon; what was told before under that key changes nothing.

    What is told of one `place` is done in the order in which it is kept.
    """
    received, new = InboundEvent.objects.get_or_create(
        key=key,
        defaults={"kind": kind, "place": place, "payload": payload, "at": at, "due_at": at},
    )
    if new:
        journal.queue("chat.hear", received_id=received.pk)
    return received


@transaction.atomic
def answer_once(
    *, key: str, kind: str, at: datetime, do: Callable[[], dict[str, Any] | None]
) -> dict[str, Any] | None:
    """Give what `do` answers, and keep it: the same key again gets that answer, and does nothing.

    What `do` does is part of this transaction. `Refused` passes through, and nothing is kept.
    """
    received, new = InboundEvent.objects.get_or_create(
        key=key, defaults={"kind": kind, "place": "", "payload": {}, "at": at}
    )
    if new:
        received.answer = do()
        received.save(update_fields=["answer"])
    return received.answer


def hear(*, received_id: int, now: Callable[[], datetime]) -> None:
    """Do what is owed at the place of this one, first things first, as far as it goes."""
    place = InboundEvent.objects.filter(pk=received_id, due_at__isnull=False)
    for name in place.values_list("place", flat=True):
        while _hear_next(name, now):
            continue


def _hear_next(place: str, now: Callable[[], datetime]) -> bool:
    """Do the first thing that is owed there; give whether there may be another to do now."""
    first = InboundEvent.objects.filter(place=place, due_at__isnull=False).order_by("id").first()
    if first is None or (first.due_at and first.due_at > now()):
        return False
    ear = _ears.get(first.kind)
    if ear is None:
        _put_off(first.pk, now(), f"nothing here understands “{first.kind}”")
        return False
    try:
        ear.prepare(first.payload, at=now())
    except Undelivered as failure:
        if not failure.permanent and first.attempts < PATIENT:
            _put_off(first.pk, now(), failure.reason)
            return False
    because = "A fault of the desk's own"
    try:
        _take(first.pk, now())
        because = ""
    except Undelivered as failure:
        because = failure.reason
    finally:
        if because:
            _put_off(first.pk, now(), because)
    return True


@transaction.atomic
def _take(number: int, at: datetime) -> None:
    """Do it, unless somebody else just did; a refusal undoes what it did, and is kept."""
    owed = InboundEvent.objects.filter(pk=number, due_at__isnull=False)
    received = owed.select_for_update().first()
    if received is None:
        return
    try:
        with transaction.atomic():
            _ears[received.kind].take(received.payload, at=at)
    except Refused as refusal:
        received.problem = str(refusal)
    received.due_at, received.payload = None, {}
    received.save(update_fields=["due_at", "payload", "problem"])


def _put_off(number: int, at: datetime, because: str) -> None:
    """Owe it again later; what fails too often is put aside, so that others get their turn."""
    try:
        with transaction.atomic():
            owed = InboundEvent.objects.filter(pk=number, due_at__isnull=False)
            received = owed.select_for_update().first()
            if received is None:
                return
            received.attempts += 1
            received.problem = because
            aside = received.attempts >= PATIENCE
            received.due_at = None if aside else retry_at(attempts=received.attempts, at=at)
            received.save(update_fields=["attempts", "problem", "due_at"])
    except DatabaseError:
        logger.warning("what a chat outside told (%s) failed and stays owed", number)
        return
    if aside:
        logger.error("what a chat outside told (%s) is put aside: %s", number, because)


def trouble(*, at: datetime) -> str:
    """Say what is put aside since yesterday; empty if nothing is."""
    since = at - timedelta(days=1)
    aside = InboundEvent.objects.filter(due_at=None, attempts__gte=PATIENCE, at__gt=since)
    count = aside.count()
    if not count:
        return ""
    last = aside.latest("id").problem
    return f"{count} of the things that it told since yesterday can't be done; the last: {last}."


def listening() -> bool:
    """Say whether any chat outside is heard here."""
    return bool(_ears)


def forget(*, at: datetime) -> None:
    """Forget what is long done: nobody tells it again."""
    InboundEvent.objects.filter(at__lt=at - KEPT, due_at=None).delete()


def sweep(*, at: datetime, grace: timedelta = timedelta(seconds=3)) -> int:
    """Queue again what is owed although its job is gone; give how many. Safe at any time."""
    owed = InboundEvent.objects.filter(due_at__lte=at - grace).order_by("place", "id")
    return sum(
        journal.queue_again("chat.hear", lock=f"hear:{number}", received_id=number)
        for number in owed.distinct("place").values_list("pk", flat=True)[:500]
    )
