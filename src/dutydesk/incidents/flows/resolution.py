"""Resolving an incident: everybody who was told is told."""

from datetime import datetime

from django.db import transaction

from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import endings, maintenance_mode, updates
from dutydesk.incidents.flows.events import IncidentResolved
from dutydesk.incidents.models import Incident
from dutydesk.incidents.rules.promises import UPDATE
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
from dutydesk.process.flows import process


class ResolutionRefused(Refused):
    """The incident can't be resolved as told."""


@transaction.atomic
@process.held()
def resolve(
    *, incident: int, text: str, repaired: datetime | None, by: Person, at: datetime
) -> Incident:
    """End it: the last update goes to everybody who was told, and nothing more is owed.

    Unless a service of it is still in maintenance: that it comes back is owed at once. An alarm of
    it that still fires pages again after a time; the timeline says so.
    """
    found = updates.open_incident(incident)
    began = found.fault_occurs or found.detected
    if repaired is not None and began is not None and repaired < began:
        raise ResolutionRefused("It can't be repaired before it began.", "Correct the time.")
    found.state, found.resolved, found.repaired = Incident.State.RESOLVED, at, repaired or at
    found.save(update_fields=["state", "resolved", "repaired"])
    about = subject("incident", found.pk)
    commitments.keep(kind=UPDATE, subject=about, at=at)
    endings.owe_nothing(found, at, "It is resolved.")
    maintenance_mode.owe_back(found, at)
    updates.record_update(found, text, None, by, at)
    updates.say_over(found, text, at)
    journal.record(
        event=IncidentResolved(found.pk, found.priority),
        subject=about,
        text=f"Resolved: {found.title}",
        at=at,
        actor=by.name,
        clause="incident.resolve",
    )
    endings.let_alarms_go(found, by.name, at, "incident.resolve")
    return found
