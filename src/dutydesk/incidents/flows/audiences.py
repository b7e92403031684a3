"""Who hears of an incident: the team, affected users, and the public where there is a page."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from django.db.models import prefetch_related_objects

from dutydesk.incidents.models import Incident
from dutydesk.incidents.rules.news import IncidentNews
from dutydesk.kernel.connected import Connected
from dutydesk.kernel.messages import Message
from dutydesk.kernel.tellings import TEAM, USERS, Telling
from dutydesk.people.models import Service
from dutydesk.ports.audiences import PublicAudience, PublicNews
from dutydesk.process.flows import process

PUBLIC: Connected[PublicAudience] = Connected()


def channels(incident: Incident) -> list[str]:
    """Give the channels that hear of it. Clauses incident.comms-team, incident.comms-users.

    Of an exercise nobody but the team hears.
    """
    return channels_of(
        affected(incident), user_impact=incident.user_impact and not incident.exercise
    )


def channels_of(services: Iterable[Service], *, user_impact: bool) -> list[str]:
    """Give the channels that hear of an incident on these services, each once."""
    current = process.in_force()
    named = [current.team.channel]
    if user_impact:
        named += [current.ask.channel, *(one.team.channel for one in services if one.team)]
    return list(dict.fromkeys(named))


def team_channels(incident: Incident) -> list[str]:
    """Give the channels of the teams whose services are affected, each once."""
    teams = (service.team for service in affected(incident))
    return list(dict.fromkeys(team.channel for team in teams if team is not None))


def affected(incident: Incident) -> list[Service]:
    """Give its services, each with its team; asked for once as long as `incident` is at hand."""
    prefetch_related_objects([incident], "services__team")
    return list(incident.services.all())


def news_of(incident: Incident) -> IncidentNews:
    """Give what is known of an incident."""
    over = incident.state != Incident.State.OPEN
    return IncidentNews(
        title=incident.title,
        high=incident.high,
        user_impact=incident.user_impact,
        services=tuple(one.name for one in affected(incident)),
        criteria=texts_of(incident.criteria),
        since=incident.began,
        until=(incident.repaired or incident.resolved) if over else None,
        lead=incident.lead.name if incident.lead else "",
        by=incident.declared_by,
        exercise=incident.exercise,
    )


def texts_of(criteria: Collection[str]) -> tuple[str, ...]:
    """Give what the criteria of these names say, in the order of the process."""
    return tuple(one.text for one in process.in_force().incidents.high if one.id in criteria)


def in_channels(
    named: Iterable[str], message: Message, *, call_team: bool
) -> Mapping[str, Message]:
    """Give what is said in each channel; the team's is called by its mention if it is to be."""
    team = process.in_force().team
    ours = replace(message, body=f"{team.mention} {message.body}".strip()) if call_team else message
    return {one: ours if one == team.channel else message for one in dict.fromkeys(named)}


def whose(channel: str) -> str:
    """Give whose channel that is: the team's, or affected users'."""
    return TEAM if channel == process.in_force().team.channel else USERS


def tellings(said: Mapping[str, Message]) -> list[Telling]:
    """Give what is said in channels by whose channels they are, the team's first."""
    told = [Telling(whose(one), one, message) for one, message in said.items()]
    return sorted(told, key=lambda one: one.audience != TEAM)


def public(news: PublicNews) -> Sequence[Telling]:
    """Give where the public would read it; nothing if there is no page."""
    return PUBLIC.who.tellings(news) if PUBLIC.who else ()
