"""Marking by hand who is new to being on call, and who is experienced at it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from dutydesk.journal.flows import journal
from dutydesk.kernel.events import Event
from dutydesk.people.models import Engineer
from dutydesk.rota import words
from dutydesk.rota.flows import notices, violations
from dutydesk.rota.flows.shift_build import EditRefused
from dutydesk.rota.models import ExperienceMark

_SAID = {"new": "new to being on call", "experienced": "experienced at being on call"}


@dataclass(frozen=True)
class StandingChanged(Event):
    """Somebody was marked as new or as experienced, or goes by their turns again."""

    kind: ClassVar[str] = "rota.standing"
    engineer: str
    standing: str


@transaction.atomic
def mark(*, engineer: int, standing: str, at: datetime, by: str) -> list[str]:
    """Mark somebody as `new` or `experienced`; anything else lets their turns decide.

    What is so is so: it is never refused. But where it leaves newcomers to come alone, the team is
    told, and that is what it gives. Clause oncall.newcomers.
    """
    who = Engineer.objects.filter(pk=engineer, active=True).first()
    if who is None:
        raise EditRefused("That engineer is not on the team.", "Choose somebody who is.")
    before = violations.experience(at, who_left=True)
    if standing in _SAID:
        experienced = standing == "experienced"
        ExperienceMark.objects.update_or_create(engineer=who, defaults={"experienced": experienced})
    else:
        ExperienceMark.objects.filter(engineer=who).delete()
    says = f"{who.name} was marked as {_SAID.get(standing, 'what their turns say')}"
    entry = journal.record(
        event=StandingChanged(who.name, standing if standing in _SAID else ""),
        subject="rota",
        text=says,
        at=at,
        actor=by,
        clause="oncall.newcomers",
    )
    warnings = violations.worse_since(before, at=at)
    if warnings:
        message = words.in_spite(warnings, by=by, why=says)
        notices.tell(None, message, key=f"rota-warned:{entry.pk}", at=at)
    return warnings
