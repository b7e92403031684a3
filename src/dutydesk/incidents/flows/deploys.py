"""Deployments that tools tell of, and which of them an incident's timeline shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import transaction
from django.db.models import Q

from dutydesk.alarms.flows import keys
from dutydesk.alarms.models import IntegrationKey
from dutydesk.database import notifications
from dutydesk.incidents.models import Deploy, Incident
from dutydesk.incidents.rules.deploys import NotADeploy, ToldDeploy, read_deploy
from dutydesk.journal.flows import journal
from dutydesk.kernel.events import Event
from dutydesk.kernel.subjects import subject
from dutydesk.people.flows import known_services
from dutydesk.people.models import Service
from dutydesk.process.flows import process

REPEATED = timedelta(minutes=10)
"""A tool that says no time and tells of the same version again so soon tells of the same."""
MOST_NAMED = 10
MOST_SHOWN = 100


@dataclass(frozen=True)
class ServiceDeployed(Event):
    """A version of a service went live."""

    kind: ClassVar[str] = "service.deployed"
    service: int
    version: str


@transaction.atomic
@process.held()
def take(*, token: str, body: bytes, at: datetime) -> Deploy:
    """Keep a deployment that the holder of a key tells of; told twice, it is one.

    Raises WrongKey, NotADeploy.
    """
    key = keys.opened_by(token=token, at=at, opens=IntegrationKey.Opens.DEPLOYS)
    told = read_deploy(body, at)
    service = _service(told.service)
    if told.at is None and (again := _repeated(service, told, at)) is not None:
        return again
    made, new = Deploy.objects.get_or_create(
        service=service,
        version=told.version,
        at=told.at or at,
        defaults={"url": told.url, "by": told.by, "told_by": key.name, "told_at": at},
    )
    if new:
        _record(made, at)
    return made


def _service(name: str) -> Service:
    """Give the service that is called so, as senders of alerts may call it too."""
    found = known_services.called(name)
    if found is None:
        known = list(Service.objects.order_by("name").values_list("name", flat=True))
        more = f" and {len(known) - MOST_NAMED} more" if len(known) > MOST_NAMED else ""
        listed = ", ".join(known[:MOST_NAMED]) + more or "none yet"
        raise NotADeploy(f"There is no service “{name}”.", f"Those that there are: {listed}.")
    return found


def _repeated(service: Service, told: ToldDeploy, at: datetime) -> Deploy | None:
    same = Deploy.objects.filter(service=service, version=told.version)
    return same.filter(at__gt=at - REPEATED, at__lte=at).first()


def _record(deploy: Deploy, at: datetime) -> None:
    """Write it down for the service, and stir the incidents that show it."""
    by = f" by {deploy.by}" if deploy.by else ""
    journal.record(
        event=ServiceDeployed(deploy.service_id, deploy.version),
        subject=subject("service", deploy.service_id),
        text=f"{deploy.version} was deployed{by}",
        at=at,
        actor=deploy.told_by,
        clause="postmortem.timeline",
    )
    running = Incident.objects.filter(state=Incident.State.OPEN, services=deploy.service_id)
    notifications.notify_all([incident.about for incident in running])


def of_incidents(incidents: Iterable[Incident], *, at: datetime) -> list[Deploy]:
    """Give the deployments of an incident's services: from a while before it began to its end."""
    before = process.in_force().incidents.deploys_before
    wanted = Q(pk__in=[])
    for one in incidents:
        if one.began is not None:
            services = one.services.values("pk")
            window = (one.began - before, one.resolved or at)
            wanted |= Q(service__in=services, at__range=window)
    return list(Deploy.objects.filter(wanted).select_related("service")[:MOST_SHOWN])
