"""The record of who has a role in an incident and who is in it, said where it was announced."""

from datetime import datetime

from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import exercises, help_calls, owners, updates
from dutydesk.incidents.models import HelpRequest, Incident, Participant, RoleTerm
from dutydesk.incidents.rules.owners import Owner
from dutydesk.incidents.rules.promises import ROLE_HANDOVER, UPDATE
from dutydesk.incidents.words import role_words
from dutydesk.kernel.actions import Person
from dutydesk.kernel.moments import when
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.incident_roles import COMMUNICATIONS


def holder(incident: Incident, role: str) -> Engineer | None:
    """Give who has a role just now."""
    term = incident.role_terms.filter(role=role, ended=None).select_related("engineer").first()
    return term.engineer if term else None


def begin(incident: Incident, role: str, engineer: Engineer, at: datetime) -> None:
    """Let somebody have a role from now on, whoever had it; who has it already goes on."""
    if holder(incident, role) == engineer:
        return
    end(incident, role, at)
    RoleTerm.objects.create(incident=incident, role=role, engineer=engineer, began=at)
    join(incident, engineer, at)


def end(incident: Incident, role: str, at: datetime) -> None:
    """Let nobody have a role any more; communications is handed over by that."""
    if role == COMMUNICATIONS:
        commitments.keep(kind=ROLE_HANDOVER, subject=incident.about, at=at)
    incident.role_terms.filter(role=role, ended=None).update(ended=at)


def join(incident: Incident, engineer: Engineer, at: datetime) -> bool:
    """Let somebody be in it from now on; give whether they weren't already.

    Whoever was asked to has answered by that.
    """
    for request in incident.help_requests.filter(engineer=engineer, answer=""):
        help_calls.answer(incident, request, HelpRequest.Answer.JOINS, at)
    _, new = Participant.objects.get_or_create(
        incident=incident, engineer=engineer, left=None, defaults={"joined": at}
    )
    return new


def begin_with(incident: Incident, by: Person, at: datetime) -> None:
    """Let whoever lets an incident go on be in it, if they are of the team."""
    who = Engineer.objects.filter(pk=by.engineer or 0, active=True).first()
    if who is not None:
        join(incident, who, at)


def update_owner(incident: Incident, at: datetime) -> Owner | None:
    """Give who owes the incident's next update; None if none is owed."""
    owed = commitments.owed([incident.about]).filter(kind=UPDATE).first()
    return owners.owner_of(owed, at=at) if owed else None


def say(incident: Incident, text: str, at: datetime, *, key: str, before: Owner | None) -> None:
    """Say under the announcement what changed, and whose the next update is if it moved.

    `before` owed it until now.
    """
    current = process.in_force()
    more, owed = "", commitments.owed([incident.about]).filter(kind=UPDATE).first()
    after = owners.owner_of(owed, at=at) if owed else None
    if owed and after and after.name and (before is None or before.name != after.name):
        more = role_words.moved(name=after.name, due=when(owed.due_at, current.zone, at))
    title = exercises.titled(role_words.NEWS, exercise=incident.exercise)
    message = role_words.news(about=incident.about, text=text, more=more, title=title)
    said = {current.team.channel: message}
    updates.say_under(incident, said, f"{incident.about}:{key}", at)


def record(
    incident: Incident, what: str, text: str, at: datetime, *, by: str, before: Owner | None
) -> None:
    """Keep in the timeline what changed, and say it. Clause incident.lead."""
    number = updates.record_step(incident, what, text, by, at, "incident.lead")
    say(incident, text, at, key=f"{what}:{number}", before=before)
