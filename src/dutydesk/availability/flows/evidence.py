"""Putting together what is known of each service: who told of it when, and what they told."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from dutydesk.availability.flows import windows
from dutydesk.availability.models import Exclusion, SourceTerm
from dutydesk.availability.rules.ranges import midnight
from dutydesk.availability.rules.sources import INCIDENTS, Reign, Term, reigns
from dutydesk.availability.rules.spans import intersect
from dutydesk.availability.rules.timeline import Evidence
from dutydesk.kernel.periods import Period, subtract, union
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.process.rules.availability import MeasuredService, PrometheusSource
from dutydesk.process.rules.model import Process

FRESH = timedelta(minutes=10)
"""What Prometheus was not asked for yet, of so short a time, is not unknown but still to come."""
_ROUND = timedelta(minutes=3)


@dataclass(frozen=True)
class KnownService:
    """What is known of a service in a range: what the process says, the evidence, who told it."""

    service: Service
    said: MeasuredService
    evidence: Evidence
    reigns: tuple[Reign, ...]


def measured_services(current: Process) -> list[Service]:
    """Give the services that are measured: those that users depend on, and those that are named."""
    named = [one.service for one in current.availability.services]
    return list(Service.objects.filter(Q(user_facing=True) | Q(name__in=named)))


def fresh(said: MeasuredService) -> timedelta:
    """Give for how long what a source told last is how the service is now, of its steps' length."""
    step = said.source.step if isinstance(said.source, PrometheusSource) else timedelta()
    return max(FRESH, 2 * step + _ROUND)


def gather(
    whole: Period, *, at: datetime, services: Sequence[Service] | None = None
) -> list[KnownService]:
    """Give what is known of each service from one moment to another, `at` at the latest.

    A fixed number of questions, whatever there is. Clause measure.availability.
    """
    current = process.in_force()
    if services is None:
        services = measured_services(current)
    if whole.end > at:
        whole = Period(min(whole.start, at), at)
    return _Gathered(current, services, whole).known()


def last_sources(services: Sequence[Service], whole: Period, *, at: datetime) -> dict[int, Term]:
    """Give by service who told of it last in a range, `at` at the latest."""
    told = Period(min(whole.start, at), at) if whole.end > at else whole
    terms, found = _terms(services), {}
    for one in services:
        every = reigns([_term(row) for row in terms[one.pk]], told)
        if every:
            found[one.pk] = max(every, key=lambda reign: reign.periods[-1]).term
    return found


class _Gathered:
    """All that was read, by service."""

    def __init__(self, current: Process, services: Sequence[Service], whole: Period) -> None:
        self._current, self._services, self._whole = current, services, whole
        self._terms = _terms(services)
        numbers = [one.pk for terms in self._terms.values() for one in terms]
        self._up, self._seen_down = windows.of_runs(numbers, whole)
        self._incidents, self._estimated = windows.of_incidents(whole, current)
        self._planned, self._forced = windows.of_maintenance(whole)
        self._work = windows.of_planned_work(whole)
        self._excluded = _exclusions(services, whole)
        self._record = windows.record_begins(whole.end)

    def known(self) -> list[KnownService]:
        return [self._known(one) for one in self._services]

    def _known(self, service: Service) -> KnownService:
        said = self._current.availability.of(service.name)
        mine = self._terms[service.pk]
        told = reigns([_term(one) for one in mine], self._whole)
        up: list[Period] = []
        down: list[Period] = []
        for reign in told:
            seen_up, seen_down = self._told(service, reign)
            up += intersect(seen_up, reign.periods)
            down += intersect(seen_down, reign.periods)
        planned = self._planned[service.pk]
        if self._current.availability.maintenance == "down":
            down, planned = [*down, *planned], []
        else:
            planned = [*planned, *self._work[service.pk]]
        life = self._life(said, mine)
        evidence = Evidence(life, up, down, planned, self._excluded[service.pk])
        return KnownService(service, said, evidence, tuple(told))

    def _told(self, service: Service, reign: Reign) -> tuple[list[Period], list[Period]]:
        """Give when a source says that the service was up, and when down.

        In the time of an incident whose times are estimates, nobody knows which of both it was.
        """
        number = reign.term.number
        if reign.term.kind != INCIDENTS and number is not None:
            return self._up[number], self._seen_down[number]
        start, end = max(self._record, self._whole.start), self._whole.end
        down = union([*self._incidents[service.pk], *self._forced[service.pk]])
        if start >= end:
            return [], down
        return subtract([Period(start, end)], union(self._estimated[service.pk])), down

    def _life(self, said: MeasuredService, mine: Sequence[SourceTerm]) -> Period:
        zone, start, end = self._current.zone, self._whole.start, self._whole.end
        if said.began:
            start = max(start, midnight(said.began, zone))
        if said.ended:
            end = min(end, midnight(said.ended, zone))
        newest = mine[-1] if mine else None
        if newest and newest.kind == SourceTerm.Kind.PROMETHEUS and newest.ended is None:
            asked = newest.read_to or newest.began
            if end - fresh(said) <= asked < end:
                end = asked
        return Period(min(start, end), end)


def _term(row: SourceTerm) -> Term:
    return Term(row.pk, row.kind, row.detail, row.began, row.ended)


def _terms(services: Collection[Service]) -> dict[int, list[SourceTerm]]:
    found: dict[int, list[SourceTerm]] = defaultdict(list)
    for row in SourceTerm.objects.filter(service__in=[one.pk for one in services]):
        found[row.service_id].append(row)
    return found


def _exclusions(services: Collection[Service], whole: Period) -> dict[int, list[Period]]:
    found: dict[int, list[Period]] = defaultdict(list)
    rows = Exclusion.objects.filter(
        service__in=[one.pk for one in services],
        withdrawn_at=None,
        start__lt=whole.end,
        end__gt=whole.start,
    )
    for service, start, end in rows.order_by().values_list("service", "start", "end"):
        found[service].append(Period(start, end))
    return found
