"""How long each service was in which state, day by day; and what that goes by."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from dutydesk.availability.flows import windows
from dutydesk.availability.flows.evidence import measured_services
from dutydesk.availability.flows.figures import trend
from dutydesk.availability.models import SourceTerm
from dutydesk.availability.rules.timeline import TimeTally
from dutydesk.kernel.periods import Period
from dutydesk.measures.flows.series import WorkedSeries
from dutydesk.measures.rules.day_spans import DAY, DaySpan, span_of
from dutydesk.process.flows import process

_TICK = timedelta(microseconds=1)


def _counted(span: Period, zone: ZoneInfo, at: datetime) -> Iterator[tuple[Any, ...]]:
    days = list(span_of(span, zone))
    periods = [DaySpan(day, day + DAY).period(zone) for day in days]
    for service, tallies in trend(periods, at=at).items():
        for day, one in zip(days, tallies, strict=True):
            states = (one.up, one.down, one.unknown, one.planned, one.excluded)
            yield day, str(service), [state // _TICK for state in states]


SERVICES = WorkedSeries("availability", 5, _counted)
"""How long each service, by its number, was in each state, in microseconds; as a `TimeTally`."""


def time_tally(ticks: tuple[int, ...]) -> TimeTally:
    """Give what was counted of a service as lengths of time."""
    return TimeTally(*(count * _TICK for count in ticks))


def service_terms(at: datetime) -> str:
    """Give in few letters what availability goes by, beside what happened.

    That are the process, the services, who told of them when, and since when incidents are on
    record. Another of these, and availability alone is tallied anew.
    """
    current = process.in_force()
    told = (
        current.zone.key,
        current.availability,
        current.clock(current.availability.clock),
        [(one.id, one.shows) for one in current.incidents.high],
        windows.record_begins(at),
        sorted((one.pk, one.name) for one in measured_services(current)),
        sorted(SourceTerm.objects.values_list("pk", "service", "kind", "began", "ended")),
    )
    return sha256(repr(told).encode()).hexdigest()
