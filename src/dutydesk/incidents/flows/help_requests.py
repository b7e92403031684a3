"""Calling on others from the whole team, and what they answer. Clause incident.lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.db import transaction

from dutydesk.incidents.flows import help_calls, role_terms, updates
from dutydesk.incidents.models import HelpRequest, Incident
from dutydesk.incidents.words import role_words
from dutydesk.kernel.actions import Person
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows import skills
from dutydesk.people.models import Engineer
from dutydesk.rota.flows import roster

_NONE = HelpRequest.Answer.NONE


class HelpRefused(Refused):
    """Nobody can be asked so, or answer so."""


@dataclass(frozen=True)
class HelpWanted:
    """Who is asked: people by name, whoever has a skill, everybody on call; and what for."""

    engineers: tuple[int, ...]
    skill: str
    on_call: bool
    reason: str


@transaction.atomic
def call_on(*, incident: int, asked: HelpWanted, by: Person, at: datetime) -> list[HelpRequest]:
    """Ask people to join: whoever has a turn, or agreed to it, by contact methods; others in chat.

    Who is in it already, or was asked and has not answered, is left out. For an exercise nobody
    is called by contact methods. Raises HelpRefused.
    """
    found = updates.open_incident(incident)
    on_turn = {one.engineer for one in roster.who(at=at) if one.engineer is not None}
    people = _people(found, asked, by, at)
    if not people:
        raise HelpRefused(
            "Nobody is left to ask: they are in it already, or were asked.",
            "Choose somebody else, or another skill.",
        )
    made = [
        HelpRequest.objects.create(
            incident=found,
            engineer=one,
            by=by.name,
            reason=asked.reason,
            called=not found.exercise and (one.called_for_incidents or one.pk in on_turn),
            at=at,
        )
        for one in people
    ]
    _one_is_enough(made, asked, at)
    for one in made:
        help_calls.ask(found, one, at)
    help_calls.follow(found, at)
    text = role_words.call_on(
        by=by.name,
        reason=asked.reason,
        called=[one.engineer.name for one in made if one.called],
        written=[one.engineer.name for one in made if not one.called],
    )
    owner = role_terms.update_owner(found, at)
    role_terms.record(found, "help", text, at, by=by.name, before=owner)
    return made


def _people(incident: Incident, asked: HelpWanted, by: Person, at: datetime) -> list[Engineer]:
    """Give who is to be asked, each once, in the order of their names."""
    wanted = set(asked.engineers)
    if asked.skill:
        wanted |= set(skills.having(asked.skill).values_list("pk", flat=True))
    if asked.on_call:
        wanted |= _on_call(at)
    here = incident.participants.filter(left=None).values("engineer")
    waits = incident.help_requests.filter(answer=_NONE).values("engineer")
    free = Engineer.objects.filter(pk__in=wanted, active=True).exclude(pk=by.engineer or 0)
    rest = free.exclude(pk__in=here).exclude(pk__in=waits).exclude(pk=incident.lead_id or 0)
    return list(rest.select_related("account"))


def _one_is_enough(made: Sequence[HelpRequest], asked: HelpWanted, at: datetime) -> None:
    """Mark those of whom one is enough: who is asked for a skill alone, not by name or turn."""
    needed = {*asked.engineers, *(_on_call(at) if asked.on_call else ())}
    some = [one for one in made if one.engineer_id not in needed]
    for one in some:
        one.one_of = some[0].pk
        one.save(update_fields=["one_of"])


def _on_call(at: datetime) -> set[int]:
    """Give who has an on-call shift at `at`, whatever the hours."""
    shifts = (roster.on_shift(duty=duty, at=at) for duty in ("primary", "secondary"))
    return {one.pk for one in shifts if one is not None}


def by_link(*, token: str) -> HelpRequest:
    """Give the request that a link in a message was made for. Raises HelpRefused."""
    try:
        number = signing.loads(token, salt=help_calls.SALT, max_age=help_calls.LINK_LASTS)
    except signing.BadSignature as error:
        raise HelpRefused(
            "This link is not valid any more.", "Sign in to see the incident."
        ) from error
    asked = HelpRequest.objects.select_related("engineer__account", "incident")
    found = asked.filter(pk=number).first()
    if found is None or not found.engineer.present:
        raise HelpRefused("This link is not valid any more.", "Ask an administrator to let you in.")
    return found


@transaction.atomic
def answer_by_link(*, token: str, joins: bool, at: datetime) -> HelpRequest:
    """Answer as the person whom the link was made for; the same answer again changes nothing.

    Whoever couldn't may join after all. Raises HelpRefused, AlreadyResolved.
    """
    request = by_link(token=token)
    found = updates.open_incident(request.incident_id)
    request.refresh_from_db(fields=["answer"])
    answer = HelpRequest.Answer.JOINS if joins else HelpRequest.Answer.DECLINES
    if request.answer == answer:
        return request
    if request.answer == HelpRequest.Answer.JOINS:
        raise HelpRefused("You joined already.", "Leave the incident on its screen instead.")
    _answer(found, request, answer, at)
    return request


@transaction.atomic
def decline(*, incident: int, by: Person, at: datetime) -> None:
    """Say that one can't join what one was asked for. Raises HelpRefused."""
    found = updates.open_incident(incident)
    request = found.help_requests.filter(engineer=by.engineer, answer=_NONE).first()
    if request is None:
        raise HelpRefused("Nobody waits for your answer.", "There is nothing to do.")
    _answer(found, request, HelpRequest.Answer.DECLINES, at)


def _answer(
    incident: Incident, request: HelpRequest, answer: HelpRequest.Answer, at: datetime
) -> None:
    """Keep what somebody answered, and say it where the incident was announced."""
    who, before = request.engineer, role_terms.update_owner(incident, at)
    help_calls.answer(incident, request, answer, at)
    if answer == HelpRequest.Answer.JOINS:
        role_terms.join(incident, who, at)
        role_terms.record(
            incident, "joined", role_words.joined(who.name), at, by=who.name, before=before
        )
        return
    text = role_words.declined(who.name)
    role_terms.record(incident, "help", text, at, by=who.name, before=before)
