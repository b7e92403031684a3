"""Hearing a chat outside: what it tells is kept at once, and done after, in order by place."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from dutydesk.chat.models import InboundEvent
from dutydesk.database import durable
from dutydesk.database.durable import WorkKind
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
        HEARING.owe(received.pk)
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


class Hearing(WorkKind[InboundEvent]):
    """Doing what was told, in order by place; what fails too often is put aside for the rest."""

    name, noun = "chat.hear", "event"
    columns = ("problem", "payload")
    source, tries = "place", PATIENCE

    def outside(self, row: InboundEvent, now: Callable[[], datetime]) -> EventHandler:
        """Find out what must be known first; after some tries what is known has to do."""
        ear = _ears.get(row.kind)
        if ear is None:
            raise Undelivered(f"nothing here understands “{row.kind}”")
        try:
            ear.prepare(row.payload, at=now())
        except Undelivered as failure:
            if not failure.permanent and row.attempts <= PATIENT:
                raise
        return ear

    def inside(self, row: InboundEvent, outcome: EventHandler, at: datetime) -> None:
        """Do what it says; a refusal undoes what it did, and is kept."""
        row.problem = ""
        try:
            with transaction.atomic():
                outcome.take(row.payload, at=at)
        except Refused as refusal:
            row.problem = str(refusal)
        row.payload = {}

    def failed(self, row: InboundEvent, failure: Undelivered, at: datetime) -> None:
        """Keep why."""
        row.problem = failure.reason

    def given_up(self, row: InboundEvent, failure: Undelivered, at: datetime) -> None:
        """Keep why, with what was told: health says so for a day."""
        row.problem = failure.reason
        logger.error("what a chat outside told (%s) is put aside: %s", row.pk, failure.reason)


HEARING = durable.register(Hearing(InboundEvent))


def hear(*, received_id: int, now: Callable[[], datetime]) -> None:
    """Do what is owed at the place of this one, first things first, as far as it goes."""
    HEARING.run(received_id, now)


def trouble(*, at: datetime) -> str:
    """Say what is put aside since yesterday; empty if nothing is."""
    since = at - timedelta(days=1)
    settled = InboundEvent.objects.filter(due_at=None, attempts__gte=PATIENCE, at__gt=since)
    aside = settled.exclude(payload={})  # What was done after all is forgotten.
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
