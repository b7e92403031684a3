"""Entering shifts, and asking who covers what."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import IntegrityError, transaction

from dutydesk.journal import flows as journal
from dutydesk.kernel.facts import Fact
from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import Engineer
from dutydesk.process import flows as process
from dutydesk.rota.models import Shift
from dutydesk.rota.rules import duty as rules
from dutydesk.rota.rules.duty import OnDuty


class ShiftRefused(Refused):
    """The shift can't be."""


@dataclass(frozen=True)
class ShiftChanged(Fact):
    """A shift was added or taken away."""

    kind: ClassVar[str] = "shift.changed"
    duty: str
    engineer: str
    start: str
    end: str
    added: bool


def add_shift(
    *, duty: str, engineer: int, start: datetime, end: datetime, at: datetime, by: str
) -> Shift:
    """Give somebody a shift, half-open. Refused where somebody else is primary or secondary."""
    if duty not in Shift.Duty.values:
        raise ShiftRefused(f"“{duty}” is not a duty.", f"Choose {', '.join(Shift.Duty.values)}.")
    if end <= start:
        raise ShiftRefused("The shift ends before it starts.", "Give it a later end.")
    if end <= at:
        raise ShiftRefused("The shift is wholly in the past.", "Enter what is still to come.")
    who_gets_it = Engineer.objects.get(pk=engineer)
    try:
        with transaction.atomic():
            shift = Shift.objects.create(duty=duty, engineer=who_gets_it, start=start, end=end)
            _record(shift, True, at, by)
    except IntegrityError as error:
        other = Shift.objects.filter(duty=duty, start__lt=end, end__gt=start).first()
        name = other.engineer.name if other else "Somebody else"
        raise ShiftRefused(
            f"{name} is {duty} in part of that time already.",
            "Take that shift away first, or choose another time.",
        ) from error
    return shift


@transaction.atomic
def remove_shift(*, shift: int, at: datetime, by: str) -> None:
    """Take a shift away; one that has begun ends now, since the past is a record."""
    found = Shift.objects.select_for_update(of=("self",)).filter(pk=shift).first()
    if found is None or found.end <= at:
        raise ShiftRefused("This shift is over or gone.", "There is nothing to take away.")
    _record(found, False, at, by)
    if found.start < at:
        found.end = at
        found.save(update_fields=["end"])
    else:
        found.delete()


def _record(shift: Shift, added: bool, at: datetime, by: str) -> None:
    start, end = shift.start.isoformat(), shift.end.isoformat()
    verb = "has" if added else "no longer has"
    journal.record(
        fact=ShiftChanged(shift.duty, shift.engineer.name, start, end, added),
        subject="rota",
        text=f"{shift.engineer.name} {verb} the {shift.duty} shift from {start} to {end}",
        at=at,
        actor=by,
        clause="oncall.rota",
    )


def who(*, at: datetime) -> tuple[OnDuty, ...]:
    """Give who covers what at `at`, and why: the same answer for pages, pager and commands."""
    shifts = Shift.objects.filter(start__lte=at, end__gt=at).select_related("engineer")
    assigned = [shift.assigned for shift in shifts.order_by("duty", "start", "id")]
    return rules.who(process.in_force(), assigned, at)


def on_shift(*, duty: str, at: datetime) -> Engineer | None:
    """Give who has the shift of a duty at `at`, whatever the hours."""
    found = Shift.objects.filter(duty=duty, start__lte=at, end__gt=at)
    shift = found.select_related("engineer").order_by("start", "id").first()
    return shift.engineer if shift else None
