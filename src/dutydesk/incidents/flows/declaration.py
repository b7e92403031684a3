"""Declaring an incident."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import Q

from dutydesk.alarms.flows import takeover
from dutydesk.database import rows
from dutydesk.incidents.flows import (
    audiences,
    gatherings,
    leaders,
    leads,
    oncall_limit,
    role_terms,
    updates,
)
from dutydesk.incidents.models import Incident
from dutydesk.incidents.rules.duplicates import WITHIN, Declared, maybe_same, pressed_twice
from dutydesk.incidents.rules.priority import priority_of
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.events import Event
from dutydesk.kernel.moments import clock_time
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
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
    `another`: they know of what others declared just now, and this is something else.
    """

    title: str
    services: tuple[int, ...]
    criteria: tuple[str, ...]
    user_impact: bool
    source: str = ""
    began: datetime | None = None
    another: bool = False


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
    current = process.in_force()
    incident = _begin(what, by, at)
    about = subject("incident", incident.pk)
    if what.source:
        takeover.take(about=what.source, incident=about, by=by.name, at=at)
    updates.promise_first_update(incident, at)
    role_terms.begin_with(incident, by, at)
    leads.follow(incident, at)
    if incident.high:
        gatherings.promise_next(incident, at)
    oncall_limit.begin_work(incident, by.engineer, at)
    updates.announce(incident, at)
    journal.record(
        event=IncidentDeclared(incident.pk, incident.priority, what.source),
        subject=about,
        text=f"{by.name} declared a {incident.priority}-priority incident: {incident.title}",
        at=at,
        actor=by.name,
        clause="incident.declare",
    )
    if leaders.hear_of(high=incident.high):
        due_at = at + current.incidents.first_update
        said = leaders.declared(audiences.news_of(incident), about=about, next_at=due_at, at=at)
        leaders.tell(incident, f"{about}:declared", said, at=at)
    return incident


def _begin(what: Declaration, by: Person, at: datetime) -> Incident:
    incident = Incident.objects.create(
        title=what.title,
        priority=priority_of(what.criteria),
        criteria=list(what.criteria),
        user_impact=what.user_impact,
        source=what.source,
        declared_by=by.name,
        fault_occurs=what.began,
        detected=at if what.began is None else None,
        declared=at,
    )
    incident.services.set(Service.objects.filter(pk__in=what.services))
    return incident


def _check(what: Declaration, by: Person, at: datetime) -> int | None:
    """Give the incident that was declared by this very press; refuse what goes on already."""
    new = Declared(0, by.name, what.title, frozenset(what.services), what.source, at)
    running = just_declared(at)
    if (pressed := pressed_twice(new, running)) is not None:
        return pressed.number
    _check_source(what.source)
    other = None if what.another else maybe_same(new, running)
    if other is not None:
        time = clock_time(other.at, process.in_force().zone)
        raise DeclarationRefused(
            f"{other.by} declared incident {other.number} of the same, “{other.title}”, at {time}.",
            "Go on in that one, or say that this is another one.",
        )
    return None


def _check_source(source: str) -> None:
    if not source:
        return
    whole_or_part = Q(source=source) | Q(merged__source=source)
    running = Incident.objects.filter(whole_or_part, state=Incident.State.OPEN).first()
    if running is not None:
        raise DeclarationRefused(
            f"Incident {running.pk} was declared from this already.", "Go on in that one."
        )


def just_declared(at: datetime) -> Sequence[Declared]:
    """Give the incidents that go on and began a few minutes ago, the newest first."""
    recent = Incident.objects.filter(
        state=Incident.State.OPEN, declared__gte=at - WITHIN, declared__lte=at
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
