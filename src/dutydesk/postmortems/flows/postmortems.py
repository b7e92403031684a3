"""Opening a postmortem, reminding of its session, and holding it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentEvent
from dutydesk.commitments.rules import Promise
from dutydesk.incidents.flows import owners
from dutydesk.incidents.flows.events import (
    IncidentCorrected,
    IncidentMerged,
    IncidentMistaken,
    IncidentReassessed,
    IncidentReopened,
    IncidentResolved,
)
from dutydesk.incidents.models import Incident
from dutydesk.incidents.words import owed_by, reminder
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.events import Event
from dutydesk.kernel.moments import when
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import number_of, subject
from dutydesk.postmortems.models import Postmortem
from dutydesk.postmortems.rules import SESSION, session_due
from dutydesk.process.flows import process

WARN = timedelta(days=1)
IncidentChange = (
    IncidentResolved | IncidentReassessed | IncidentMistaken | IncidentReopened | IncidentMerged
)


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


@dataclass(frozen=True)
class PostmortemWithdrawn(Event):
    """There is nothing to review: the incident was none, or not of high priority, or is another."""

    kind: ClassVar[str] = "postmortem.withdrawn"
    postmortem: int
    incident: int


def follow(*, event: IncidentChange, at: datetime) -> None:
    """Let the review follow its incident, as that stands now. Clause postmortem.session.

    One of high priority that is over has a draft, and its session is owed. One that goes on again
    keeps its draft for later. An exercise has none. The draft of any other is withdrawn, unless its
    session was held.
    """
    incident = Incident.objects.select_for_update(of=("self",)).get(pk=event.incident)
    if incident.state == Incident.State.RESOLVED and incident.high and not incident.exercise:
        _open(incident, at)
        return
    draft = Postmortem.objects.filter(incident=incident, session_at=None).first()
    if draft is None:
        return
    commitments.withdraw(kind=SESSION, subject=subject("postmortem", draft.pk), at=at)
    if incident.state != Incident.State.OPEN:
        _withdraw(draft, at)


def _open(incident: Incident, at: datetime) -> None:
    found, new = Postmortem.objects.get_or_create(incident=incident, defaults={"opened_at": at})
    about = subject("postmortem", found.pk)
    if found.session_at is not None or commitments.owed([about]).filter(kind=SESSION).exists():
        return
    due_at = session_due(process.in_force(), incident.resolved or at)
    commitments.promise(
        kind=SESSION,
        subject=about,
        owner="support",
        text=SESSION.says(title=incident.title),
        times=Promise(due_at=due_at, warn_at=due_at - WARN, chase_every=WARN),
        at=at,
    )
    if new:
        journal.record(
            event=PostmortemOpened(found.pk, incident.pk),
            subject=subject("incident", incident.pk),
            text="A postmortem draft is open",
            at=at,
            clause="postmortem.timeline",
        )


def _withdraw(draft: Postmortem, at: datetime) -> None:
    journal.record(
        event=PostmortemWithdrawn(draft.pk, draft.incident_id),
        subject=subject("incident", draft.incident_id),
        text="The postmortem draft is withdrawn",
        at=at,
        clause="postmortem.timeline",
    )
    draft.delete()


def rename(*, event: IncidentCorrected, at: datetime) -> None:
    """Let the session that is owed name its incident as that is called now."""
    found = Postmortem.objects.select_related("incident").filter(incident=event.incident).first()
    if found is not None:
        texts = {SESSION: SESSION.says(title=found.incident.title)}
        commitments.reword(subject=subject("postmortem", found.pk), texts=texts)


@transaction.atomic
def hold_session(*, postmortem: int, notes: str, by: Person, at: datetime) -> Postmortem:
    """Record that the session was held, with what came out of it. Clause postmortem.session."""
    found = Postmortem.objects.select_for_update(of=("self",)).get(pk=postmortem)
    if found.session_at is not None:
        raise Refused("The session was held already.", "Its notes are on the postmortem's page.")
    found.session_at, found.notes = at, notes
    found.save(update_fields=["session_at", "notes"])
    about = subject("postmortem", found.pk)
    commitments.keep(kind=SESSION, subject=about, at=at)
    journal.record(
        event=SessionHeld(found.pk),
        subject=subject("incident", found.incident_id),
        text="The postmortem session was held",
        at=at,
        actor=by.name,
        clause="postmortem.session",
    )
    return found


def remind(*, event: CommitmentEvent, at: datetime) -> None:
    """Tell support, and whoever led, in the team's channel: before it is due, then each day.

    It is due as a working day ends: where nobody is on, whoever is on next is told, and reads it
    then. Each reminder is a post of its own, since a day later the last one is far up. Clause
    postmortem.session.
    """
    owed = commitments.still_owed(event)
    if owed is None:
        return
    current, who, late = process.in_force(), owners.owner_of(owed, at=at), at >= owed.due_at
    text = f"{owed.text}: {'was due' if late else 'due'} {when(owed.due_at, current.zone, at)}."
    name, lead = who.name or (who.coming.name if who.coming else ""), _lead(event.subject)
    if lead not in ("", name):
        text += f" {lead} led the incident."
    message = reminder(
        about=event.subject,
        text=f"{name}: {text}" if name else owners.addressed(text, who, at=at),
        owner=owed_by(who, current.zone, at),
        kind=SESSION,
        late=late,
    )
    key = f"{event.subject}:remind:{owed.pk}:{at.astimezone(current.zone).date()}:{event.kind}"
    desk_posts.say(key=key, channel=current.team.channel, message=message, at=at)


def _lead(about: str) -> str:
    """Name whoever led the incident, if they are still on the team."""
    number = number_of(about, "postmortem")
    lead = Postmortem.objects.select_related("incident__lead").get(pk=number).incident.lead
    return lead.name if lead is not None and lead.active else ""
