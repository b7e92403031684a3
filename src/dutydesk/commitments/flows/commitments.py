"""Promising, keeping, withdrawing, and looking after what is promised."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import transaction
from django.db.models import QuerySet

from dutydesk.commitments.models import Commitment
from dutydesk.commitments.rules import Promise, Step, look, outcome
from dutydesk.database import notifications, rows
from dutydesk.journal.flows import journal
from dutydesk.journal.flows.journal import Happening
from dutydesk.kernel.events import Event
from dutydesk.kernel.kinds import PromiseKind
from dutydesk.kernel.retries import patient
from dutydesk.kernel.room import Flow, PromiseHandler, Reactor


@dataclass(frozen=True)
class CommitmentEvent(Event):
    """What the timekeeper tells about one commitment. `promised`: of which kind it is."""

    kind: ClassVar[str]
    commitment: int
    promised: str
    subject: str

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Give back what was stored, also under the name that the kind had before."""
        return super().from_json({"promised" if key == "sort" else key: data[key] for key in data})


class CommitmentWarned(CommitmentEvent):
    """It is due soon."""

    kind: ClassVar[str] = "commitment.warned"


class CommitmentDue(CommitmentEvent):
    """Its time has come and it is not kept."""

    kind: ClassVar[str] = "commitment.due"


class CommitmentChased(CommitmentEvent):
    """Its time is past, it is still not kept, and its owner is reminded."""

    kind: ClassVar[str] = "commitment.chased"


SOON = timedelta(seconds=5)
WAKE = "commitments"
"""What must be looked at within SOON wakes every timekeeper by this name."""
_FACTS: dict[Step, type[CommitmentEvent]] = {
    "warn": CommitmentWarned,
    "due": CommitmentDue,
    "chase": CommitmentChased,
}
REMINDERS = tuple(event.kind for event in _FACTS.values())
"""The kinds of what the journal tells of promises' times."""
_handlers: dict[str, PromiseHandler] = {}
_AGAIN = timedelta(minutes=1)
_OPEN = """
SELECT {row} FROM commitments_commitment AS row
WHERE kind = %s AND subject = %s AND state = 'open' FOR UPDATE
"""
_GIVE_WAY = """
UPDATE commitments_commitment SET state = 'withdrawn', settled_at = %s, next_at = NULL
WHERE kind = %s AND subject = ANY(%s) AND state = 'open'
"""
_READY = """
SELECT {row} FROM commitments_commitment AS row WHERE state = 'open' AND next_at <= %s
ORDER BY next_at, id LIMIT %s FOR UPDATE SKIP LOCKED
"""
_STILL = "SELECT {row} FROM commitments_commitment AS row WHERE id = %s AND state = 'open'"
_NEXT = "SELECT min(next_at) FROM commitments_commitment WHERE state = 'open'"
_TEXTS: dict[Step, str] = {"warn": "Due soon: {}", "due": "Due now: {}", "chase": "Overdue: {}"}


def handle(handler: PromiseHandler) -> None:
    """Let this handler be told of the times of promises of its kind. Called by wiring."""
    _handlers[handler.kind] = handler
    steps = {"warn": handler.warned, "due": handler.due, "chase": handler.chased}
    for step, event in _FACTS.items():
        run = steps[step]
        if run is not None:
            journal.subscribe(_reactor(handler.kind, step, event, run))


def _reactor(kind: PromiseKind, step: Step, event: type[CommitmentEvent], run: Flow) -> Reactor:
    def concerns(told: CommitmentEvent) -> bool:
        return told.promised == kind

    return Reactor(f"{kind}.{step}", event, run, concerns)


def kind_of(owed: Commitment) -> PromiseKind:
    """Give the kind of a promise, with all that is known of it beforehand."""
    handler = _handlers.get(owed.kind)
    return handler.kind if handler is not None else PromiseKind(owed.kind)


def promise(
    *, kind: PromiseKind, subject: str, owner: str, text: str, times: Promise, at: datetime
) -> Commitment:
    """Promise something; an open promise of that kind about the subject gives way to this one.

    Belongs inside the transaction of the flow that promises.
    """
    return promise_all(kind=kind, promises=[Promised(subject, owner, text, times)], at=at)[0]


@dataclass(frozen=True, slots=True)
class Promised:
    """One thing to promise with others, as `promise` takes it."""

    subject: str
    owner: str
    text: str
    times: Promise


def promise_all(
    *, kind: PromiseKind, promises: Sequence[Promised], at: datetime
) -> list[Commitment]:
    """Promise many things of one kind as `promise` does, in few statements; a subject has one."""
    about = [one.subject for one in promises]
    rows.run(_GIVE_WAY, [at, kind, about])
    made = [
        Commitment(
            kind=kind,
            subject=one.subject,
            owner=one.owner,
            text=one.text,
            clause=kind.clause,
            made_at=at,
            warn_at=one.times.warn_at,
            due_at=one.times.due_at,
            chase_every=one.times.chase_every,
            next_at=one.times.first_look(at),
        )
        for one in promises
    ]
    if any(one.next_at and one.next_at <= at + SOON for one in made):
        notifications.wake(WAKE)
    notifications.notify(*about)
    rows.insert_keyed(made)
    return made


def keep(*, kind: PromiseKind, subject: str, at: datetime) -> Commitment | None:
    """Settle the open promise of that kind as kept or late; None if there is none."""
    commitment = _open(kind, subject)
    if commitment is not None:
        commitment.state = Commitment.State(outcome(due_at=commitment.due_at, kept_at=at))
        _settle(commitment, at)
    return commitment


def keep_told(event: CommitmentEvent, *, at: datetime) -> Commitment | None:
    """Settle the promise that a fact tells of, and no later one; None if it was settled since.

    Where what it is about has a lock, that is taken before: who promises has it too.
    """
    owed = Commitment.objects.filter(pk=event.commitment, state=Commitment.State.OPEN)
    commitment = owed.select_for_update().first()
    if commitment is not None:
        commitment.state = Commitment.State(outcome(due_at=commitment.due_at, kept_at=at))
        _settle(commitment, at)
    return commitment


def miss(*, kind: PromiseKind, subject: str, at: datetime) -> Commitment | None:
    """Settle the open promise as missed: it can no longer be kept."""
    return _give_up(kind, subject, Commitment.State.MISSED, at)


def withdraw(*, kind: PromiseKind, subject: str, at: datetime) -> Commitment | None:
    """Settle the open promise as withdrawn: it is no longer owed."""
    return _give_up(kind, subject, Commitment.State.WITHDRAWN, at)


def withdraw_all(*, kinds: Collection[PromiseKind], subject: str, at: datetime) -> None:
    """Settle the open promises of these kinds as withdrawn, in one statement."""
    open_ = Commitment.objects.filter(kind__in=kinds, subject=subject, state=Commitment.State.OPEN)
    if open_.update(state=Commitment.State.WITHDRAWN, settled_at=at, next_at=None):
        notifications.notify(subject)


def withdraw_each(*, kind: PromiseKind, subjects: Collection[str], at: datetime) -> None:
    """Settle the open promise of that kind about each subject as withdrawn, in one statement."""
    owed = Commitment.objects.filter(kind=kind, state=Commitment.State.OPEN, subject__in=subjects)
    if owed.update(state=Commitment.State.WITHDRAWN, settled_at=at, next_at=None):
        notifications.notify(*subjects)


def keep_all(*, kind: PromiseKind, subjects: Collection[str], at: datetime) -> None:
    """Settle the open promise of that kind about each subject as `keep` does, in two statements."""
    owed = Commitment.objects.filter(kind=kind, state=Commitment.State.OPEN, subject__in=subjects)
    found = list(owed.select_for_update().order_by("pk"))
    for one in found:
        one.state = Commitment.State(outcome(due_at=one.due_at, kept_at=at))
        one.settled_at, one.next_at = at, None
    Commitment.objects.bulk_update(found, ["state", "settled_at", "next_at"])
    if found:
        notifications.notify(*subjects)


def postpone(*, kind: PromiseKind, subject: str, due_at: datetime) -> bool:
    """Let the open promise of that kind be due then instead: one small statement, nothing told.

    Gives whether there is one.
    """
    owed = Commitment.objects.filter(kind=kind, subject=subject, state=Commitment.State.OPEN)
    return bool(owed.update(due_at=due_at, next_at=due_at))


def postpone_all(*, kind: PromiseKind, due: Mapping[str, datetime]) -> None:
    """Do as `postpone` does for many, each by its subject: two statements."""
    owed = Commitment.objects.filter(kind=kind, state=Commitment.State.OPEN, subject__in=due)
    found = list(owed.select_for_update().order_by("pk"))
    for one in found:
        one.due_at = one.next_at = due[one.subject]
    Commitment.objects.bulk_update(found, ["due_at", "next_at"])


def pass_on(*, kind: PromiseKind, subject: str, owner: str) -> None:
    """Let somebody else owe the open promise of that kind, by the same time as before."""
    owed = Commitment.objects.filter(kind=kind, subject=subject, state=Commitment.State.OPEN)
    if owed.exclude(owner=owner).update(owner=owner):
        notifications.notify(subject)


def remind_at(*, kind: PromiseKind, subject: str, remind_at: datetime) -> None:
    """Let the owner of the open promise of that kind be reminded then, before it is due."""
    owed = Commitment.objects.filter(kind=kind, subject=subject, state=Commitment.State.OPEN)
    owed.filter(due_at__gt=remind_at).update(warn_at=remind_at, next_at=remind_at)


def owe_again(*, kind: PromiseKind, subject: str, at: datetime) -> None:
    """Let the promise of that kind that was kept last be owed again, by the same time as before."""
    kept = Commitment.objects.filter(kind=kind, subject=subject, state__in=["kept", "late"])
    last = kept.select_for_update().order_by("-id").first()
    if last is not None:
        last.state, last.settled_at = Commitment.State.OPEN, None
        last.next_at = last.promise.first_look(at)
        last.save(update_fields=["state", "settled_at", "next_at"])
        notifications.notify(subject)


def _give_up(
    kind: PromiseKind, subject: str, state: Commitment.State, at: datetime
) -> Commitment | None:
    commitment = _open(kind, subject)
    if commitment is not None:
        commitment.state = state
        _settle(commitment, at)
    return commitment


def _open(kind: PromiseKind, subject: str) -> Commitment | None:
    return rows.first(_OPEN, Commitment, [kind, subject])


def _settle(commitment: Commitment, at: datetime) -> None:
    commitment.settled_at, commitment.next_at = at, None
    rows.save(commitment, ("state", "settled_at", "next_at"))
    notifications.notify(commitment.subject)


def tick(*, at: datetime, batch: int = 50) -> int:
    """Look after up to `batch` commitments that need it at `at`; give how many there were.

    Workers may do this at the same time: each takes what no other has taken.
    """
    with transaction.atomic():
        mine = rows.every(_READY, Commitment, [at, batch])
        told = [event for one in mine if (event := _look_after(one, at)) is not None]
        journal.record_all(told, at=at)
        rows.update(mine, ["next_at"])
        notifications.notify(*(event.subject for event in told))
    return len(mine)


def _look_after(commitment: Commitment, at: datetime) -> Happening | None:
    """Set when to look next, and give what is to be told now."""
    looked_for = commitment.next_at or at
    if commitment.kind not in _handlers:
        _wait_for_handler(commitment, at)
        return None
    step, commitment.next_at = look(commitment.promise, looked_for=looked_for, at=at)
    return Happening(
        event=_FACTS[step](commitment.pk, commitment.kind, commitment.subject),
        subject=commitment.subject,
        text=_TEXTS[step].format(commitment.text),
        clause=commitment.clause,
    )


def _wait_for_handler(commitment: Commitment, at: datetime) -> None:
    """Wait a while for a program that knows the kind; then withdraw what nobody can look after."""
    commitment.next_at = at + _AGAIN
    if not patient(since=commitment.promise.first_look(commitment.made_at), at=at):
        commitment.state, about = Commitment.State.WITHDRAWN, commitment.subject
        _settle(commitment, at)
        journal.give_up(what="a promise", name=commitment.kind, subject=about, at=at)


def still_owed(event: CommitmentEvent) -> Commitment | None:
    """Give the commitment that a fact tells of, or None if it was settled since."""
    return rows.first(_STILL, Commitment, [event.commitment])


def next_look() -> datetime | None:
    """Give when the timekeeper is next needed; None if nothing is promised."""
    found: list[tuple[datetime | None]] = rows.run(_NEXT).fetchall()
    return found[0][0]


def owed(subjects: Iterable[str] | None = None) -> QuerySet[Commitment]:
    """Give what people owe next, first things first; of these subjects only, if given.

    What only a machine owes, a heartbeat's next ping, has no owner and is left out.
    """
    rows = Commitment.objects.filter(state=Commitment.State.OPEN).exclude(owner="")
    rows = rows.order_by("due_at", "id")
    return rows if subjects is None else rows.filter(subject__in=list(subjects))


def history(subjects: Iterable[str]) -> QuerySet[Commitment]:
    """Give everything that was ever promised about these subjects, in order of due time."""
    return Commitment.objects.filter(subject__in=list(subjects)).order_by("due_at", "id")
