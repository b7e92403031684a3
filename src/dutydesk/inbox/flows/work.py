"""Working out what is kept, each in its turn, as much together as there is."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import DateTimeField, Min, Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Greatest

from dutydesk.database import notifications, works
from dutydesk.database.batch import BatchKind
from dutydesk.database.durable import Now
from dutydesk.database.trouble import least_tries
from dutydesk.database.turns import SharedTurns
from dutydesk.inbox.models import Arrival
from dutydesk.journal.flows import journal
from dutydesk.kernel.arrivals import (
    AGAIN,
    LEFT,
    ArrivalHandler,
    ArrivalPlace,
    Arrived,
    WorkedOut,
    by_source,
)
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.retries import patient
from dutydesk.ports.delivery import Undelivered
from dutydesk.process.flows.process import NoProcess

logger = logging.getLogger(__name__)

UNTOLD = " (and nobody could be told)"
"""How the problem ends of what is put aside without a word to anybody: the desk isn't well then."""
PATIENT = 3
"""After so many tries it is worked out with what is known, whatever could not be found out."""
WATCHED = 8
"""Screens hear of each arrival, unless more than so many are worked out at once."""
_handlers: dict[str, ArrivalHandler] = {}


def handle_with(handler: ArrivalHandler) -> None:
    """Let `handler` work out what comes in through its doors from now on. Called by assembly."""
    for door in handler.doors:
        _handlers[door] = handler


def handled() -> frozenset[str]:
    """Give the doors whose arrivals are worked out here."""
    return frozenset(_handlers)


def place_of(one: Arrived) -> ArrivalPlace:
    """Give where an arrival stands among those that wait."""
    if one.place is not None:
        return one.place
    handler = _handlers.get(one.door)
    return handler.place(one) if handler else by_source(one)


def arrived(row: Arrival) -> Arrived:
    """Give an arrival as its handler sees it."""
    return Arrived(
        door=row.door,
        source=row.source,
        body=bytes(row.body),
        at=row.at,
        key=row.key or "",
        sender=row.sender,
        headers=row.headers,
        note=row.note,
        number=row.pk,
        told_as=tuple(row.became),
    )


class Arrivals(BatchKind[Arrival]):
    """Working out arrivals; what fails too often is put aside for the rest of its source.

    What must be prepared over the network takes `turns`: however long that hangs, other jobs, which
    call people, have threads.
    """

    turns: ClassVar[SharedTurns] = SharedTurns(2)
    name, noun = "inbox.work", "arrival"
    columns = ("outcome", "problem", "became", "body")
    noted = ("outcome", "problem", "became")
    source: ClassVar[str] = "turn"
    crowd: ClassVar[str] = "crowd"
    chooser: ClassVar[str] = "door"
    weight: ClassVar[str] = "octet_length(body)"
    heaviest: ClassVar[int] = 500_000
    # Nothing is kept for later: what seems to be was kept before a clock was set back, or by one
    # that is wrong.
    ahead: ClassVar[timedelta] = timedelta(days=1)

    def chosen(self) -> Sequence[str]:
        """Give the doors whose arrivals are worked out many at a time."""
        return [door for door, handler in _handlers.items() if handler.together]

    def run(self, number: int, now: Now) -> None:
        """Do what is due at its source, as soon as there is a turn for it where it may hang."""
        door = Arrival.objects.filter(pk=number).values_list("door", flat=True).first()
        handler = _handlers.get(door or "")
        if handler is None or handler.prepare is None:
            super().run(number, now)
        else:
            run = super().run
            self.turns.take(number, lambda one: run(one, now))

    def _fresh(self, at: datetime) -> Q:
        return super()._fresh(at) | Q(pk__in=self.turns.waiting())

    def oldest(self) -> "QuerySet[Any, Any]":
        """Count from when it came, or was to be tried again."""
        again = Cast(KeyTextTransform(AGAIN, "headers"), DateTimeField())
        ready = self._ready().order_by().annotate(noun=Value(self.noun), late=Greatest("at", again))
        return ready.values("noun").annotate(oldest=Min("late")).values_list("noun", "oldest")

    def outside(self, row: Arrival, now: Now) -> ArrivalHandler:
        """Find out what must be known first; after some tries what is known has to do."""
        handler = _handlers.get(row.door)
        if handler is None:
            reason = f"nothing here understands what comes in by {row.door}"
            raise Undelivered(reason, permanent=not patient(since=row.at, at=now()))
        if handler.prepare is not None:
            try:
                handler.prepare(arrived(row), now())
            except Undelivered as failure:
                if not failure.permanent and row.attempts <= PATIENT:
                    raise
        return handler

    def inside(self, row: Arrival, outcome: ArrivalHandler, at: datetime) -> None:
        """Do what it says; a refusal undoes what it did, and is kept."""
        try:
            with transaction.atomic():
                (taken,) = outcome.take([arrived(row)], at)
        except NoProcess as trouble:  # Nothing is wrong with what was sent.
            raise Undelivered(str(trouble)) from trouble
        except Refused as refusal:
            taken = WorkedOut(problem=str(refusal))
        _note([row], outcome, [taken], at)
        notifications.notify(row.about)

    def all_inside(self, rows: Sequence[Arrival], at: datetime) -> None:
        """Do what they say, each handler what is next in turn."""
        for handler, together in groupby(rows, lambda row: _handlers[row.door]):
            mine = list(together)
            _note(mine, handler, handler.take([arrived(row) for row in mine], at), at)
        if len(rows) <= WATCHED:
            notifications.notify_all([row.about for row in rows])

    def failed(self, row: Arrival, failure: Undelivered, at: datetime) -> None:
        """Keep why."""
        row.problem = failure.reason

    def given_up(self, row: Arrival, failure: Undelivered, at: datetime) -> None:
        """Put it aside, and tell whoever can act."""
        _put_aside([row], _handlers.get(row.door), [failure.reason], at)
        notifications.notify(row.about)

    def is_spent(self, row: Arrival) -> bool:
        """Say whether it was tried as often as its handler wants; one is waited for (`outside`)."""
        handler = _handlers.get(row.door)
        return handler is not None and row.attempts >= handler.tries


def _note(
    rows: Sequence[Arrival], handler: ArrivalHandler, taken: Sequence[WorkedOut], at: datetime
) -> None:
    """Note what became of those that were taken; of one of which a part was taken before, too."""
    aside = []
    parts = [tuple(row.became) if LEFT in row.headers else () for row in rows]
    for row, one, before in zip(rows, taken, parts, strict=True):
        one = replace(one, became=(*before, *one.became)) if before else one
        if one.aside:
            aside.append((row, one))
            continue
        row.outcome, row.problem = Arrival.Outcome.DONE, one.problem
        row.became = list(dict.fromkeys(one.became))
        if not handler.keeps_body:
            row.body = b""
    if aside:
        _keep_left(aside)
        _put_aside([row for row, _ in aside], handler, [one.problem for _, one in aside], at)
    for row, one in aside:
        row.became = list(dict.fromkeys((*one.became, *row.became)))


def _keep_left(aside: Sequence[tuple[Arrival, WorkedOut]]) -> None:
    """Keep which part of these is left, where the rest was worked out."""
    partly = [(row, one.left) for row, one in aside if one.left]
    for row, left in partly:
        row.headers = {**row.headers, LEFT: left}
    Arrival.objects.bulk_update([row for row, _ in partly], ["headers"])


def _put_aside(
    rows: Sequence[Arrival], handler: ArrivalHandler | None, why: Sequence[str], at: datetime
) -> None:
    """Put these aside with a word to whoever can act; a fault of ours in it is only logged."""
    for row, reason in zip(rows, why, strict=True):
        row.outcome, row.problem = Arrival.Outcome.ASIDE, reason
    last = rows[-1]
    if handler is None:
        journal.give_up(what="an arrival by a door", name=last.door, subject=last.about, at=at)
        return
    logger.error(
        "%d that came in by %s are put aside; the last (%s): %s",
        *(len(rows), last.door, last.pk, last.problem),
    )
    if handler.put_aside is None:
        return
    try:
        with transaction.atomic():
            told = handler.put_aside([arrived(row) for row in rows], why, at)
    except Exception as fault:
        if least_tries(fault):
            raise  # It stays owed, until somebody can be told.
        logger.exception("that arrival %s is put aside can't be told", last.pk)
        for row in rows:
            row.problem += UNTOLD
        return
    for row, became in zip(rows, told, strict=True):
        row.became = list(became)


ARRIVALS = works.register(Arrivals(Arrival))
PREPARED_WAKE = f"SELECT pg_notify('{notifications.WORK}', '{ARRIVALS.name}')"
"""Does as `wake` does, for who keeps in a statement that wakes nobody."""


def owe_all(new: Sequence[Arrived]) -> None:
    """Let what was just kept be worked out once this transaction is committed."""
    chosen = set(ARRIVALS.chosen())
    alone = [one.number for one in new if one.door not in chosen]
    ARRIVALS.owe_all(alone)
    if len(alone) < len(new):
        wake()


def wake() -> None:
    """Wake whoever works out batches, once this transaction is committed."""
    notifications.wake(ARRIVALS.name)
