"""Recording what happened, and running once what follows from it."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from procrastinate.contrib.django import app as jobs
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from dutydesk.database import notifications, rows
from dutydesk.journal.models import JournalEntry, Reaction
from dutydesk.journal.rules import retry_at
from dutydesk.kernel.events import Event
from dutydesk.kernel.refusals import Refused

logger = logging.getLogger(__name__)

Reactor = Callable[..., None]
Concerns = Callable[[Any], bool]
_reactors: dict[str, dict[str, Reactor]] = {}
_concerns: dict[str, Concerns] = {}
_facts: dict[str, type[Event]] = {}


def subscribe(event: type[Event], reactor: Reactor, concerns: Concerns | None = None) -> None:
    """Run `reactor(fact=…, at=…)` once for every such fact from now on. Called by wiring.

    Nothing is owed for a fact that `concerns` says no to.
    """
    name = f"{reactor.__module__.removeprefix('dutydesk.')}.{reactor.__name__}"
    if concerns is not None:
        _concerns[name] = concerns
    _facts[event.kind] = event
    _reactors.setdefault(event.kind, {})[name] = reactor


def record(
    *,
    event: Event,
    subject: str,
    text: str,
    at: datetime,
    actor: str = "the desk",
    clause: str = "",
) -> JournalEntry:
    """Append to the journal, owe the reactions to it, and stir the screens that show it.

    Belongs inside the transaction of the flow that makes the change.
    """
    entry = JournalEntry.objects.create(
        at=at,
        kind=event.kind,
        subject=subject,
        actor=actor,
        text=text,
        clause=clause,
        data=event.as_json(),
    )
    for name in _reacting(event):
        reaction = Reaction.objects.create(entry=entry, name=name, due_at=at)
        queue("journal.react", reaction_id=reaction.pk)
    notifications.notify(subject)
    return entry


def _reacting(event: Event) -> list[str]:
    """Give the names of the reactors that a fact concerns."""
    names = _reactors.get(event.kind, {})
    return [name for name in names if name not in _concerns or _concerns[name](event)]


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing to record with others, as `record` takes it."""

    event: Event
    subject: str
    text: str
    actor: str = "the desk"
    clause: str = ""


def record_all(happenings: Sequence[Happening], *, at: datetime) -> None:
    """Record many things in few statements; for what nobody reacts to, in no round trip of its own.

    Belongs inside the transaction of the flow; screens are stirred by the caller.
    """
    quiet: list[Happening] = []
    for one in happenings:
        if _reacting(one.event):
            record(**{each.name: getattr(one, each.name) for each in fields(one)}, at=at)
        else:
            quiet.append(one)
    rows.insert([_entry(one, at) for one in quiet])


def entries(happenings: Sequence[Happening], *, at: datetime) -> list[JournalEntry] | None:
    """Give the entries for a flow that stores them itself; None if somebody reacts to one."""
    if any(_reacting(one.event) for one in happenings):
        return None
    return [_entry(one, at) for one in happenings]


def _entry(one: Happening, at: datetime) -> JournalEntry:
    return JournalEntry(
        at=at,
        kind=one.event.kind,
        subject=one.subject,
        actor=one.actor,
        text=one.text,
        clause=one.clause,
        data=one.event.as_json(),
    )


def carry_out(*, reaction_id: int, at: datetime) -> None:
    """Run one reaction that is owed, in one transaction with marking it done.

    A reaction that somebody else is running, or that is done, is left alone. One that fails is
    owed again, later.
    """
    settled = False
    try:
        with transaction.atomic():
            reaction = _claim(reaction_id)
            if reaction is not None:
                _run(reaction, at)
        settled = True
    finally:
        if not settled:
            _put_off(reaction_id, at)


def _run(reaction: Reaction, at: datetime) -> None:
    """Run the reactor and mark the reaction done; a refusal undoes what it did, and is kept."""
    entry = reaction.entry
    try:
        with transaction.atomic():
            reactor = _reactors[entry.kind][reaction.name]
            reactor(event=_facts[entry.kind].from_json(entry.data), at=at)
    except Refused as refusal:
        reaction.problem = str(refusal)
    reaction.due_at = None
    reaction.save(update_fields=["due_at", "problem"])


def _claim(reaction_id: int) -> Reaction | None:
    owed = Reaction.objects.filter(pk=reaction_id, due_at__isnull=False)
    return owed.select_related("entry").select_for_update(skip_locked=True, of=("self",)).first()


def _put_off(reaction_id: int, at: datetime) -> None:
    """Owe a failed reaction again, so that a passing fault costs a delay and nothing else."""
    try:
        with transaction.atomic():
            reaction = _claim(reaction_id)
            if reaction is not None:
                reaction.attempts += 1
                reaction.due_at = retry_at(attempts=reaction.attempts, at=at)
                reaction.save(update_fields=["attempts", "due_at"])
    except DatabaseError:
        logger.warning("reaction %s failed and stays owed", reaction_id)


def sweep(*, at: datetime, grace: timedelta = timedelta(seconds=3)) -> int:
    """Queue again what is owed although its job is gone; give how many. Safe at any time."""
    owed = Reaction.objects.filter(due_at__lte=at - grace).order_by("due_at")
    return sum(
        queue_again("journal.react", lock=f"reaction:{number}", reaction_id=number)
        for number in owed.values_list("pk", flat=True)[:500]
    )


def queue(task: str, *, lock: str | None = None, **given: int) -> None:
    """Queue a job in this transaction; one alone may wait under a `lock`.

    The queue hides the database's errors behind one of its own; here they come out as what they
    are, DatabaseError, so that whoever is ready for a database that is away is ready for this.
    """
    try:
        jobs.configure_task(task, queueing_lock=lock).defer(**given)
    except ConnectorException as error:
        with connection.wrap_database_errors:
            raise error.__cause__ or error from None


def queue_again(task: str, *, lock: str, **given: int) -> bool:
    """Queue a job whose row is owed, unless one waits under this lock; give whether it did."""
    try:
        with transaction.atomic():
            queue(task, lock=lock, **given)
    except AlreadyEnqueued:
        return False
    return True


def timeline(subjects: Iterable[str]) -> QuerySet[JournalEntry]:
    """Give what happened to any of `subjects`, first things first."""
    return JournalEntry.objects.filter(subject__in=list(subjects))
