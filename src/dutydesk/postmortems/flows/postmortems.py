"""Opening a postmortem, and holding its session."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import transaction

from dutydesk.commitments.flows import commitments
from dutydesk.commitments.rules import Promise
from dutydesk.incidents.flows.resolution import IncidentResolved
from dutydesk.incidents.models import Incident
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.events import Event
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
from dutydesk.postmortems.models import Postmortem
from dutydesk.postmortems.rules import session_due
from dutydesk.process.flows import process

WARN = timedelta(days=1)


@dataclass(frozen=True)
class PostmortemOpened(Event):
    """A review began."""

    kind: ClassVar[str] = "postmortem.opened"
    postmortem: int
    incident: int


@dataclass(frozen=True)
class SessionHeld(Event):
    """The group session took place."""

    kind: ClassVar[str] = "postmortem.session"
    postmortem: int


def open_draft(*, event: IncidentResolved, at: datetime) -> None:
    """Open a draft for a high-priority incident that is over, and owe its session."""
    if event.priority != Incident.Priority.HIGH:
        return
    incident = Incident.objects.get(pk=event.incident)
    found, new = Postmortem.objects.get_or_create(incident=incident, defaults={"opened_at": at})
    if not new:
        return
    about = subject("postmortem", found.pk)
    due_at = session_due(process.in_force(), incident.resolved or at)
    commitments.promise(
        kind="postmortem.session",
        subject=about,
        owner="support",
        text=f"Hold the postmortem session about “{incident.title}”",
        times=Promise(due_at=due_at, warn_at=due_at - WARN, chase_every=WARN),
        at=at,
        clause="postmortem.session",
    )
    journal.record(
        event=PostmortemOpened(found.pk, incident.pk),
        subject=subject("incident", incident.pk),
        text="A postmortem draft is open",
        at=at,
        clause="postmortem.timeline",
    )


@transaction.atomic
def hold_session(*, postmortem: int, notes: str, by: Person, at: datetime) -> Postmortem:
    """Record that the session was held, with what came out of it. Clause postmortem.session."""
    found = Postmortem.objects.select_for_update(of=("self",)).get(pk=postmortem)
    if found.session_at is not None:
        raise Refused("The session was held already.", "Its notes are on the postmortem's page.")
    found.session_at, found.notes = at, notes.strip()
    found.save(update_fields=["session_at", "notes"])
    about = subject("postmortem", found.pk)
    commitments.keep(kind="postmortem.session", subject=about, at=at)
    journal.record(
        event=SessionHeld(found.pk),
        subject=subject("incident", found.incident_id),
        text="The postmortem session was held",
        at=at,
        actor=by.name,
        clause="postmortem.session",
    )
    return found
