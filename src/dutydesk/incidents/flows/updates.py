"""Telling everybody concerned: the announcements, the updates, and the promise of the next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import transaction
from django.db.models import prefetch_related_objects

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.flows.desk_posts import DeskPost
from dutydesk.chat.models import Post
from dutydesk.chat.rules import without_notifiers
from dutydesk.commitments.flows import commitments
from dutydesk.incidents import words
from dutydesk.incidents.models import Incident, Update
from dutydesk.incidents.rules.owners import WHOEVER
from dutydesk.incidents.rules.priority import first_update_due, update_promise
from dutydesk.incidents.rules.promises import LIMIT, UPDATE
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.events import Event
from dutydesk.kernel.messages import Message
from dutydesk.kernel.moments import when
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import Owing
from dutydesk.people.models import LeadershipContact, Service
from dutydesk.ports.delivery import MAIL
from dutydesk.process.flows import process


class AlreadyResolved(Refused):
    """The incident is over."""

    def __init__(self, incident: Incident) -> None:
        """Say so, and what to do if it isn't."""
        match incident.state:
            case Incident.State.MISTAKE:
                said = "This incident was declared by mistake.", "If it was none, reopen it."
            case Incident.State.MERGED:
                into = incident.merged_into_id
                said = f"This incident is part of incident {into}.", "Go on in that one."
            case _:
                said = "This incident is resolved.", "If it is back, reopen it or declare anew."
        super().__init__(*said)


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
    if found.state != Incident.State.OPEN:
        raise AlreadyResolved(found)
    return found


def audiences(incident: Incident) -> list[str]:
    """Give the channels that hear of it. Clauses incident.comms-team, incident.comms-users.

    Of an exercise nobody but the team hears.
    """
    current = process.in_force()
    channels = [current.team.channel]
    if incident.user_impact and not incident.exercise:
        channels.append(current.ask.channel)
        channels += team_channels(incident)
    return list(dict.fromkeys(channels))


def team_channels(incident: Incident) -> list[str]:
    """Give the channels of the teams whose services are affected, each once."""
    teams = (service.team for service in affected(incident))
    return list(dict.fromkeys(team.channel for team in teams if team is not None))


def affected(incident: Incident) -> list[Service]:
    """Give its services, each with its team; asked for once as long as `incident` is at hand."""
    prefetch_related_objects([incident], "services__team")
    return list(incident.services.all())


def announce(incident: Incident, at: datetime) -> None:
    """Say it in every channel that should hear of it, or bring what was said there up to date.

    A channel that was told once goes on being told, though it is no longer concerned.
    """
    team = process.in_force().team
    owes = {one.kind: one.due_at for one in commitments.owed([incident.about])}
    message, limit = _announcement(incident, owes.get(UPDATE), at), owes.get(LIMIT)
    called = "" if incident.exercise else team.mention
    ours = replace(message, body=f"{called} {message.body}".strip())
    if limit is not None:
        ours = words.counting(ours, limit=_limit(incident, limit, at), due_at=limit)
    told = list(dict.fromkeys([*incident.told, *audiences(incident)]))
    _show(incident, {one: ours if one == team.channel else message for one in told}, at)
    if told != incident.told:
        incident.told = told
        incident.save(update_fields=["told"])


def _announcement(incident: Incident, update_due: datetime | None, at: datetime) -> Message:
    return words.announcement(
        about=incident.about,
        title=incident.title,
        high=incident.high,
        services=[service.name for service in affected(incident)],
        lead=incident.lead.name if incident.lead else "",
        by=incident.declared_by,
        next_due=when(update_due, process.in_force().zone, at) if update_due else "",
    )


def _limit(incident: Incident, due_at: datetime, at: datetime) -> str:
    until = when(due_at, process.in_force().zone, at)
    return f"{until}, {incident.worker.name} works on it" if incident.worker else until


def _show(incident: Incident, said: Mapping[str, Message], at: datetime) -> None:
    """Let each channel's announcement stand there as it is said now."""
    posts = [DeskPost(_key(incident, channel), channel, said[channel]) for channel in said]
    desk_posts.show_all(posts, at=at)


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


def tell_impact(incident: Incident, text: str, by: Person, at: datetime) -> None:
    """Say under every announcement what it means for those who are affected."""
    text = without_notifiers(text).strip()
    message = words.impact(title=incident.title, text=text)
    say_under(incident, audiences(incident), f"{incident.about}:impact", message, at)
    record_step(incident, "impact", f"The impact is that {text}", by.name, at, "incident.declare")


@transaction.atomic
@process.held()
def update(*, incident: int, text: str, next_at: datetime, by: Person, at: datetime) -> Update:
    """Tell everybody how it stands and when they hear next."""
    found = open_incident(incident)
    rules, text = process.in_force().incidents, without_notifiers(text).strip()
    if not text:
        raise UpdateRefused("The update only calls everybody.", "Write how it stands.")
    if next_at <= at:
        raise UpdateRefused("The next update's time is past.", "Give a time that is to come.")
    if found.high and next_at - at > rules.updates_every:
        raise UpdateRefused(
            "That is too long to wait in a high-priority incident.",
            f"Promise the next update within {write_duration(rules.updates_every)}.",
        )
    about = subject("incident", found.pk)
    commitments.keep(kind=UPDATE, subject=about, at=at)
    told = record_update(found, text, next_at, by, at)
    promise_update(found, next_at, at)
    announce(found, at)
    return told


def record_update(
    incident: Incident, text: str, next_at: datetime | None, by: Person, at: datetime
) -> Update:
    """Keep an update and say it under every announcement, and to senior leadership if high.

    The last one, without a next, goes to everybody who was told of the incident.
    """
    current = process.in_force()
    told = Update.objects.create(incident=incident, text=text, next_at=next_at, by=by.name, at=at)
    message = words.update(
        title=incident.title, text=text, next_at=next_at, zone=current.zone, now=at
    )
    last = next_at is None
    channels = [*incident.told, *audiences(incident)] if last else audiences(incident)
    say_under(incident, channels, f"update:{told.pk}", message, at)
    if incident.high or (last and incident.leaders_told):
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


def say_under(
    incident: Incident, channels: Iterable[str], key: str, message: Message, at: datetime
) -> None:
    """Say something under the announcement in each of these channels, once for each key."""
    keys = {channel: _key(incident, channel) for channel in channels}
    roots = dict(Post.objects.filter(key__in=keys.values()).values_list("key", "pk"))
    posts = [
        DeskPost(f"{key}:{channel}", channel, message, roots.get(root))
        for channel, root in keys.items()
    ]
    desk_posts.say_all(posts, at=at)


def tell_told(
    incident: Incident, channels: Iterable[str], message: Message, *, key: str, at: datetime
) -> None:
    """Tell everybody who was told what was put right: these channels, and leaders if they were."""
    say_under(incident, channels, key, message, at)
    if incident.leaders_told:
        tell_leaders(incident, key, message.body, None, at)


def tell_leaders(
    incident: Incident, key: str, text: str, next_at: datetime | None, at: datetime
) -> None:
    """Write to those who carry the news to senior leadership. Clause incident.comms-leaders.

    From then on they hear of it to its end. Of an exercise they never hear.
    """
    if incident.exercise:
        return
    if not incident.leaders_told:
        incident.leaders_told = True
        incident.save(update_fields=["leaders_told"])
    if not outbox.can_deliver(MAIL):
        return
    title, body = words.letter(
        title=incident.title,
        text=text,
        next_due=when(next_at, process.in_force().zone, at) if next_at else "",
        link=settings.BASE_URL + path_to("incident", incident.pk),
    )
    letter = {"subject": title, "body": body}
    letters = [
        Owing(
            f"{key}:leader:{contact.pk}",
            MAIL,
            incident.about,
            {"to": contact.email, "what": f"The e-mail to {contact.name}", **letter},
        )
        for contact in LeadershipContact.objects.all()
    ]
    outbox.enqueue_all(letters, at=at)


def say_over(incident: Incident, text: str, at: datetime) -> None:
    """Say where it was announced that it is over, and how it ended. Clause incident.resolve."""
    message = words.over(
        about=incident.merged_into.about if incident.merged_into else incident.about,
        title=incident.title,
        services=[service.name for service in affected(incident)],
        text=text,
        ended=incident.get_state_display(),
    )
    _show(incident, dict.fromkeys(incident.told, message), at)
