"""Incidents by service, by criterion and by day; an incident of two services counts at both."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db import connection

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows.incident_times import COUNTED, COUNTED_AT, WITHIN

Group = tuple[str, int, int]
"""Its name, how many incidents, and how many of those are high."""
_COUNTS = "count(*), count(*) FILTER (WHERE i.priority = 'high')"
_UNNAMED = "none named"


def by_service(period: Period) -> list[Group]:
    """Give each service that had any, those with the most first."""
    return _grouped(
        f"SELECT coalesce(s.name, '{_UNNAMED}'), {_COUNTS} FROM incidents_incident i"
        " LEFT JOIN incidents_incident_services link ON link.incident_id = i.id"
        " LEFT JOIN people_service s ON s.id = link.service_id"
        f" WHERE {COUNTED} AND {WITHIN} GROUP BY 1 ORDER BY 2 DESC, 1",
        period,
    )


def by_criterion(period: Period) -> list[Group]:
    """Give each criterion by its id, the most frequent first; an empty one is for none of them."""
    return _grouped(
        f"SELECT coalesce(criterion, ''), {_COUNTS} FROM incidents_incident i"
        " LEFT JOIN LATERAL jsonb_array_elements_text(i.criteria) criterion ON true"
        f" WHERE {COUNTED} AND {WITHIN} GROUP BY 1 ORDER BY 2 DESC, 1",
        period,
    )


def by_day(period: Period, zone: ZoneInfo) -> dict[date, int]:
    """Give how many there were on each local day that had any."""
    sql = (
        f"SELECT ({COUNTED_AT} AT TIME ZONE %(zone)s)::date, count(*) FROM incidents_incident i"
        f" WHERE {COUNTED} AND {WITHIN} GROUP BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"start": period.start, "end": period.end, "zone": zone.key})
        return dict(cursor.fetchall())


def excluded(period: Period) -> dict[str, int]:
    """Give how many of a period aren't counted, by why: exercises, mistakes, parts of others."""
    sql = (
        "SELECT CASE WHEN i.exercise THEN 'exercise' ELSE i.state END, count(*)"
        f" FROM incidents_incident i WHERE NOT ({COUNTED}) AND {WITHIN} GROUP BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"start": period.start, "end": period.end})
        return dict(cursor.fetchall())


def estimated(period: Period) -> int:
    """Give how many of a period count, with times that are only estimated."""
    sql = f"SELECT count(*) FROM incidents_incident i WHERE i.estimated AND {COUNTED} AND {WITHIN}"
    with connection.cursor() as cursor:
        cursor.execute(sql, {"start": period.start, "end": period.end})
        return int(cursor.fetchone()[0])


def _grouped(sql: str, period: Period) -> list[Group]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"start": period.start, "end": period.end})
        return [(name, count, high) for name, count, high in cursor.fetchall()]
