"""Working rotas out from now on, and telling everybody whose shifts to come changed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import transaction

from dutydesk.chat import flows as chat
from dutydesk.errands import flows as errands
from dutydesk.journal import flows as journal
from dutydesk.kernel.facts import Fact
from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import Engineer
from dutydesk.process import flows as process
from dutydesk.rota import words
from dutydesk.rota.flows import checking, inputs
from dutydesk.rota.models import Duty, Outlook, Shift
from dutydesk.rota.rules.rebuilding import Difference, Moved, difference, moved
from dutydesk.rota.rules.schedule import OnShift, compose

# How far ahead rotas are worked out: a year and a bit, so that plans for a year fit.
HORIZON = timedelta(weeks=57)
DUTIES = tuple(Duty.values)


@dataclass(frozen=True)
class RotaChanged(Fact):
    """A rota was edited: which duties, and how many people's shifts to come changed."""

    kind: ClassVar[str] = "rota.changed"
    duties: list[str]
    people: int


@dataclass(frozen=True)
class Outcome:
    """What an edit does: everybody's gains and losses by duty, and what to warn of."""

    moved: Mapping[str, Mapping[int, Moved]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def of(self, engineer: int) -> dict[str, Moved]:
        """Give one person's changes by duty."""
        return {duty: people[engineer] for duty, people in self.moved.items() if engineer in people}

    @property
    def people(self) -> set[int]:
        """Give everybody whose shifts to come change."""
        return {engineer for people in self.moved.values() for engineer in people}


def rebuild(
    duties: Iterable[str], *, at: datetime, by: str, why: str, anyway: bool = False
) -> Outcome:
    """Work these duties out again from `at` on, and tell whom it concerns.

    Belongs inside the transaction of the edit. What is past stays as it was recorded. Refused
    where a newcomer would be alone, or one person primary and secondary; `anyway`: somebody
    decided that it must be, and it is only warned of. Clauses oncall.rota, oncall.newcomers.
    """
    changed = sorted(set(duties))
    span = Period(at, at + HORIZON)
    _lock(changed, span)
    recorded = _recorded(at)
    before = {duty: list(recorded[duty].values()) for duty in DUTIES}
    composed = _composed(changed, span)
    warnings = checking.check(before, before | composed, at=at, anyway=anyway)
    _write({duty: difference(recorded[duty], composed[duty], at) for duty in changed}, composed, at)
    outcome = Outcome(
        {duty: moved(before[duty], composed[duty], span) for duty in changed}, tuple(warnings)
    )
    _tell(outcome, at=at, by=by, why=why)
    return outcome


def _lock(duties: list[str], span: Period) -> None:
    """Let edits of one rota follow each other, and note how far it is worked out now."""
    for duty in duties:
        Outlook.objects.get_or_create(
            duty=duty, defaults={"built_until": span.end, "look_at": span.start}
        )
    rows = Outlook.objects.select_for_update().filter(duty__in=duties).order_by("duty")
    for row in rows:
        row.built_until, row.look_at = span.end, span.start
        row.save(update_fields=["built_until", "look_at"])


def _recorded(at: datetime) -> dict[str, dict[int, OnShift]]:
    found: dict[str, dict[int, OnShift]] = {duty: {} for duty in DUTIES}
    for shift in Shift.objects.filter(end__gt=at, cancelled_at=None):
        found[shift.duty][shift.pk] = shift.on_shift
    return found


def _composed(duties: list[str], span: Period) -> dict[str, list[OnShift]]:
    return {duty: compose(rota, span) for duty, rota in inputs.rotas(duties, span).items()}


def _write(
    changes: Mapping[str, Difference], composed: Mapping[str, list[OnShift]], at: datetime
) -> None:
    """First what ends or shrinks, then what grows or begins: nobody is twice at once between."""
    ends = {number: end for change in changes.values() for number, end in change.moved}
    cut = [number for change in changes.values() for number in change.cut]
    off = [number for change in changes.values() for number in change.off]
    Shift.objects.filter(pk__in=off).update(cancelled_at=at, changed_at=at)
    rows = list(Shift.objects.filter(pk__in=[*ends, *cut]))
    grown: list[Shift] = []
    shrunk: list[Shift] = []
    for row in rows:
        until = ends.get(row.pk, at)
        (grown if until > row.end else shrunk).append(row)
        row.end, row.changed_at, row.sequence = until, at, row.sequence + 1
    for some in (shrunk, grown):
        Shift.objects.bulk_update(some, ["end", "changed_at", "sequence"], batch_size=500)
    Shift.objects.bulk_create(
        [_row(duty, shift, at) for duty, change in changes.items() for shift in change.new],
        batch_size=500,
    )


def _row(duty: str, shift: OnShift, at: datetime) -> Shift:
    return Shift(
        duty=duty,
        engineer_id=shift.engineer,
        start=shift.period.start,
        end=shift.period.end,
        kind=shift.source.kind,
        source=shift.source.number,
        turn=shift.source.turn,
        changed_at=at,
    )


def _tell(outcome: Outcome, *, at: datetime, by: str, why: str) -> None:
    duties = [duty for duty, people in outcome.moved.items() if people]
    entry = journal.record(
        fact=RotaChanged(duties, len(outcome.people)),
        subject="rota",
        text=f"{why}; it changed the shifts of {len(outcome.people)}",
        at=at,
        actor=by,
        clause="oncall.rota",
    )
    people = Engineer.objects.filter(pk__in=outcome.people).select_related("account")
    for engineer in people:
        _tell_one(engineer, outcome.of(engineer.pk), entry.pk, at=at, by=by, why=why)


def _tell_one(
    engineer: Engineer, changes: dict[str, Moved], entry: int, *, at: datetime, by: str, why: str
) -> None:
    current = process.in_force()
    message = words.shifts_changed(changes, by=by, why=why, zone=current.zone)
    key = f"rota-changed:{entry}:{engineer.pk}"
    if engineer.account is not None:
        chat.say(
            key=key,
            channel=current.team.channel,
            message=message,
            at=at,
            only_for=engineer.account.pk,
        )
    if errands.can_deliver("email"):
        errands.put(
            key=key,
            kind="email",
            subject="rota",
            payload={
                "to": engineer.email,
                "subject": message.title,
                "body": f"{message.body}\n\nChanged by {by}: {why}\n",
                "what": f"The e-mail that tells {engineer.name} of changed shifts",
            },
            at=at,
        )


def preview(edit: Callable[[], Outcome]) -> Outcome:
    """Give what an edit would do, without doing it. Raises what it would refuse with."""
    with transaction.atomic():
        outcome = edit()
        transaction.set_rollback(True)
    return outcome


class EditRefused(Refused):
    """The rota can't be changed so."""
