"""Signing a postmortem off, by those whom the process names."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from dutydesk.incidents.models import Incident
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.people.models import Engineer
from dutydesk.postmortems.flows import reports
from dutydesk.postmortems.flows.events import PostmortemSigned, PublicationRefused
from dutydesk.postmortems.models import Postmortem, SignOff
from dutydesk.process.flows import process
from dutydesk.process.rules.incident_roles import LEAD, SUPPORT
from dutydesk.rota.flows import roster


@dataclass(frozen=True, slots=True)
class NeededSignOff:
    """Who is asked: a role or a person. `names` may say yes for it; any engineer if none is there.

    `of_team`: those are engineers, and nobody else is who goes by such a name. `signed`: the yes
    that counts, to the words as they are.
    """

    role: str
    title: str
    names: tuple[str, ...]
    of_team: bool
    signed: SignOff | None

    def may(self, person: Person) -> bool:
        """Say whether this person may say yes."""
        if not self.names:
            return person.may("engineer")
        return person.name in self.names and (person.engineer is not None or not self.of_team)


def needed(found: Postmortem, *, at: datetime) -> list[NeededSignOff]:
    """Give whose yes the process asks for, and which are there."""
    now = reports.digest(reports.write(found, at=at))
    given = {one.role: one for one in found.sign_offs.filter(digest=now)}
    asked = process.in_force().postmortems.publication.sign_off
    of_team = {*_roles(), *Engineer.objects.filter(name__in=asked).values_list("name", flat=True)}
    return [
        NeededSignOff(
            role, _title(role), _names(role, found.incident, at), role in of_team, given.get(role)
        )
        for role in asked
    ]


def _roles() -> dict[str, str]:
    known = {one.id: one.title for one in process.in_force().incidents.roles}
    return {LEAD: "The lead", SUPPORT: "Support", **known}


def _title(role: str) -> str:
    return _roles().get(role, role)


def _names(role: str, incident: Incident, at: datetime) -> tuple[str, ...]:
    """Give who may sign for a role; whoever has left can't, and then any engineer may."""
    if role not in _roles():
        return (role,)
    if role == LEAD:
        people = [incident.lead] if incident.lead is not None else []
        return tuple(one.name for one in people if one.active)
    if role == SUPPORT:
        return tuple(one.name for one in roster.who(at=at, duties=("support",)) if one.name)
    held = Engineer.objects.filter(
        pk__in=incident.role_terms.filter(role=role).values("engineer"), active=True
    )
    return tuple(held.values_list("name", flat=True))


@transaction.atomic
def sign(*, postmortem: int, role: str, by: Person, at: datetime) -> SignOff:
    """Say yes to the words as they are; once they change, it is asked for again."""
    rows = Postmortem.objects.select_for_update(of=("self",)).select_related("incident__lead")
    found = rows.get(pk=postmortem)
    asked = next((one for one in needed(found, at=at) if one.role == role), None)
    if asked is None:
        raise PublicationRefused(
            "The process doesn't ask for that yes.", "Look at whom it names, and try again."
        )
    if asked.signed is not None:
        raise PublicationRefused(
            f"{asked.signed.by} signed it off as it is.", "There is nothing left to do for it."
        )
    if not asked.may(by):
        names = " or ".join(asked.names)
        raise PublicationRefused(f"{asked.title} signs it off: {names}.", "Ask them to do it.")
    words = reports.digest(reports.write(found, at=at))
    made = SignOff.objects.create(postmortem=found, role=role, digest=words, by=by.name, at=at)
    journal.record(
        event=PostmortemSigned(found.pk, role),
        subject=found.about,
        text=f"{by.name} signed it off ({asked.title.lower()})",
        at=at,
        actor=by.name,
        clause="postmortem.publish",
    )
    return made
