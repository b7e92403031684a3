"""Opening a postmortem, reminding of its session, and holding it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.chat.flows import asking_posts, desk_posts
from dutydesk.commitments.flows import commitments, wordings
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
from dutydesk.kernel.moments import when
from dutydesk.kernel.subjects import number_of, subject
from dutydesk.postmortems.flows import passages, publications, repository_files, sessions
from dutydesk.postmortems.flows.events import (
    PostmortemOpened,
    PostmortemRefused,
    PostmortemWithdrawn,
    SessionHeld,
)
from dutydesk.postmortems.models import Postmortem
from dutydesk.postmortems.rules.promises import SESSION, session_due
from dutydesk.process.flows import process

WARN = timedelta(days=1)
IncidentChange = (
    IncidentResolved | IncidentReassessed | IncidentMistaken | IncidentReopened | IncidentMerged
)


def follow(*, event: IncidentChange, at: datetime) -> None:
    """Let the review follow its incident, as that stands now. Clause postmortem.session.

    One of high priority that is over has a draft, and its session is owed. One that goes on again
    keeps its draft for later. An exercise has none. The draft of any other is withdrawn, unless its
    session was held, or somebody opened it for an incident that is over.
    """
    incident = Incident.objects.select_for_update(of=("self",)).get(pk=event.incident)
    draft = Postmortem.objects.filter(incident=incident).first()
    over = incident.state == Incident.State.RESOLVED and not incident.exercise
    if over and incident.high:
        _open(incident, at)
        return
    if draft is None or draft.session_at is not None:
        return
    commitments.withdraw(kind=SESSION, subject=draft.about, at=at)
    _ask_no_more(draft, "It is not owed any more.", at)
    if not (over and draft.by_hand):
        sessions.drop(draft, by="the desk", at=at)
    if over and draft.by_hand:
        _stand(draft, at)
    elif incident.state != Incident.State.OPEN:
        _withdraw(draft, at)


def _ask_no_more(draft: Postmortem, since: str, at: datetime) -> None:
    keys = f"{draft.about}:remind:"
    asking_posts.end(keys=keys, actions="postmortem.", since=since, at=at)


def _stand(draft: Postmortem, at: datetime) -> None:
    """Let a draft that was withdrawn be one again."""
    if draft.withdrawn_at is not None:
        draft.withdrawn_at = None
        draft.save(update_fields=["withdrawn_at"])
        now = publications.latest(draft)
        repository_files.owe(draft, now, by=sessions.THE_DESK, account=None, at=at)


@transaction.atomic
def open_by_hand(*, incident: int, by: Person, at: datetime) -> Postmortem:
    """Begin the review of an incident that needs none by its priority."""
    found = Incident.objects.select_for_update(of=("self",)).get(pk=incident)
    if found.state != Incident.State.RESOLVED:
        raise PostmortemRefused("This incident is not resolved.", "Open its postmortem once it is.")
    if found.exercise:
        raise PostmortemRefused(
            "An exercise has no postmortem.", "Write what was learnt into its timeline."
        )
    made, new = Postmortem.objects.get_or_create(
        incident=found, defaults={"opened_at": at, "by_hand": True}
    )
    if not new:
        raise PostmortemRefused("It has a postmortem already.", "Go on in that one.")
    _record_opening(made, by.name, at)
    return made


def _open(incident: Incident, at: datetime) -> None:
    found, new = Postmortem.objects.get_or_create(incident=incident, defaults={"opened_at": at})
    _stand(found, at)
    if found.session_at is None and not _session_owed(found):
        due_at = session_due(process.in_force(), incident.resolved or at)
        commitments.promise(
            kind=SESSION,
            subject=found.about,
            owner="support",
            text=SESSION.says(title=incident.title),
            times=Promise(due_at=due_at, warn_at=due_at - WARN, chase_every=WARN),
            at=at,
        )
    if new:
        _record_opening(found, "the desk", at)
    sessions.propose(found, at=at)


def _session_owed(found: Postmortem) -> bool:
    return commitments.owed([found.about]).filter(kind=SESSION).exists()


def _record_opening(made: Postmortem, by: str, at: datetime) -> None:
    journal.record(
        event=PostmortemOpened(made.pk, made.incident_id),
        subject=subject("incident", made.incident_id),
        text="A postmortem draft is open",
        at=at,
        actor=by,
        clause="postmortem.timeline",
    )


def _withdraw(draft: Postmortem, at: datetime) -> None:
    """Withdraw a draft; what people wrote in it stays to be read."""
    if draft.withdrawn_at is not None:
        return
    journal.record(
        event=PostmortemWithdrawn(draft.pk, draft.incident_id),
        subject=subject("incident", draft.incident_id),
        text="The postmortem draft is withdrawn",
        at=at,
        clause="postmortem.timeline",
    )
    if not passages.written(draft):
        draft.delete()
        return
    draft.withdrawn_at = at
    draft.save(update_fields=["withdrawn_at"])
    repository_files.owe(draft, None, by=sessions.THE_DESK, account=None, at=at)


def rename(*, event: IncidentCorrected, at: datetime) -> None:
    """Let the session that is owed name its incident as that is called now."""
    found = Postmortem.objects.select_related("incident").filter(incident=event.incident).first()
    if found is not None:
        texts = {SESSION: SESSION.says(title=found.incident.title)}
        wordings.reword(subject=subject("postmortem", found.pk), texts=texts)


@transaction.atomic
def hold_session(
    *, postmortem: int, notes: str, by: Person, at: datetime, attended: Sequence[int] = ()
) -> Postmortem:
    """Record that the session was held, with whom and what came out. Clause postmortem.session."""
    rows = Postmortem.objects.select_for_update(of=("self",)).select_related("incident")
    found = rows.get(pk=postmortem)
    if found.session_at is not None:
        raise PostmortemRefused(
            "The session was held already.", "Its notes are on the postmortem's page."
        )
    if found.withdrawn_at is not None:
        raise PostmortemRefused(
            "This postmortem is withdrawn.", "Hold the session of the incident that stands."
        )
    found.session_at, found.notes = at, notes
    found.save(update_fields=["session_at", "notes"])
    sessions.attend(found, attended, at=at)
    about = subject("postmortem", found.pk)
    commitments.keep(kind=SESSION, subject=about, at=at)
    _ask_no_more(found, "The session was held.", at)
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
