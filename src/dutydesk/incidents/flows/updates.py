"""Telling everybody concerned: the announcements, the updates, and the promise of the next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.flows.desk_posts import DeskPost
from dutydesk.chat.models import Post
from dutydesk.chat.rules import without_notifiers
from dutydesk.commitments.flows import commitments
from dutydesk.incidents import words
from dutydesk.incidents.flows import audiences, leaders
from dutydesk.incidents.models import Incident, Update
from dutydesk.incidents.rules.news import IncidentNews
from dutydesk.incidents.rules.owners import SPOKEN
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
    """Everybody concerned was told something. `phase`: how far it is, if the update says."""

    kind: ClassVar[str] = "incident.updated"
    incident: int
    update: int
    phase: str = ""


@dataclass(frozen=True)
class IncidentStep(Event):
    """Something was done in an incident: `what` names it."""

    kind: ClassVar[str] = "incident.step"
    incident: int
    what: str


def record_step(
    incident: Incident, what: str, text: str, by: str, at: datetime, clause: str
) -> int:
    """Write into the incident's journal that something was done; give the entry's number."""
    entry = journal.record(
        event=IncidentStep(incident.pk, what),
        subject=subject("incident", incident.pk),
        text=text,
        at=at,
        actor=by,
        clause=clause,
    )
    return entry.pk


def open_incident(incident: int) -> Incident:
    """Give an incident that goes on, locked until the flow is done; refuse one that is over."""
    found = Incident.objects.select_for_update(of=("self",)).get(pk=incident)
    if found.state != Incident.State.OPEN:
        raise AlreadyResolved(found)
    return found


def announce(incident: Incident, at: datetime) -> None:
    """Say it in every channel that should hear of it, or bring what was said there up to date.

    A channel that was told once goes on being told, though it is no longer concerned.
    """
    owes = {one.kind: one.due_at for one in commitments.owed([incident.about])}
    limit = owes.get(LIMIT)
    told = list(dict.fromkeys([*incident.told, *audiences.channels(incident)]))
    news = audiences.news_of(incident)
    said = dict(announcements(news, told, about=incident.about, next_at=owes.get(UPDATE), at=at))
    ours = process.in_force().team.channel
    if limit is not None and ours in said:
        text = limit_words(limit, incident.worker.name if incident.worker else "", at)
        said[ours] = words.counting(said[ours], limit=text, due_at=limit)
    _show(incident, said, at)
    if told != incident.told:
        incident.told = told
        incident.save(update_fields=["told"])


def announcements(
    news: IncidentNews,
    channels: Iterable[str],
    *,
    about: str,
    next_at: datetime | None,
    at: datetime,
) -> Mapping[str, Message]:
    """Give what stands in each channel of an incident that goes on. Clause incident.comms-team."""
    message = words.announcement(
        about=about,
        title=news.title,
        high=news.high,
        services=news.services,
        lead=news.lead,
        by=news.by,
        next_due=when(next_at, process.in_force().zone, at) if next_at else "",
    )
    return audiences.in_channels(channels, message, call_team=not news.exercise)


def limit_words(due_at: datetime, worker: str, at: datetime) -> str:
    """Say until when on call works on it, and who does."""
    until = when(due_at, process.in_force().zone, at)
    return f"{until}, {worker} works on it" if worker else until


def _show(incident: Incident, said: Mapping[str, Message], at: datetime) -> None:
    """Let each channel's announcement stand there as it is said now."""
    posts = [DeskPost(root_key(incident, channel), channel, said[channel]) for channel in said]
    desk_posts.show_all(posts, at=at)


def change_key(about: str, entry: int) -> str:
    """Name what is told of a change of an incident, by the entry of the journal that records it."""
    return f"{about}:change:{entry}"


def root_key(incident: Incident, channel: str) -> str:
    """Give the key of its announcement in a channel."""
    return f"incident:{incident.pk}:in:{channel}"


def promise_update(incident: Incident, due_at: datetime, at: datetime) -> None:
    """Owe the next update by then, instead of what was owed before."""
    commitments.promise(
        kind=UPDATE,
        subject=subject("incident", incident.pk),
        owner=SPOKEN,
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
    said = dict.fromkeys(audiences.channels(incident), message)
    say_under(incident, said, f"{incident.about}:impact", at)
    record_step(incident, "impact", f"The impact is that {text}", by.name, at, "incident.declare")


@transaction.atomic
@process.held()
def update(
    *, incident: int, text: str, next_at: datetime, by: Person, at: datetime, phase: str = ""
) -> Update:
    """Tell everybody how it stands and when they hear next, and how far it is if it says so."""
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
    told = record_update(found, text, next_at, by, at, phase)
    promise_update(found, next_at, at)
    announce(found, at)
    return told


def record_update(
    incident: Incident,
    text: str,
    next_at: datetime | None,
    by: Person,
    at: datetime,
    phase: str = "",
) -> Update:
    """Keep an update and say it under every announcement, and to senior leadership if high.

    The last one, without a next, goes to everybody who was told of the incident.
    """
    told = Update.objects.create(incident=incident, text=text, next_at=next_at, by=by.name, at=at)
    said = update_in_channels(incident, text, next_at, at)
    key = f"update:{told.pk}"
    say_under(incident, said, key, at)
    if hear_update(incident, last=next_at is None):
        letter = update_letter(audiences.news_of(incident), incident.about, text, next_at, at)
        leaders.tell(incident, key, letter, at=at)
    journal.record(
        event=IncidentUpdated(incident.pk, told.pk, phase),
        subject=subject("incident", incident.pk),
        text=f"Update ({phase}): {text}" if phase else f"Update: {text}",
        at=at,
        actor=by.name,
        clause="incident.comms-users",
    )
    return told


def update_in_channels(
    incident: Incident, text: str, next_at: datetime | None, at: datetime
) -> Mapping[str, Message]:
    """Give what an update says in each channel; the last is for everybody who was told."""
    before = incident.told if next_at is None else ()
    named = [*before, *audiences.channels(incident)]
    return update_said(audiences.news_of(incident), named, text, next_at, at)


def update_said(
    news: IncidentNews, channels: Iterable[str], text: str, next_at: datetime | None, at: datetime
) -> Mapping[str, Message]:
    """Give what an update says in each of these channels.

    In a high-priority incident it calls the team. Clauses incident.comms-users, comms-team.
    """
    zone = process.in_force().zone
    message = words.update(title=news.title, text=text, next_at=next_at, zone=zone, now=at)
    return audiences.in_channels(channels, message, call_team=news.high and not news.exercise)


def hear_update(incident: Incident, *, last: bool) -> bool:
    """Say whether leaders are told of an update: of the last if they were told of anything."""
    if incident.exercise:
        return False
    return leaders.hear_of(high=incident.high) or (last and incident.leaders_told)


def update_letter(
    news: IncidentNews, about: str, text: str, next_at: datetime | None, at: datetime
) -> Message:
    """Give an update in the words of those who tell senior leadership."""
    heading, label = ("Update", "What is done") if next_at else ("Resolved", "How it ended")
    title = f"{heading}: {news.title}"
    return leaders.letter_of(
        news, title=title, label=label, text=text, next_at=next_at, about=about, at=at
    )


def say_under(incident: Incident, said: Mapping[str, Message], key: str, at: datetime) -> None:
    """Say something under the announcement in each of these channels, once for each key."""
    keys = {channel: root_key(incident, channel) for channel in said}
    roots = dict(Post.objects.filter(key__in=keys.values()).values_list("key", "pk"))
    posts = [
        DeskPost(f"{key}:{channel}", channel, message, roots.get(keys[channel]))
        for channel, message in said.items()
    ]
    desk_posts.say_all(posts, at=at)


def tell_told(
    incident: Incident, channels: Iterable[str], message: Message, *, key: str, at: datetime
) -> None:
    """Tell everybody who was told what was put right: these channels, and leaders if they were."""
    say_under(incident, dict.fromkeys(channels, message), key, at)
    if incident.leaders_told:
        tell_leaders(incident, key, message, None, at)


def tell_leaders(
    incident: Incident, key: str, message: Message, next_at: datetime | None, at: datetime
) -> None:
    """Write to leaders, in their words, what was put right, as `message` says it in channels."""
    said = change_letter(audiences.news_of(incident), incident.about, message, next_at, at)
    leaders.tell(incident, key, said, at=at)


def change_letter(
    news: IncidentNews, about: str, message: Message, next_at: datetime | None, at: datetime
) -> Message:
    """Give what was put right in the words of those who tell senior leadership."""
    title, text = message.title, message.body
    label = "What changed"
    return leaders.letter_of(
        news, title=title, label=label, text=text, next_at=next_at, about=about, at=at
    )


def say_over(incident: Incident, text: str, at: datetime) -> None:
    """Say where it was announced that it is over, and how it ended. Clause incident.resolve."""
    message = words.over(
        about=incident.merged_into.about if incident.merged_into else incident.about,
        title=incident.title,
        services=[service.name for service in audiences.affected(incident)],
        text=text,
        ended=incident.get_state_display(),
    )
    _show(incident, dict.fromkeys(incident.told, message), at)
