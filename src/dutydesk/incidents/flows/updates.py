"""Telling everybody concerned: the announcements, the updates, and the promise of the next."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import Post
from dutydesk.commitments.flows import commitments
from dutydesk.incidents import words
from dutydesk.incidents.models import Incident, Update
from dutydesk.incidents.rules.owners import WHOEVER
from dutydesk.incidents.rules.priority import first_update_due, update_promise
from dutydesk.incidents.rules.promises import LIMIT, UPDATE
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.events import Event
from dutydesk.kernel.messages import Message
from dutydesk.kernel.moments import when
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
from dutydesk.outbox.flows import outbox
from dutydesk.people.models import LeadershipContact
from dutydesk.ports.delivery import MAIL
from dutydesk.process.flows import process


class AlreadyResolved(Refused):
    """The incident is over."""

    def __init__(self) -> None:
        """Say so, and what to do if it isn't."""
        super().__init__("This incident is resolved.", "If it is back, declare a new one.")


class UpdateRefused(Refused):
    """The update can't be told as it is."""


@dataclass(frozen=True)
class IncidentUpdated(Event):
    """Everybody concerned was told something."""

    kind: ClassVar[str] = "incident.updated"
    incident: int
    update: int


@dataclass(frozen=True)
class IncidentStep(Event):
    """Something was done in an incident: `what` names it."""

    kind: ClassVar[str] = "incident.step"
    incident: int
    what: str


def record_step(
    incident: Incident, what: str, text: str, by: str, at: datetime, clause: str
) -> None:
    """Write into the incident's journal that something was done."""
    journal.record(
        event=IncidentStep(incident.pk, what),
        subject=subject("incident", incident.pk),
        text=text,
        at=at,
        actor=by,
        clause=clause,
    )


def open_incident(incident: int) -> Incident:
    """Give an incident that goes on, locked until the flow is done; refuse one that is over."""
    found = Incident.objects.select_for_update(of=("self",)).get(pk=incident)
    if found.state == Incident.State.RESOLVED:
        raise AlreadyResolved
    return found


def audiences(incident: Incident) -> list[str]:
    """Give the channels that hear of it. Clauses incident.comms-team, incident.comms-users."""
    current = process.in_force()
    channels = [current.team.channel]
    if incident.user_impact:
        channels.append(current.ask.channel)
        services = incident.services.filter(team__isnull=False).select_related("team")
        channels += [service.team.channel for service in services if service.team]
    return list(dict.fromkeys(channels))


def announce(incident: Incident, at: datetime) -> None:
    """Say it in every channel that should hear of it, or bring what was said there up to date."""
    current = process.in_force()
    about = subject("incident", incident.pk)
    owes = {one.kind: one.due_at for one in commitments.owed([about])}
    update_due, limit = owes.get(UPDATE), owes.get(LIMIT)
    for channel in audiences(incident):
        ours = channel == current.team.channel
        message = words.announcement(
            about=about,
            title=incident.title,
            high=incident.high,
            services=[service.name for service in incident.services.all()],
            lead=incident.lead.name if incident.lead else "",
            by=incident.declared_by,
            next_due=when(update_due, current.zone, at) if update_due else "",
            mention=current.team.mention if ours else "",
        )
        if ours and limit:
            until = _limit(incident, limit, at)
            message = words.counting(message, limit=until, due_at=limit)
        _post(incident, channel, message, at)


def _limit(incident: Incident, due_at: datetime, at: datetime) -> str:
    until = when(due_at, process.in_force().zone, at)
    return f"{until}, {incident.worker.name} works on it" if incident.worker else until


def _post(incident: Incident, channel: str, message: Message, at: datetime) -> None:
    desk_posts.show(key=_key(incident, channel), channel=channel, message=message, at=at)
    if channel not in incident.told:
        incident.told = [*incident.told, channel]
        incident.save(update_fields=["told"])


def _key(incident: Incident, channel: str) -> str:
    return f"incident:{incident.pk}:in:{channel}"


def promise_update(incident: Incident, due_at: datetime, at: datetime) -> None:
    """Owe the next update by then, instead of what was owed before."""
    commitments.promise(
        kind=UPDATE,
        subject=subject("incident", incident.pk),
        owner=WHOEVER,
        text=UPDATE.says(title=incident.title),
        times=update_promise(process.in_force(), due_at),
        at=at,
    )


def promise_first_update(incident: Incident, at: datetime) -> None:
    """Owe the first update as soon as the process says."""
    promise_update(incident, first_update_due(process.in_force(), at), at)


@transaction.atomic
def update(
    *, incident: int, text: str, next_at: datetime | None, by: Person, at: datetime
) -> Update:
    """Tell everybody how it stands and when they hear next; refused without that time."""
    found = open_incident(incident)
    rules = process.in_force().incidents
    if not text.strip():
        raise UpdateRefused("The update says nothing.", "Write how it stands.")
    if next_at is None:
        raise UpdateRefused(
            "The update doesn't say when the next one comes.",
            "Give a time, or resolve the incident if this is the last.",
        )
    if next_at <= at:
        raise UpdateRefused("The next update's time is past.", "Give a time that is to come.")
    if found.high and next_at - at > rules.updates_every:
        raise UpdateRefused(
            "That is too long to wait in a high-priority incident.",
            f"Promise the next update within {write_duration(rules.updates_every)}.",
        )
    about = subject("incident", found.pk)
    commitments.keep(kind=UPDATE, subject=about, at=at)
    told = record_update(found, text.strip(), next_at, by, at)
    promise_update(found, next_at, at)
    announce(found, at)
    return told


def record_update(
    incident: Incident, text: str, next_at: datetime | None, by: Person, at: datetime
) -> Update:
    """Keep an update and say it under every announcement, and to senior leadership if high."""
    current = process.in_force()
    told = Update.objects.create(incident=incident, text=text, next_at=next_at, by=by.name, at=at)
    message = words.update(
        title=incident.title, text=text, next_at=next_at, zone=current.zone, now=at
    )
    for channel in audiences(incident):
        root = Post.objects.filter(key=_key(incident, channel)).first()
        desk_posts.say(
            key=f"update:{told.pk}:{channel}", channel=channel, message=message, at=at, thread=root
        )
    if incident.high:
        tell_leaders(incident, f"update:{told.pk}", text, next_at, at)
    journal.record(
        event=IncidentUpdated(incident.pk, told.pk),
        subject=subject("incident", incident.pk),
        text=f"Update: {text}",
        at=at,
        actor=by.name,
        clause="incident.comms-users",
    )
    return told


def tell_leaders(
    incident: Incident, key: str, text: str, next_at: datetime | None, at: datetime
) -> None:
    """Write to those who carry the news to senior leadership. Clause incident.comms-leaders."""
    if not outbox.can_deliver(MAIL):
        return
    title, body = words.letter(
        title=incident.title,
        text=text,
        next_due=when(next_at, process.in_force().zone, at) if next_at else "",
        link=f"{settings.BASE_URL}/incidents/{incident.pk}",
    )
    for contact in LeadershipContact.objects.all():
        outbox.enqueue(
            key=f"{key}:leader:{contact.pk}",
            kind=MAIL,
            subject=subject("incident", incident.pk),
            payload={
                "to": contact.email,
                "subject": title,
                "body": body,
                "what": f"The e-mail to {contact.name}",
            },
            at=at,
        )


def say_over(incident: Incident, text: str, at: datetime) -> None:
    """Say where it was announced that it is resolved. Clause incident.resolve."""
    for channel in incident.told:
        message = words.over(
            about=subject("incident", incident.pk),
            title=incident.title,
            services=[service.name for service in incident.services.all()],
            text=text,
        )
        desk_posts.rewrite(key=_key(incident, channel), message=message, at=at)
