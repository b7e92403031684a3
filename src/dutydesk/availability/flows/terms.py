"""Keeping which source tells of which service, as the process file says it from now on."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db import transaction

from dutydesk.availability.flows import check_alarms
from dutydesk.availability.models import SourceTerm
from dutydesk.availability.rules.ranges import midnight
from dutydesk.availability.rules.sources import INCIDENTS
from dutydesk.database import notifications, rows
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.process.rules.availability import MeasuredService, PrometheusSource

CHANGED = "availability"
"""The subject of the screens of availability."""
_Change = tuple[str, SourceTerm | None, MeasuredService]


@process.held()
def settle(*, at: datetime) -> None:
    """Let the source that tells of each service be the one that the process names.

    A service that names none any more goes on with its incidents.
    """
    if list(_changes(at)):
        _settle(at)


@transaction.atomic
def _settle(at: datetime) -> None:
    rows.lock(["availability.terms"])
    # Before what is told of alarms, as whoever keeps an answer does.
    list(SourceTerm.objects.select_for_update().filter(ended=None).order_by("id"))
    changes = list(_changes(at))
    new = [name for name, old, _ in changes if old is None]
    services = Service.objects.in_bulk(new, field_name="name") if new else {}
    for name, old, said in changes:
        service = old.service if old else services.get(name)
        if old is not None:
            close(old, at=at)
        if service is not None:
            _begin(service, said, at)


def _changes(at: datetime) -> Iterator[_Change]:
    """Give each service that has another source now, with the term of the one before."""
    named = {one.service: one for one in process.in_force().availability.services}
    there = {
        one.service.name: one
        for one in SourceTerm.objects.filter(ended=None).select_related("service")
    }
    for name in there | named:
        said, old = named.get(name) or MeasuredService(service=name), there.get(name)
        if old is None and said.source.kind != INCIDENTS:
            yield name, None, said
        elif old is not None and not _is(old, said, at):
            yield name, old, said


def _is(term: SourceTerm, said: MeasuredService, at: datetime) -> bool:
    """Say whether a term is of the source that is named."""
    source = said.source
    if (term.kind, term.detail) != (source.kind, source.detail):
        return False
    asked_from = isinstance(source, PrometheusSource) and source.asked_from
    if not asked_from:
        return True
    wanted = midnight(asked_from, process.in_force().zone)
    return wanted >= at or term.began == wanted


def _beginning(said: MeasuredService, at: datetime) -> datetime:
    source = said.source
    if isinstance(source, PrometheusSource) and source.asked_from:
        return min(midnight(source.asked_from, process.in_force().zone), at)
    return at


def close(term: SourceTerm, *, at: datetime) -> None:
    """Let a source tell of its service no more; what it told stays."""
    check_alarms.end(term, at=at)
    term.ended, term.next_at = at, None
    term.trouble, term.remedy, term.trouble_since = "", "", None
    term.save()
    notifications.notify(CHANGED)


def _begin(service: Service, said: MeasuredService, at: datetime) -> None:
    source = said.source
    SourceTerm.objects.create(
        service=service,
        kind=source.kind,
        detail=source.detail,
        began=_beginning(said, at),
        next_at=None if source.kind == INCIDENTS else at,
    )
    notifications.notify(CHANGED)


def named_now(kind: SourceTerm.Kind) -> Mapping[str, MeasuredService]:
    """Give what the process says of the services with such a source, by their names."""
    named = process.in_force().availability.services
    return {one.service: one for one in named if one.source.kind == kind}


def unknown_names() -> list[str]:
    """Give the names in the process file's availability that no service has."""
    named = [one.service for one in process.in_force().availability.services]
    if not named:
        return []
    there = Service.objects.filter(name__in=named).values_list("name", flat=True)
    return sorted(set(named) - set(there))
