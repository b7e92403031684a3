"""Declaring an incident."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from dutydesk.alarms.flows import takeover
from dutydesk.database import rows
from dutydesk.incidents import words
from dutydesk.incidents.flows import (
    audiences,
    exercises,
    gatherings,
    leaders,
    leads,
    links,
    oncall_limit,
    resolution,
    role_terms,
    updates,
)
from dutydesk.incidents.models import Incident
from dutydesk.incidents.rules.duplicates import WITHIN, Declared, maybe_same, pressed_twice
from dutydesk.incidents.rules.priority import priority_of
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.events import Event
from dutydesk.kernel.moments import clock_time, when
from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import Service
from dutydesk.process.flows import process


class DeclarationRefused(Refused):
    """The incident can't be declared as it is."""


@dataclass(frozen=True)
class IncidentDeclared(Event):
    """An incident began. `source` is the alarm or question that prompted it, or nothing."""

    kind: ClassVar[str] = "incident.declared"
    incident: int
    priority: str
    source: str


@dataclass(frozen=True)
class Declaration:
    """What somebody says when they declare: what, which services, which criteria apply.

    `began` is when users began to notice, if it is known; `source` as in `IncidentDeclared`.
    `another`: they know of what others declared just now, and this is something else. `repaired`:
    users had it back then, before anybody declared it. `impact` is told under the announcement.
    """

    title: str
    services: tuple[int, ...]
    criteria: tuple[str, ...]
    user_impact: bool
    source: str = ""
    began: datetime | None = None
    another: bool = False
    repaired: datetime | None = None
    impact: str = ""
    exercise: bool = False


@transaction.atomic
@process.held()
def declare(*, what: Declaration, by: Person, at: datetime) -> Incident:
    """Begin an incident: announce it, promise the first update, call the first gathering.

    A button that was pressed twice begins one. What somebody else declared just now is offered in
    a refusal, unless this is said to be another one.
    """
    rows.lock([IncidentDeclared.kind])  # Of two who declare at once, one sees the other's.
    pressed = _check(what, by, at)
    if pressed is not None:
        return Incident.objects.get(pk=pressed)
    incident = _begin(what, by, at)
    about = incident.about
    if what.source:
        because = f"{by.name} declared incident {incident.pk}"
        links.link(incident, what.source, by.name, at)
        takeover.take(about=what.source, incident=about, because=because, at=at)
    if what.repaired is None:
        _owe(incident, by, at)
    updates.announce(incident, at)
    late = ", after its repair" if what.repaired else ""
    journal.record(
        event=IncidentDeclared(incident.pk, incident.priority, what.source),
        subject=about,
        text=f"{by.name} declared a {incident.priority}-priority incident{late}: {incident.title}",
        at=at,
        actor=by.name,
        clause="incident.declare",
    )
    _tell(incident, what, by, at)
    return incident


def _begin(what: Declaration, by: Person, at: datetime) -> Incident:
    began, detected = _known(what, at)
    _check_repair(began or detected, what.repaired)
    incident = Incident.objects.create(
        title=exercises.titled(what.title, exercise=what.exercise),
        priority=priority_of(what.criteria),
        criteria=list(what.criteria),
        user_impact=what.user_impact,
        source=what.source,
        declared_by=by.name,
        fault_occurs=began,
        detected=detected or (at if began is None else None),
        declared=at,
        exercise=what.exercise,
    )
    incident.services.set(Service.objects.filter(pk__in=what.services))
    return incident


def _known(what: Declaration, at: datetime) -> tuple[datetime | None, datetime | None]:
    """Give when it began and when it was detected, as far as whoever declares it says.

    Else by what prompted it: the incident began when an alarm did, and was detected when the desk
    was told of that; what somebody asked or wrote says only by when it was noticed.
    """
    prompted = links.thing(what.source) if what.source else None
    if prompted is None:
        return what.began, None
    began = min(prompted.began, at) if prompted.noun == "alarm" else None
    return what.began or began, min(prompted.heard, at)


def _check_repair(began: datetime | None, repaired: datetime | None) -> None:
    if repaired is None:
        return
    if began is None:
        raise DeclarationRefused(
            "It was repaired, and nobody said when it began.", "Say when it began too."
        )
    if repaired < began:
        raise DeclarationRefused("It can't be repaired before it began.", "Correct the time.")


def _owe(incident: Incident, by: Person, at: datetime) -> None:
    """Owe what an incident that goes on asks for."""
    updates.promise_first_update(incident, at)
    role_terms.begin_with(incident, by, at)
    leads.follow(incident, at)
    if incident.high:
        gatherings.promise_next(incident, at)
    oncall_limit.begin_work(incident, by.engineer, at)


def _tell(incident: Incident, what: Declaration, by: Person, at: datetime) -> None:
    """Tell what is known beyond the announcement; of what is repaired already, that it is over."""
    current, about = process.in_force(), incident.about
    if what.impact:
        updates.tell_impact(incident, what.impact, by, at)
    if what.repaired is not None:
        text = words.over_before(when(what.repaired, current.zone, at))
        resolution.resolve(incident=incident.pk, text=text, repaired=what.repaired, by=by, at=at)
        incident.refresh_from_db()
    elif leaders.hear_of(high=incident.high):
        due_at = at + current.incidents.first_update
        said = leaders.declared(audiences.news_of(incident), about=about, next_at=due_at, at=at)
        leaders.tell(incident, f"{about}:declared", said, at=at)


def _check(what: Declaration, by: Person, at: datetime) -> int | None:
    """Give the incident that was declared by this very press; refuse what goes on already."""
    title = exercises.titled(what.title, exercise=what.exercise)
    new = Declared(0, by.name, title, frozenset(what.services), what.source, at)
    running = just_declared(at, exercise=what.exercise)
    if (pressed := pressed_twice(new, running)) is not None:
        return pressed.number
    _check_source(what)
    other = None if what.another else maybe_same(new, running)
    if other is not None:
        time = clock_time(other.at, process.in_force().zone)
        raise DeclarationRefused(
            f"{other.by} declared incident {other.number} of the same, “{other.title}”, at {time}.",
            "Go on in that one, or say that this is another one.",
        )
    return None


def _check_source(what: Declaration) -> None:
    if not what.source:
        return
    if what.exercise:
        raise DeclarationRefused(
            "What prompts this is real, and no exercise has it.", "Declare the exercise by itself."
        )
    running = links.running(what.source).first()
    if running is not None:
        raise DeclarationRefused(f"Incident {running.pk} has this already.", "Go on in that one.")


def just_declared(at: datetime, *, exercise: bool = False) -> Sequence[Declared]:
    """Give the incidents that go on and began a few minutes ago, the newest first."""
    recent = Incident.objects.filter(
        state=Incident.State.OPEN,
        exercise=exercise,
        declared__gte=at - WITHIN,
        declared__lte=at,
    )
    of: dict[int, set[int]] = defaultdict(set)
    said: dict[int, tuple[str, str, str, datetime]] = {}
    columns = ("pk", "services", "declared_by", "title", "source", "declared")
    for number, service, by, title, source, declared in recent.values_list(*columns):
        said[number] = by, title, source, declared
        if service is not None:
            of[number].add(service)
    return [
        Declared(number, by, title, frozenset(of[number]), source, declared)
        for number, (by, title, source, declared) in said.items()
    ]
