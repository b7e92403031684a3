"""Reading what the status page shows: a dozen queries, however much there is."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Min, Q

from dutydesk.announcements.models import Announcement
from dutydesk.announcements.rules import promises as announced
from dutydesk.commitments.flows import commitments
from dutydesk.incidents.models import REAL, Incident, Maintenance
from dutydesk.incidents.rules import promises as declared
from dutydesk.incidents.words import public_message
from dutydesk.kernel.addresses import path_to
from dutydesk.outbox.flows import outbox
from dutydesk.people.models import Service
from dutydesk.ports.delivery import MAIL
from dutydesk.process.flows import process
from dutydesk.process.models import ProcessVersion
from dutydesk.process.rules.model import Process
from dutydesk.status.flows import incident_changes
from dutydesk.status.flows.incident_changes import ToldOf
from dutydesk.status.rules import conditions
from dutydesk.status.rules.facts import (
    IncidentFact,
    MaintenanceFact,
    NewsFact,
    ServiceFact,
    StatusFacts,
    StatusUpdate,
    WorkFact,
)
from dutydesk.status.rules.page import StatusPage, build, switched_off

_RECORD = timedelta(days=conditions.DAYS + 1)
Promised = Mapping[str, datetime]


@process.held()
def read(*, at: datetime) -> StatusPage:
    """Give the status page as it is at `at`; an empty one where the process file says off."""
    current = process.in_force()
    section = current.status_page
    if section.shown == "off":
        return switched_off(at.astimezone(UTC))
    title = f"{current.team.name} status"
    page = build(_facts(current, at), section, title=title, zone=current.zone, at=at)
    return replace(page, by_mail=section.shown == "public" and outbox.can_deliver(MAIL))


def link() -> str:
    """Give the status page's whole address."""
    return settings.STATUS_URL + path_to("status")


def missing_services() -> list[str]:
    """Give the names in the page's groups that no service has which users depend on."""
    section = process.in_force().status_page
    named = [name for group in section.groups for name in group.services]
    if section.shown == "off" or not named:
        return []
    there = Service.objects.filter(user_facing=True, name__in=named).values_list("name", flat=True)
    return sorted(set(named) - set(there))


def _facts(current: Process, at: datetime) -> StatusFacts:
    first = at - _RECORD
    services = {
        one.pk: ServiceFact(one.slug, one.name) for one in Service.objects.filter(user_facing=True)
    }
    incidents, announced = _incidents(first), _announced(first)
    promised, told = _promised(incidents, announced), incident_changes.told_of(incidents)
    shows = {one.id: one.shows for one in current.incidents.high}
    return StatusFacts(
        services=tuple(services.values()),
        incidents=tuple(_incident(one, services, shows, promised, told) for one in incidents),
        work=tuple(filter(None, (_work(one, services, promised) for one in announced))),
        news=tuple(_news(one, services, promised) for one in announced if one.window is None),
        maintenance=tuple(_maintenance(first, services)),
        since=_since(at),
    )


def _since(at: datetime) -> datetime:
    """Give from when on there is a record: the first process here, or an incident before it."""
    adopted = ProcessVersion.objects.aggregate(first=Min("adopted_at"))["first"]
    known = Incident.objects.filter(REAL).aggregate(first=Min("declared"))["first"]
    return min((one for one in (adopted, known) if one is not None), default=at)


def _incidents(first: datetime) -> list[Incident]:
    """Give the incidents with an impact on users that go on, or did since."""
    recent = Q(resolved__gte=first) | Q(resolved=None, repaired__gte=first)
    rows = Incident.objects.filter(REAL, Q(state=Incident.State.OPEN) | recent, user_impact=True)
    return list(rows.select_related("merged_into").prefetch_related("services", "updates"))


def _announced(first: datetime) -> list[Announcement]:
    """Give the announced work and news that goes on, is to come, or was over since."""
    rows = Announcement.objects.filter(Q(over_at=None) | Q(over_at__gte=first))
    return list(rows.prefetch_related("services", "updates", "promised"))


def _promised(incidents: Iterable[Incident], work: Iterable[Announcement]) -> Promised:
    """Give by subject when users hear next, soonest first."""
    subjects = [one.about for one in incidents if one.resolved is None]
    subjects += [each.about for one in work if one.open for each in one.promised.all()]
    owed = commitments.owed(subjects).filter(kind__in=(declared.UPDATE, announced.UPDATE))
    return dict(owed.values_list("subject", "due_at"))


def _incident(
    row: Incident,
    services: Mapping[int, ServiceFact],
    shows: Mapping[str, str],
    promised: Promised,
    told: ToldOf,
) -> IncidentFact:
    return IncidentFact(
        number=row.pk,
        title=row.title,
        user_impact=row.user_impact,
        condition=conditions.impact(row.criteria, high=row.high, shows=shows),
        services=_slugs(row.services.all(), services),
        began=row.fault_occurs or row.detected or row.declared,
        declared=row.declared,
        ended=row.repaired,
        resolved=row.resolved,
        state=row.state,
        late=row.late(row.updates.all()),
        next_update=promised.get(row.about),
        updates=tuple(
            StatusUpdate(f"incident-{row.pk}-{one.pk}", one.text, one.at, told.phase(one))
            for one in row.updates.all()
        ),
        changes=tuple(told.changes[row.pk]),
        affecting=told.affecting.get(row.pk),
    )


def _work(
    row: Announcement, services: Mapping[int, ServiceFact], promised: Promised
) -> WorkFact | None:
    if row.window is None:
        return None
    return WorkFact(
        number=row.pk,
        title=row.title,
        text=row.text,
        expect=row.impact,
        internal=_internal(row, services),
        services=_slugs(row.services.all(), services),
        window=row.window,
        announced=row.at,
        started=row.started_at,
        over=row.over_at,
        cancelled=row.state == Announcement.State.CANCELLED,
        next_update=_next(row, promised),
        updates=_updates(row, "work"),
    )


def _news(row: Announcement, services: Mapping[int, ServiceFact], promised: Promised) -> NewsFact:
    return NewsFact(
        number=row.pk,
        title=row.title,
        text=row.text,
        expect=row.impact,
        internal=_internal(row, services),
        services=_slugs(row.services.all(), services),
        announced=row.at,
        over=row.over_at,
        next_update=_next(row, promised),
        updates=_updates(row, "news"),
    )


def _internal(row: Announcement, services: Mapping[int, ServiceFact]) -> bool:
    """Say whether it is about services, and about none that users depend on."""
    concerns = list(row.services.all())
    return bool(concerns) and not any(one.pk in services for one in concerns)


def _next(row: Announcement, promised: Promised) -> datetime | None:
    due = [promised[one.about] for one in row.promised.all() if one.about in promised]
    return min(due, default=None)


def _updates(row: Announcement, kind: str) -> tuple[StatusUpdate, ...]:
    return tuple(
        StatusUpdate(f"{kind}-{row.pk}-{one.pk}", one.text, one.at) for one in row.updates.all()
    )


def _slugs(rows: Iterable[Service], services: Mapping[int, ServiceFact]) -> tuple[str, ...]:
    return tuple(services[one.pk].slug for one in rows if one.pk in services)


def _maintenance(first: datetime, services: Mapping[int, ServiceFact]) -> Iterable[MaintenanceFact]:
    rows = Maintenance.objects.filter(Q(off_at=None) | Q(off_at__gte=first))
    for row in rows.select_related("incident"):
        service = services.get(row.service_id)
        if service is not None:
            yield MaintenanceFact(
                number=row.pk,
                service=service,
                message=row.message or public_message(service.name),
                outage=row.incident is not None and row.incident.user_impact,
                start=row.on_at,
                until=row.until,
                end=row.off_at,
            )
