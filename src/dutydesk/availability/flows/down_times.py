"""When a service was down, with what is known of each time: why, and which incident it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Coalesce

from dutydesk.availability.flows import figures
from dutydesk.availability.flows.figures import ServiceAvailability
from dutydesk.availability.models import Run
from dutydesk.availability.rules.timeline import TimeState
from dutydesk.incidents.models import COUNTED, Incident
from dutydesk.kernel.periods import Period
from dutydesk.people.models import Service

SHOWN = 50
_LOOKED_BACK = timedelta(days=90)


@dataclass(frozen=True)
class DownTime:
    """One time in which a service was down. `said`: what was seen first."""

    period: Period
    said: str
    incidents: tuple[Incident, ...]


def last(service: Service, *, at: datetime) -> Period | None:
    """Give when a service was down last, in the last three months; None if it wasn't."""
    (found,) = figures.availability(Period(at - _LOOKED_BACK, at), at=at, services=[service])
    down = found.timeline.by_state.get(TimeState.DOWN, [])
    return down[-1] if down else None


def shown(found: ServiceAvailability) -> list[DownTime]:
    """Give the times in which it was down, newest first, as many as are shown."""
    down = found.timeline.by_state.get(TimeState.DOWN, [])[-SHOWN:]
    if not down:
        return []
    whole = Period(down[0].start, down[-1].end)
    incidents, runs = _incidents(found.service, whole), _runs(found, whole)
    return [
        DownTime(
            period,
            next((said for start, end, said in runs if _meets(period, start, end)), ""),
            tuple(one for start, end, one in incidents if _meets(period, start, end)),
        )
        for period in reversed(down)
    ]


def _meets(period: Period, start: datetime, end: datetime | None) -> bool:
    return start < period.end and (end is None or end > period.start)


def _incidents(
    service: Service, whole: Period
) -> Sequence[tuple[datetime, datetime | None, Incident]]:
    felt = Incident.objects.filter(COUNTED, services=service, user_impact=True)
    felt = felt.annotate(
        starts=Coalesce("fault_occurs", "detected", "declared"),
        ends=Coalesce("repaired", "resolved"),
    )
    meeting = felt.filter(Q(ends=None) | Q(ends__gt=whole.start), starts__lt=whole.end)
    return [(one.starts, one.ends, one) for one in meeting.order_by("starts")[:500]]


def _runs(found: ServiceAvailability, whole: Period) -> Sequence[tuple[datetime, datetime, str]]:
    terms = [one.term.number for one in found.reigns if one.term.number is not None]
    down = Run.objects.filter(
        term__in=terms, up=False, start__lt=whole.end, end__gt=whole.start
    ).exclude(said="")
    return list(down.order_by("start").values_list("start", "end", "said")[:2000])
