"""Who would be told what of an incident, each in their own words, before anybody is.

What a flow says in the end it gets from the same functions.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from dutydesk.chat.rules import without_notifiers
from dutydesk.incidents import words
from dutydesk.incidents.flows import audiences, exercises, leaders, updates
from dutydesk.incidents.flows.declaration import Declaration
from dutydesk.incidents.models import Incident
from dutydesk.incidents.rules import phases
from dutydesk.incidents.rules.limits import limit_promise
from dutydesk.incidents.rules.news import IncidentNews
from dutydesk.incidents.rules.priority import first_update_due, priority_of
from dutydesk.kernel.actions import Person
from dutydesk.kernel.messages import Message
from dutydesk.kernel.moments import when
from dutydesk.kernel.tellings import Telling
from dutydesk.people.models import Service
from dutydesk.ports.audiences import PublicNews
from dutydesk.process.flows import process

UNWRITTEN = "…"
"""Stands where nothing is written yet."""


@process.held()
def declaration(*, what: Declaration, by: Person, at: datetime) -> list[Telling]:
    """Give who would be told that it is declared; no letter knows its number yet."""
    services = list(Service.objects.filter(pk__in=what.services).select_related("team"))
    users = what.user_impact and not what.exercise
    news = IncidentNews(
        title=exercises.titled(what.title or UNWRITTEN, exercise=what.exercise),
        high=priority_of(what.criteria) == "high",
        user_impact=what.user_impact,
        services=tuple(one.name for one in services),
        criteria=audiences.texts_of(what.criteria),
        since=min(what.began or at, what.repaired or at),
        until=what.repaired,
        by=by.name,
        exercise=what.exercise,
    )
    named, text = audiences.channels_of(services, user_impact=users), ""
    if what.repaired is None:
        told = _goes_on(news, named, by, at)
    else:
        text = words.over_before(when(what.repaired, process.in_force().zone, at))
        told = _is_over(news, named, text, at)
    public = PublicNews(
        news.title,
        tuple(one.pk for one in services),
        text,
        phase=phases.RESOLVED if text else "",
    )
    return [*told, *(audiences.public(public) if users else ())]


def _goes_on(news: IncidentNews, named: Iterable[str], by: Person, at: datetime) -> list[Telling]:
    next_at = first_update_due(process.in_force(), at)
    said = dict(updates.announcements(news, named, about="", next_at=next_at, at=at))
    limit = limit_promise(process.in_force(), at) if news.high and not news.exercise else None
    if limit is not None:
        ours, worker = process.in_force().team.channel, by.name if by.engineer else ""
        text = updates.limit_words(limit.due_at, worker, at)
        said[ours] = words.counting(said[ours], limit=text, due_at=limit.due_at)
    letter = leaders.declared(news, about="", next_at=next_at, at=at)
    return [*audiences.tellings(said), *_letters(news, letter)]


def _is_over(news: IncidentNews, named: Iterable[str], text: str, at: datetime) -> list[Telling]:
    """Give what is told of what was repaired before it is declared: how it ended."""
    said = updates.update_said(news, named, text, None, at)
    letter = updates.update_letter(news, "", text, None, at)
    return [*audiences.tellings(said), *_letters(news, letter)]


def _letters(news: IncidentNews, letter: Message) -> list[Telling]:
    if news.exercise or not leaders.hear_of(high=news.high):
        return []
    return leaders.tellings(leaders.everybody(), letter)


@process.held()
def update(
    *, incident: Incident, text: str, next_at: datetime | None, at: datetime, phase: str = ""
) -> Sequence[Telling]:
    """Give who would be told an update; the last one if no time of a next is given."""
    text = without_notifiers(text).strip() or UNWRITTEN
    told = audiences.tellings(updates.update_in_channels(incident, text, next_at, at))
    if updates.hear_update(incident, last=next_at is None):
        news = audiences.news_of(incident)
        letter = updates.update_letter(news, incident.about, text, next_at, at)
        told += leaders.tellings(leaders.told(incident.leaders), letter)
    numbers = tuple(one.pk for one in audiences.affected(incident))
    phase = phase if next_at else phases.RESOLVED
    public = PublicNews(incident.title, numbers, text, phase=phase)
    users = incident.user_impact and not incident.exercise
    return [*told, *(audiences.public(public) if users else ())]


def resolution(
    *, incident: Incident, text: str, repaired: datetime | None, at: datetime
) -> Sequence[Telling]:
    """Give who would be told that it is over, as if it were."""
    incident.state = Incident.State.RESOLVED
    incident.resolved, incident.repaired = at, repaired or at
    return update(incident=incident, text=text, next_at=None, at=at)
