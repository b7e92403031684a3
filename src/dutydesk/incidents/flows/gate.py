"""What is out of service now, as the gate and the maintenance page need to know it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from dutydesk.commitments.flows import commitments
from dutydesk.incidents.models import Maintenance
from dutydesk.incidents.rules.promises import UPDATE
from dutydesk.incidents.words import public_message
from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Service
from dutydesk.process.flows import process


@dataclass(frozen=True)
class Out:
    """A service in maintenance. Only what everybody may read; no title of an incident."""

    service: str
    message: str
    since: datetime
    until: datetime | None
    next_update: datetime | None


@dataclass(frozen=True)
class GateStatus:
    """Every service by slug with its name, and of those in maintenance what is said of them."""

    names: dict[str, str]
    out: dict[str, Out]
    zone: ZoneInfo
    team: str


def standing() -> GateStatus:
    """Read how every service stands; four queries, however many there are."""
    current = process.in_force()
    rows = list(Maintenance.objects.filter(off_at=None).select_related("service"))
    about = {subject("incident", row.incident_id): row for row in rows if row.incident_id}
    owed = commitments.owed(about).filter(kind=UPDATE) if about else []
    due = {one.subject: one.due_at for one in owed}
    out = {
        row.service.slug: Out(
            service=row.service.name,
            message=row.message or public_message(row.service.name),
            since=row.on_at,
            until=row.until,
            next_update=due.get(subject("incident", row.incident_id or 0)),
        )
        for row in rows
    }
    names = dict(Service.objects.values_list("slug", "name"))
    return GateStatus(names, out, current.zone, current.team.name)
