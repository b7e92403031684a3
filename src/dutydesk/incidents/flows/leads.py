"""Who leads an incident, and what is owed while nobody does. Clause incident.lead."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import oncall_limit, role_terms, updates
from dutydesk.incidents.models import Incident
from dutydesk.incidents.rules.owners import TEAM
from dutydesk.incidents.rules.priority import lead_promise
from dutydesk.incidents.rules.promises import LEAD_CHOICE
from dutydesk.incidents.words import role_words
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.events import Event
from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.incident_roles import LEAD


class LeadRefused(Refused):
    """The lead stays whose it is."""


@dataclass(frozen=True)
class LeadTaken(Event):
    """Somebody leads now."""

    kind: ClassVar[str] = "incident.lead"
    incident: int
    lead: str


def follow(incident: Incident, at: datetime) -> None:
    """Owe that somebody leads for as long as nobody does; keep it as soon as somebody does.

    Belongs in every flow after which an incident goes on, or is of another priority.
    """
    if incident.lead is not None and not incident.lead.active:
        incident.lead = None
        incident.save(update_fields=["lead"])
        role_terms.end(incident, LEAD, at)
    if incident.lead is not None:
        commitments.keep(kind=LEAD_CHOICE, subject=incident.about, at=at)
        role_terms.begin(incident, LEAD, incident.lead, at)
        return
    times = lead_promise(process.in_force(), at, high=incident.high)
    owed = commitments.owed([incident.about]).filter(kind=LEAD_CHOICE).first()
    if owed is None or owed.due_at > times.due_at:
        commitments.promise(
            kind=LEAD_CHOICE,
            subject=incident.about,
            owner=TEAM,
            text=LEAD_CHOICE.says(title=incident.title),
            times=times,
            at=at,
        )


@transaction.atomic
def take_lead(*, incident: int, engineer: int, by: Person, at: datetime) -> Incident:
    """Let an engineer lead; they take it, or somebody gives it to them, in the open."""
    found = updates.open_incident(incident)
    lead, was = Engineer.objects.get(pk=engineer), found.lead
    if found.lead_id == lead.pk:
        raise LeadRefused(f"{lead.name} leads this already.", "There is nothing to do.")
    if not lead.active:
        raise LeadRefused(f"{lead.name} has left the team.", "Choose somebody else.")
    before = role_terms.update_owner(found, at)
    found.lead = lead
    found.save(update_fields=["lead"])
    follow(found, at)
    oncall_limit.begin_work(found, lead.pk, at)
    updates.announce(found, at)
    text = role_words.leads(name=lead.name, before=was.name if was else "", by=by.name)
    entry = journal.record(
        event=LeadTaken(found.pk, lead.name),
        subject=found.about,
        text=text,
        at=at,
        actor=by.name,
        clause="incident.lead",
    )
    role_terms.say(found, text, at, key=f"lead:{entry.pk}", before=before)
    return found


@transaction.atomic
def give_up_lead(*, incident: int, by: Person, at: datetime) -> Incident:
    """Let whoever leads lead no more: that somebody does is owed anew."""
    found = updates.open_incident(incident)
    if found.lead_id is None or found.lead_id != by.engineer:
        raise LeadRefused("You don't lead this.", "Give the lead to somebody instead.")
    lose_lead(found, at, by=by.name)
    return found


def lose_lead(incident: Incident, at: datetime, *, by: str, why: str = "") -> None:
    """Let nobody lead, and say so. The incident is locked, and goes on."""
    if incident.lead is None:
        return
    name, before = incident.lead.name, role_terms.update_owner(incident, at)
    incident.lead = None
    incident.save(update_fields=["lead"])
    role_terms.end(incident, LEAD, at)
    follow(incident, at)
    updates.announce(incident, at)
    text = role_words.leads_no_more(name=name, why=why)
    role_terms.record(incident, "lead", text, at, by=by, before=before)
