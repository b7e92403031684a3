"""Every incident as a dot; very many lie on a grid as fine as a picture can show."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.periods import Period
from dutydesk.measures.flows.incident_times import measured
from dutydesk.measures.rules.distributions import Dot
from dutydesk.measures.rules.steps import MeasuredSpan
from dutydesk.process.rules.hours import Clock

EACH_ALONE = 600
"""Up to so many are shown one by one."""
_ACROSS, _DOWN = 160, 10


def dots(period: Period, clock: Clock, span: MeasuredSpan, count: int) -> tuple[Dot, ...]:
    """Give a dot for each of `count` incidents that were measured, with its title and address.

    Many come as dots that each stand for several, at the mean of their lengths.
    """
    asked: dict[str, Any] = {"start": period.start, "end": period.end}
    begin = measured(clock, (span,), asked)
    if count <= EACH_ALONE:
        sql = "SELECT counted_at, s0, title, id, 1 FROM measured WHERE s0 IS NOT NULL ORDER BY 1, 4"
    else:
        asked |= {"across": _ACROSS, "down": _DOWN}
        sql = (
            "SELECT to_timestamp(avg(extract(epoch FROM counted_at))), avg(s0), '', 0, count(*)"
            " FROM measured WHERE s0 IS NOT NULL GROUP BY width_bucket("
            "extract(epoch FROM counted_at),"
            " extract(epoch FROM %(start)s::timestamptz), extract(epoch FROM %(end)s::timestamptz),"
            " %(across)s), floor(%(down)s * log(greatest(s0, 1)))"
        )
    with connection.cursor() as cursor:
        cursor.execute(f"{begin} {sql}", asked)
        return tuple(_dot(*row) for row in cursor.fetchall())


def _dot(at: datetime, seconds: float, title: str, number: int, many: int) -> Dot:
    address = path_to("measured-incident", number) if number else ""
    return Dot(at.astimezone(UTC), timedelta(seconds=float(seconds)), title, address, many)
