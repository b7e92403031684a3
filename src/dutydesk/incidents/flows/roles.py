"""Who does what in an incident: roles taken, given and given back, and who joins and leaves."""

from datetime import datetime

from django.db import transaction

from dutydesk.incidents.flows import help_calls, leads, role_terms, updates
from dutydesk.incidents.models import HelpRequest, Incident
from dutydesk.incidents.words import role_words
from dutydesk.kernel.actions import Person
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows.people import EngineerStaying
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.incident_roles import LEAD

_LEFT = ", having left the team"


class RoleRefused(Refused):
    """Who does what stays as it is."""


def _named(role: str) -> str:
    """Give a role's name in a sentence; refuse one that the process doesn't know."""
    incidents = process.in_force().incidents
    if role not in {one.id for one in incidents.roles}:
        raise RoleRefused(
            f"The process knows no role “{role[:40]}”.", "Open the incident again, and choose one."
        )
    return incidents.role(role)


@transaction.atomic
def take(*, incident: int, role: str, engineer: int, by: Person, at: datetime) -> str:
    """Let an engineer have a role, whoever had it; give what is said of it. In the open.

    Raises RoleRefused.
    """
    found, name = updates.open_incident(incident), _named(role)
    who, was = Engineer.objects.get(pk=engineer), role_terms.holder(found, role)
    if was == who:
        raise RoleRefused(f"{who.name} has {name} already.", "There is nothing to do.")
    if not who.active:
        raise RoleRefused(f"{who.name} has left the team.", "Choose somebody else.")
    before = role_terms.update_owner(found, at)
    role_terms.begin(found, role, who, at)
    text = role_words.has_role(name=who.name, role=name, before=was.name if was else "", by=by.name)
    role_terms.record(found, "role", text, at, by=by.name, before=before)
    return text


@transaction.atomic
def give_back(*, incident: int, role: str, by: Person, at: datetime) -> None:
    """Let whoever has a role have it no more. Raises RoleRefused."""
    found = updates.open_incident(incident)
    who = role_terms.holder(found, role)
    if who is None or who.pk != by.engineer:
        raise RoleRefused("You don't have this role.", "Give it to somebody instead.")
    _lose(found, role, who, at, by=by.name)


def _lose(
    incident: Incident, role: str, who: Engineer, at: datetime, *, by: str, why: str = ""
) -> None:
    before = role_terms.update_owner(incident, at)
    role_terms.end(incident, role, at)
    name = process.in_force().incidents.role(role)
    text = role_words.left_role(name=who.name, role=name, why=why)
    role_terms.record(incident, "role", text, at, by=by, before=before)


@transaction.atomic
def join(*, incident: int, by: Person, at: datetime) -> Incident:
    """Let an engineer be in it from now on. Raises RoleRefused."""
    found = updates.open_incident(incident)
    who = Engineer.objects.filter(pk=by.engineer or 0, active=True).first()
    if who is None:
        raise RoleRefused("An engineer of the team joins.", "Ask one of them to.")
    before = role_terms.update_owner(found, at)
    if not role_terms.join(found, who, at):
        raise RoleRefused("You are in it already.", "There is nothing to do.")
    text = role_words.joined(who.name)
    role_terms.record(found, "joined", text, at, by=by.name, before=before)
    return found


@transaction.atomic
def leave(*, incident: int, by: Person, at: datetime) -> None:
    """Let an engineer be in it no more, and give their roles back. Raises RoleRefused."""
    found = updates.open_incident(incident)
    who = Engineer.objects.filter(pk=by.engineer or 0).first()
    mine = found.participants.filter(engineer=who, left=None)
    if who is None or not mine.exists():
        raise RoleRefused("You are not in it.", "There is nothing to do.")
    _leave(found, who, at, by=by.name)


def _leave(incident: Incident, who: Engineer, at: datetime, *, by: str, why: str = "") -> None:
    """Take somebody out of an incident, and say so; its roles and lead are nobody's then."""
    if incident.lead_id == who.pk:
        leads.lose_lead(incident, at, by=by, why=why)
    held = incident.role_terms.filter(engineer=who, ended=None).exclude(role=LEAD)
    for role in held.values_list("role", flat=True):
        _lose(incident, role, who, at, by=by, why=why)
    before = role_terms.update_owner(incident, at)
    if incident.worker_id == who.pk:
        incident.worker = None
        incident.save(update_fields=["worker"])
    if incident.participants.filter(engineer=who, left=None).update(left=at):
        text = role_words.left(who.name) + why
        role_terms.record(incident, "left", text, at, by=by, before=before)


def left_team(*, event: EngineerStaying, at: datetime) -> None:
    """Take somebody who left the team out of every incident that goes on."""
    who = Engineer.objects.get(pk=event.engineer)
    if who.active:
        return
    running = Incident.objects.select_for_update(of=("self",)).filter(state=Incident.State.OPEN)
    for found in running.order_by("pk"):
        _leave(found, who, at, by=who.name, why=_LEFT)
        for request in found.help_requests.filter(engineer=who, answer=HelpRequest.Answer.NONE):
            _cannot_join(found, request, at)


def _cannot_join(incident: Incident, request: HelpRequest, at: datetime) -> None:
    """Wait for no answer of somebody who left the team."""
    who, before = request.engineer, role_terms.update_owner(incident, at)
    help_calls.answer(incident, request, HelpRequest.Answer.DECLINES, at)
    text = role_words.declined(who.name) + _LEFT
    role_terms.record(incident, "help", text, at, by=who.name, before=before)


def let_leavers_go(incident: Incident, at: datetime) -> None:
    """Take those out of an incident that is back who left the team while it was over."""
    gone = incident.participants.filter(left=None, engineer__active=False)
    for one in gone.select_related("engineer"):
        _leave(incident, one.engineer, at, by=one.engineer.name, why=_LEFT)


def concerns(event: EngineerStaying) -> bool:
    """Say whether somebody left."""
    return not event.active


def take_in(other: Incident, part: Incident, at: datetime) -> None:
    """Let who is in an incident be in the one that it is part of, in roles that nobody has there.

    Of both, `lead` is known. Clause incident.lead.
    """
    for one in part.participants.filter(left=None).select_related("engineer"):
        role_terms.join(other, one.engineer, at)
    for term in part.role_terms.filter(ended=None).exclude(role=LEAD).select_related("engineer"):
        if role_terms.holder(other, term.role) is None:
            role_terms.begin(other, term.role, term.engineer, at)
    leads.follow(other, at)
