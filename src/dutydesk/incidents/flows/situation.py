"""What the affected team is told of an incident: only what is so. Clause oncall.inform."""

from datetime import datetime, timedelta

from dutydesk.commitments.flows import commitments
from dutydesk.incidents import words
from dutydesk.incidents.flows import owners
from dutydesk.incidents.flows.after_limit import reached_limit, worked
from dutydesk.incidents.models import Incident, Maintenance
from dutydesk.incidents.rules.limits import same_night
from dutydesk.incidents.rules.promises import LIMIT, TAKEOVER, UPDATE
from dutydesk.incidents.rules.situation import Situation
from dutydesk.kernel.subjects import subject
from dutydesk.process.flows import process


def wording(incident: Incident, at: datetime) -> str:
    """Give what the process says to the affected team, filled in for this incident as it stands."""
    current = process.in_force()
    stands = situation(incident, at)
    return words.informed(current.on_call.words, stands, zone=current.zone, at=at)


def situation(incident: Incident, at: datetime) -> Situation:
    """Read how an incident stands at `at`."""
    current, about = process.in_force(), subject("incident", incident.pk)
    due = {one.kind: one.due_at for one in commitments.owed([about]) if one.due_at > at}
    services = tuple(incident.services.order_by("name").values_list("name", flat=True))
    hours = current.clock("working").is_open(at)
    tonight = incident.limit_from is not None and same_night(current, incident.limit_from, at)
    update = due.get(UPDATE)
    return Situation(
        services=services,
        since=incident.first_declared or at,
        out=_out(incident),
        worked=_worked(incident) if tonight and LIMIT not in due else None,
        working=tonight and LIMIT in due and incident.worker is not None,
        support=hours and bool(owners.on_support(at=at).name),
        takeover=None if hours else due.get(TAKEOVER),
        planned=bool(incident.plan),
        update=update if incident.user_impact else None,
    )


def _out(incident: Incident) -> tuple[str, ...]:
    """Give the services of it that are in maintenance, and what was taken out because of it."""
    out = Maintenance.objects.filter(off_at=None)
    affected = out.filter(service__in=incident.services.all()) | out.filter(incident=incident)
    return tuple(affected.order_by("service__name").values_list("service__name", flat=True))


def _worked(incident: Incident) -> timedelta | None:
    """Give how long on call had worked on it when its limit was reached; None if it was not."""
    reached = reached_limit(incident)
    return None if reached is None else worked(incident, reached)
