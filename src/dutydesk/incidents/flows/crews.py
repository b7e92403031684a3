"""Who is in an incident: its lead, who has which role, who works on it, and who joined."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from dutydesk.incidents.models import Incident, Maintenance, Participant, RoleTerm
from dutydesk.incidents.rules.owners import Owner
from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.incident_roles import LEAD

Title = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Crew:
    """Who of an incident's people may owe something.

    `holders` by role; `worker` works on it out of hours; `others` are who does, then who joined.
    In an exercise nobody else owes anything.
    """

    holders: Mapping[str, Owner]
    worker: Owner | None
    others: tuple[Owner, ...]
    exercise: bool = False


def crews(subjects: Iterable[str], *, title: Title) -> dict[str, Crew]:
    """Give the crew of each subject: of an open incident, or of what was taken out for one.

    `title` names roles.
    """
    incidents = _incidents(subjects)
    numbers = {one.pk for one in incidents.values()}
    if not numbers:
        return {}
    terms: dict[int, dict[str, Engineer]] = {}
    for term in RoleTerm.objects.filter(incident__in=numbers, ended=None).select_related(
        "engineer"
    ):
        terms.setdefault(term.incident_id, {})[term.role] = term.engineer
    joined: dict[int, list[Engineer]] = {}
    for one in Participant.objects.filter(incident__in=numbers, left=None).select_related(
        "engineer"
    ):
        joined.setdefault(one.incident_id, []).append(one.engineer)
    return {
        about: _crew(row, terms.get(row.pk, {}), joined.get(row.pk, []), title)
        for about, row in incidents.items()
    }


def crew_of(incident: Incident) -> Crew | None:
    """Give the crew of an incident; None once it is over."""
    title = process.in_force().incidents.role
    return crews([incident.about], title=title).get(incident.about)


def _crew(
    incident: Incident, terms: Mapping[str, Engineer], joined: Iterable[Engineer], title: Title
) -> Crew:
    held: dict[str, Engineer | None] = {**terms, LEAD: incident.lead}
    worker = _as(incident.worker, "works on it")
    helpers = (_as(one, "joined") for one in joined)
    holders = {role: _as(one, title(role)) for role, one in held.items()}
    return Crew(
        {role: one for role, one in holders.items() if one is not None},
        worker,
        tuple(one for one in (worker, *helpers) if one is not None),
        incident.exercise,
    )


def _as(engineer: Engineer | None, role: str) -> Owner | None:
    """Give somebody who is still on the team as the owner by that role."""
    there = engineer is not None and engineer.active
    return Owner(engineer.name, role, engineer.pk) if there and engineer else None


def _incidents(subjects: Iterable[str]) -> dict[str, Incident]:
    """Give the open incident of each subject: an incident itself, or what was taken out for one."""
    numbers: dict[str, list[int]] = {"incident": [], "maintenance": []}
    for kind, _, number in (one.partition(":") for one in subjects):
        if kind in numbers:
            numbers[kind].append(int(number))
    rows = Incident.objects.filter(state=Incident.State.OPEN).select_related("lead", "worker")
    found = {subject("incident", row.pk): row for row in rows.filter(pk__in=numbers["incident"])}
    if numbers["maintenance"]:
        out = Maintenance.objects.filter(
            pk__in=numbers["maintenance"], incident__state=Incident.State.OPEN
        )
        for one in out.select_related("incident__lead", "incident__worker"):
            if one.incident is not None:
                found[one.about] = one.incident
    return found
