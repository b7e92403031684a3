"""Every incident as a dot; very many lie on a grid as fine as a picture can show."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.periods import Period
from dutydesk.measures.flows.incident_times import measured
from dutydesk.measures.rules.distributions import Dot
from dutydesk.measures.rules.length_cells import COLUMNS, DOTS
from dutydesk.measures.rules.steps import MeasuredSpan
from dutydesk.process.rules.hours import Clock

EACH_ALONE = 400
"""Up to so many are shown one by one."""

_PLACED = """
SELECT moment, width_bucket(moment, date_part('epoch', %(start)s::timestamptz),
         date_part('epoch', %(end)s::timestamptz), %(across)s) AS across, {lengths}
FROM (SELECT date_part('epoch', counted_at) AS moment, {lengths} FROM measured) moments
"""
_TOGETHER = """
SELECT {place}, to_timestamp(avg(moment)), avg(s{place}), '', 0, count(*) FROM placed
WHERE s{place} IS NOT NULL GROUP BY across, floor(%(down)s * log(greatest(s{place}, 1)))::int
"""


def dots(
    period: Period, clock: Clock, spans: Sequence[MeasuredSpan], count: int
) -> dict[str, tuple[Dot, ...]]:
    """Give for each span a dot for every incident that was measured, with title and address.

    Of more than so many incidents they come as dots that each stand for several, at their mean.
    """
    found: dict[str, list[Dot]] = {span.name: [] for span in spans}
    if not spans:
        return {}
    asked: dict[str, Any] = {"start": period.start, "end": period.end}
    begin = measured(clock, spans, asked)
    if count <= EACH_ALONE:
        each = ", ".join(f"({place}, s{place})" for place, _ in enumerate(spans))
        sql = (
            "SELECT span, counted_at, took, title, id, 1 FROM measured,"
            f" LATERAL (VALUES {each}) AS one(span, took) WHERE took IS NOT NULL ORDER BY 2, 5"
        )
    else:
        asked |= {"across": COLUMNS, "down": DOTS}
        placed = ", ".join(f"s{place}" for place, _ in enumerate(spans))
        sql = f", placed AS MATERIALIZED ({_PLACED.format(lengths=placed)}) " + " UNION ALL ".join(
            _TOGETHER.format(place=place) for place, _ in enumerate(spans)
        )
    with connection.cursor() as cursor:
        cursor.execute(f"{begin} {sql}", asked)
        for place, *dot in cursor.fetchall():
            found[spans[place].name].append(_dot(*dot))
    return {name: tuple(every) for name, every in found.items()}


def _dot(at: datetime, seconds: float, title: str, number: int, many: int) -> Dot:
    address = path_to("measured-incident", number) if number else ""
    return Dot(at.astimezone(UTC), timedelta(seconds=float(seconds)), title, address, many)
