"""Who would be told what if an incident were put right, taken back, reopened or merged.

What a flow says in the end it gets from the same functions. The incident that is given is changed
as it would be, and not kept.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import (
    assessments,
    audiences,
    leaders,
    mistakes,
    public_changes,
    updates,
)
from dutydesk.incidents.flows.corrections import (
    Correction,
    corrected_facts,
    detection,
    facts,
    said_of,
)
from dutydesk.incidents.models import Incident
from dutydesk.incidents.rules.corrections import differences
from dutydesk.incidents.rules.news import IncidentNews
from dutydesk.incidents.rules.priority import first_update_due, priority_of, sooner_update
from dutydesk.incidents.rules.promises import UPDATE
from dutydesk.incidents.words import change_words
from dutydesk.kernel.actions import Person
from dutydesk.kernel.messages import Message
from dutydesk.kernel.tellings import Telling
from dutydesk.people.models import Service
from dutydesk.ports.audiences import PublicChange, PublicNews
from dutydesk.process.flows import process

UNWRITTEN = "…"
"""Stands where nothing is written yet."""


@process.held()
def mistake(
    *, incident: Incident, reason: str, by: Person, at: datetime, parts_too: bool = False
) -> Sequence[Telling]:
    """Give who would be told that there was no incident, nor any that is part of it."""
    why = reason or UNWRITTEN
    told = _mistaken(incident, change_words.no_incident(by.name, why), at)
    for one in mistakes.parts(incident) if parts_too else ():
        told += _mistaken(one, change_words.no_part(by.name, incident.title, why), at)
    return told


def _mistaken(incident: Incident, text: str, at: datetime) -> list[Telling]:
    incident.state, incident.resolved = Incident.State.MISTAKE, incident.resolved or at
    message = change_words.mistaken(title=incident.title, text=text)
    told = _told(incident, audiences.news_of(incident), message, at)
    return [*told, *_public(incident, public_changes.MISTAKEN)]


@process.held()
def reopening(*, incident: Incident, reason: str, by: Person, at: datetime) -> Sequence[Telling]:
    """Give who would be told that it goes on."""
    mistaken = incident.state == Incident.State.MISTAKE
    incident.state, incident.resolved, incident.repaired = Incident.State.OPEN, None, None
    message = change_words.reopened(title=incident.title, by=by.name, reason=reason or UNWRITTEN)
    news, due_at = audiences.news_of(incident), first_update_due(process.in_force(), at)
    told = _told(incident, news, message, at, next_at=due_at)
    told += _newly(incident, news, audiences.channels(incident), due_at, at)
    return [*told, *_public(incident, public_changes.reopened(incident, mistaken=mistaken))]


@process.held()
def merge(
    *, incident: Incident, into: Incident | None, reason: str, by: Person, at: datetime
) -> Sequence[Telling]:
    """Give who would be told that it is part of another: of it, and in new places of that one."""
    due = [_next_update(one) for one in (incident, into) if one is not None]
    incident.state, incident.resolved = Incident.State.MERGED, at
    title = into.title if into else UNWRITTEN
    text = change_words.goes_on_as(title, by.name, reason or UNWRITTEN)
    message = change_words.merged(title=incident.title, text=text)
    told = _told(incident, audiences.news_of(incident), message, at)
    if into is not None:
        told += _whole(incident, into, min(filter(None, due), default=None), at)
        into.user_impact = into.user_impact or incident.user_impact
    return [*told, *_public(incident, public_changes.merged(into))]


def _whole(
    part: Incident, into: Incident, due_at: datetime | None, at: datetime
) -> Sequence[Telling]:
    """Give what would be said of the other where only its part was told."""
    numbers = [one.pk for each in (part, into) for one in audiences.affected(each)]
    services = Service.objects.filter(pk__in=numbers).select_related("team")
    high = priority_of([*part.criteria, *into.criteria]) == "high"
    if high and not into.high:
        due_at = sooner_update(process.in_force(), due_at, at)
    affects = part.user_impact or into.user_impact
    lead = into.lead or part.lead
    news = replace(
        audiences.news_of(into),
        high=high,
        services=tuple(one.name for one in services),
        lead=lead.name if lead else "",
    )
    channels = audiences.channels_of(services, user_impact=affects and not into.exercise)
    return _newly(into, news, [*part.told, *channels], due_at, at)


@process.held()
def correction(
    *, incident: Incident, what: Correction, by: Person, at: datetime
) -> Sequence[Telling]:
    """Give who would be told what is otherwise; nobody if nothing is."""
    was = facts(incident)
    now = corrected_facts(was, what, exercise=incident.exercise)
    different = differences(was, now)
    if not different:
        return ()
    affected = not was.user_impact and now.user_impact
    incident.title, incident.user_impact = now.title, now.user_impact
    incident.detected = detection(incident, now.began)
    incident.fault_occurs, incident.repaired = now.began, now.repaired
    message = change_words.corrected(
        title=now.title,
        said=said_of(different, at),
        by=by.name,
        reason=what.reason or UNWRITTEN,
    )
    news = replace(audiences.news_of(incident), services=now.services)
    told = _told(incident, news, message, at)
    services = Service.objects.filter(pk__in=what.services).select_related("team")
    if incident.state == Incident.State.OPEN:
        users = now.user_impact and not incident.exercise
        channels = audiences.channels_of(services, user_impact=users)
        told += _newly(incident, news, channels, _next_update(incident), at)
    public = PublicNews(now.title, tuple(one.pk for one in services))
    return [*told, *(audiences.public(public)[:1] if affected and not incident.exercise else ())]


@process.held()
def assessment(
    *, incident: Incident, criteria: Sequence[str], reason: str, by: Person, at: datetime
) -> Sequence[Telling]:
    """Give who would be told of other criteria; nobody if they are the same."""
    if set(criteria) == set(incident.criteria):
        return ()
    was, due_at = incident.high, _next_update(incident)
    incident.criteria, incident.priority = list(criteria), priority_of(criteria)
    if incident.high and not was and incident.state == Incident.State.OPEN:
        due_at = sooner_update(process.in_force(), due_at, at)
    message = change_words.reassessed(
        title=incident.title,
        said=change_words.assessed(
            high=incident.high, changed=incident.high != was, true=assessments.texts(incident)
        ),
        by=by.name,
        reason=reason or UNWRITTEN,
    )
    return _told(incident, audiences.news_of(incident), message, at, next_at=due_at)


def _next_update(incident: Incident) -> datetime | None:
    owed = commitments.owed([incident.about]).filter(kind=UPDATE).first()
    return owed.due_at if owed else None


def _told(
    incident: Incident,
    news: IncidentNews,
    message: Message,
    at: datetime,
    *,
    next_at: datetime | None = None,
) -> list[Telling]:
    """Give who was told and would be told this, and leaders if they hear of it from now on.

    `next_at`: when they hear next of what goes on.
    """
    told = audiences.tellings(dict.fromkeys(incident.told, message))
    hear = next_at is not None and leaders.hear_of(high=incident.high)
    if incident.exercise or not (hear or incident.leaders_told):
        return told
    letter = updates.change_letter(news, incident.about, message, next_at if hear else None, at)
    return [*told, *leaders.tellings(leaders.told(incident.leaders), letter)]


def _newly(
    incident: Incident,
    news: IncidentNews,
    channels: Sequence[str],
    next_at: datetime | None,
    at: datetime,
) -> list[Telling]:
    """Give what would be said in channels that were not told of it before."""
    new = [one for one in channels if one not in incident.told]
    said = updates.announcements(news, new, about=incident.about, next_at=next_at, at=at)
    return audiences.tellings(said)


def _public(incident: Incident, change: PublicChange) -> Sequence[Telling]:
    if not incident.user_impact or incident.exercise:
        return ()
    numbers = tuple(one.pk for one in audiences.affected(incident))
    return audiences.public(PublicNews(incident.title, numbers, change=change))
