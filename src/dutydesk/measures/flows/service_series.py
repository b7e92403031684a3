"""How long each service was in which state, day by day; and what that goes by."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from dutydesk.availability.flows import windows
from dutydesk.availability.flows.evidence import measured_services
from dutydesk.availability.flows.figures import trend
from dutydesk.availability.models import SourceTerm
from dutydesk.availability.rules.timeline import TimeTally
from dutydesk.measures.flows.series import WorkedSeries
from dutydesk.measures.rules.day_spans import DaySpan
from dutydesk.process.flows import process

_TICK = timedelta(microseconds=1)


def _counted(
    stretches: Sequence[DaySpan], zone: ZoneInfo, at: datetime
) -> Iterator[tuple[Any, ...]]:
    periods = [one.period(zone) for one in stretches]
    for service, tallies in trend(periods, at=at).items():
        for stretch, one in zip(stretches, tallies, strict=True):
            states = (one.up, one.down, one.unknown, one.planned, one.excluded)
            yield stretch.first, str(service), [state // _TICK for state in states]


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
