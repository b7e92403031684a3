"""Recording what happened, and running once what follows from it."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from procrastinate.contrib.django import app as jobs
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from dutydesk.database import notifications, rows
from dutydesk.journal.models import JournalEntry, Reaction
from dutydesk.journal.rules import patient, retry_at
from dutydesk.kernel.events import Event
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.room import Reactor
from dutydesk.process.flows import process

logger = logging.getLogger(__name__)

_reactors: dict[str, dict[str, Reactor]] = {}


@dataclass(frozen=True)
class NameUnanswered(Event):
    """Something waited in a row for a name that this program doesn't know, and was given up."""

    kind: ClassVar[str] = "journal.unanswered"
    what: str
    name: str


def subscribe(reactor: Reactor) -> None:
    """Run this reactor once for every such fact from now on. Called by wiring."""
    _reactors.setdefault(reactor.event.kind, {})[reactor.name] = reactor


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
    known = _reactors.get(event.kind, {})
    return [name for name, reactor in known.items() if reactor.reacts_to(event)]


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
        with process.held(), transaction.atomic():
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
    reactor = _reactors.get(entry.kind, {}).get(reaction.name)
    if reactor is None:
        _wait_for_reactor(reaction, at)
        return
    try:
        with transaction.atomic():
            reactor.run(event=reactor.event.from_json(entry.data), at=at)
    except Refused as refusal:
        reaction.problem = str(refusal)
    reaction.due_at = None
    reaction.save(update_fields=["due_at", "problem"])


def _wait_for_reactor(reaction: Reaction, at: datetime) -> None:
    """Wait a while for a program that knows the name, as one that is just begun; then give up."""
    reaction.attempts += 1
    reaction.due_at = retry_at(attempts=reaction.attempts, at=at)
    if not patient(since=reaction.entry.at, at=at):
        reaction.due_at, reaction.problem = None, "Nothing in this program has that name."
        subject = reaction.entry.subject
        give_up(what="a reaction", name=reaction.name, subject=subject, at=at)
    reaction.save(update_fields=["attempts", "due_at", "problem"])


def give_up(*, what: str, name: str, subject: str, at: datetime) -> None:
    """Write down, once, that nobody answers to a name that a row keeps: its owner lets it be."""
    text = f"Nothing in this program answers to {what} called “{name}”, so it is given up"
    logger.error("%s (%s)", text, subject)
    record(event=NameUnanswered(what, name), subject=subject, text=text, at=at)


def unanswered(*, at: datetime) -> list[JournalEntry]:
    """Give what was given up since yesterday because nobody answers to its name, first first."""
    since = at - timedelta(days=1)
    return list(JournalEntry.objects.filter(kind=NameUnanswered.kind, at__gt=since)[:100])


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
    owed = Reaction.objects.filter(due_at__lte=at - grace).order_by("due_at", "id")
    return sum(
        queue_again("journal.react", lock=f"reaction:{number}", reaction_id=number)
        for number in owed.values_list("pk", flat=True)[:500]
    )


def queue(task: str, *, lock: str | None = None, **given: int) -> None:
    """Queue a job in this transaction; one alone may wait under a `lock`.

    The queue hides the database's errors behind one of its own; here they come out as what they
    are, DatabaseError, so that whoever is ready for a database that is away is ready for this.
    """
    with _own_errors():
        jobs.configure_task(task, queueing_lock=lock).defer(**given)


def queue_all(task: str, given: Sequence[dict[str, Any]]) -> None:
    """Queue a job for each of these in this transaction, in one statement."""
    if given:
        with _own_errors():
            jobs.configure_task(task).batch_defer(*given)


@contextmanager
def _own_errors() -> Iterator[None]:
    """Let the queue's errors come out as what they are."""
    try:
        yield
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
