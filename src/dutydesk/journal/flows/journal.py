"""Recording what happened, and running once what follows from it."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, ClassVar

from django.db import connection, transaction
from django.db.models import QuerySet

from dutydesk.database import notifications, rows, works
from dutydesk.database.durable import WorkKind
from dutydesk.journal.models import JournalEntry, Reaction
from dutydesk.kernel.events import Event
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.retries import patient
from dutydesk.kernel.room import Reactor
from dutydesk.ports.delivery import Undelivered
from dutydesk.process.flows import process

logger = logging.getLogger(__name__)

_reactors: dict[str, dict[str, Reactor]] = {}


@dataclass(frozen=True)
class NameUnanswered(Event):
    """What a row owed was given up: this program doesn't know its name, or it failed too often."""

    kind: ClassVar[str] = "journal.unanswered"
    what: str
    name: str


@dataclass(frozen=True)
class Retold(Event):
    """The record tells otherwise by now what it quotes of a person, who changed or took back words.

    `entries`: the numbers of those in the journal; none where it is something else. `gone`: the
    words are gone; else they were changed.
    """

    kind: ClassVar[str] = "journal.retold"
    entries: tuple[int, ...]
    gone: bool


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
    entry = JournalEntry(**_columns(Happening(event, subject, text, actor, clause), at))
    rows.insert_new(entry)
    _owe([(entry, name) for name in _reacting(event)], at)
    notifications.notify(subject)
    return entry


def _owe(following: Sequence[tuple[JournalEntry, str]], at: datetime) -> None:
    """Owe reactions to entries that are in the journal; no statement if there is none."""
    owed = [Reaction(entry=entry, name=name, due_at=at) for entry, name in following]
    REACTIONS.owe_all(rows.insert_new_all(owed))


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
    told = [_columns(one, at) for one in happenings]
    reacting = [_reacting(one.event) for one in happenings]
    if not any(reacting):
        rows.insert_values(JournalEntry, told)
        return
    entries = [JournalEntry(**each) for each in told]
    rows.insert_keyed(entries)
    following = zip(entries, reacting, strict=True)
    _owe([(entry, name) for entry, names in following for name in names], at)


def _columns(one: Happening, at: datetime) -> dict[str, Any]:
    return {
        "at": at,
        "kind": one.event.kind,
        "subject": one.subject,
        "actor": one.actor,
        "text": one.text,
        "clause": one.clause,
        "data": one.event.as_json(),
    }


def give_up(*, what: str, name: str, subject: str, at: datetime, tried: bool = False) -> None:
    """Write down, once, that what a row owes is given up: its owner lets it be.

    Nobody answers to the name that it keeps; or, if it was `tried`, that failed too often.
    """
    text = f"Nothing in this program answers to {what} called “{name}”, so it is given up"
    if tried:
        text = f"What follows failed too often and is given up: {what} called “{name}”"
    logger.error("%s (%s)", text, subject)
    record(event=NameUnanswered(what, name), subject=subject, text=text, at=at)


def unanswered(*, at: datetime) -> list[JournalEntry]:
    """Give what was given up since yesterday because nobody answers to its name, first first."""
    since = at - timedelta(days=1)
    return list(JournalEntry.objects.filter(kind=NameUnanswered.kind, at__gt=since)[:100])


class Reactions(WorkKind[Reaction]):
    """Running what follows from an entry: what a reactor does, and that it did, is one."""

    name, noun = "journal.react", "reaction"
    columns, related = ("problem",), ("entry",)
    tries = 150  # About a day: until then a mended program may run it.
    since = "entry__at"

    def outside(self, row: Reaction, now: Callable[[], datetime]) -> Reactor:
        """Find who answers to its name; a program that is just begun may know it."""
        reactor = _reactors.get(row.entry.kind, {}).get(row.name)
        if reactor is None:
            waits = patient(since=row.entry.at, at=now())
            raise Undelivered("Nothing in this program has that name.", permanent=not waits)
        return reactor

    def inside(self, row: Reaction, outcome: Reactor, at: datetime) -> None:
        """Run the reactor; a refusal undoes what it did, and is kept."""
        row.problem = ""
        try:
            with process.held(), transaction.atomic():
                outcome.run(event=outcome.event.from_json(row.entry.data), at=at)
        except Refused as refusal:
            row.problem = str(refusal)

    def failed(self, row: Reaction, failure: Undelivered, at: datetime) -> None:
        """Keep why."""
        row.problem = failure.reason

    def given_up(self, row: Reaction, failure: Undelivered, at: datetime) -> None:
        """Keep why, and say so in the journal."""
        row.problem = failure.reason
        subject, tried = row.entry.subject, not failure.permanent
        give_up(what="a reaction", name=row.name, subject=subject, at=at, tried=tried)


REACTIONS = works.register(Reactions(Reaction))


def carry_out(*, reaction_id: int, at: datetime) -> None:
    """Run one reaction that is due, once. One that somebody else runs, or that is done, is left."""
    REACTIONS.run(reaction_id, lambda: at)


@dataclass(frozen=True, slots=True)
class ChangedWords:
    """That somebody changed words, or took them back: whose, when, and how a text is told since."""

    by: str
    at: datetime
    gone: bool
    text: Callable[[str], str]


def retell(*, subjects: Iterable[str], changed: ChangedWords) -> None:
    """Let entries about these subjects tell otherwise what they quote of a person's words.

    It is all that the database lets be changed in an entry, and only so: what happened, when and
    by whom stands as it was written down. A further entry says that it was done, without the words.
    Belongs inside the transaction that takes words back.
    """
    told = [
        (subject, pk, new)
        for subject, pk, old in timeline(subjects)
        .select_for_update()
        .order_by("subject", "pk")
        .values_list("subject", "pk", "text")
        if (new := changed.text(old)) != old
    ]
    if not told:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT journal_retell(%s::bigint[], %s::text[])",
            [[pk for _, pk, _ in told], [new for _, _, new in told]],
        )
    for subject, entries in groupby(told, key=itemgetter(0)):
        _record_retold(subject, tuple(pk for _, pk, _ in entries), changed)


def _record_retold(subject: str, entries: tuple[int, ...], changed: ChangedWords) -> None:
    quoted = "1 entry here quoted" if len(entries) == 1 else f"{len(entries)} entries here quoted"
    did = "took back words that" if changed.gone else "changed words that"
    record(
        event=Retold(entries, changed.gone),
        subject=subject,
        text=f"{changed.by} {did} {quoted}",
        at=changed.at,
        actor=changed.by,
    )


def timeline(subjects: Iterable[str]) -> QuerySet[JournalEntry]:
    """Give what happened to any of `subjects`, first things first."""
    return JournalEntry.objects.filter(subject__in=list(subjects))
