"""What engineers can be asked for in an incident, and whether they may be called for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import QuerySet

from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import NotYours, Person
from dutydesk.kernel.events import Event
from dutydesk.people.flows import accounts
from dutydesk.people.models import Engineer, Skill
from dutydesk.people.rules import SkillsRow, read_row


@dataclass(frozen=True)
class ProfileChanged(Event):
    """What an engineer can be asked for is another, or whether they may be called for it."""

    kind: ClassVar[str] = "engineer.profile"
    engineer: int


@transaction.atomic
def set_skills(
    *, engineer: int, names: Sequence[str], at: datetime, by: Person | None = None
) -> Engineer:
    """Let an engineer have these skills and no others. Everybody on the team may say so.

    Raises BrokenPeopleFile for names that are none.
    """
    wanted = read_row(SkillsRow, skills=tuple(names)).skills
    found = Engineer.objects.select_for_update(of=("self",)).get(pk=engineer)
    if set(found.skills.values_list("name", flat=True)) == set(wanted):
        return found
    found.skills.all().delete()
    Skill.objects.bulk_create(Skill(engineer=found, name=name) for name in wanted)
    said = ", ".join(sorted(wanted)) or "nothing in particular"
    _record(found, f"{found} can be asked for: {said}", at, by)
    return found


@transaction.atomic
def set_called(*, engineer: int, called: bool, at: datetime, by: Person) -> Engineer:
    """Let an engineer be called for incidents outside their turn too, or not any more.

    Only they themselves agree to that. Raises NotYours.
    """
    found = Engineer.objects.select_for_update(of=("self",)).get(pk=engineer)
    if by.engineer != found.pk:
        raise NotYours(
            f"Only {found} can agree to be called outside their turn.", f"Ask {found} to do it."
        )
    if found.called_for_incidents == called:
        return found
    found.called_for_incidents = called
    found.save(update_fields=["called_for_incidents"])
    said = "may be called" if called else "is no longer called"
    _record(found, f"{found} {said} for incidents outside their turn", at, by)
    return found


def _record(engineer: Engineer, text: str, at: datetime, by: Person | None) -> None:
    journal.record(
        event=ProfileChanged(engineer.pk),
        subject=engineer.about,
        text=text,
        at=at,
        actor=by.name if by else accounts.OPERATOR,
        clause="incident.lead",
    )


def known() -> list[str]:
    """Give every skill that somebody on the team has, each once whatever its case."""
    names = Skill.objects.filter(engineer__active=True).order_by("name")
    first: dict[str, str] = {}
    for name in names.values_list("name", flat=True):
        first.setdefault(name.casefold(), name)
    return sorted(first.values(), key=str.casefold)


def having(skill: str) -> QuerySet[Engineer]:
    """Give who on the team has a skill, whatever its case."""
    return Engineer.objects.filter(active=True, skills__name__iexact=skill)
