"""Reading when services were up or down: one question of each kind, however many there are.

PostgreSQL unites what overlaps; times come as microseconds: reading them as text takes longest.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Case, Q, Value, When

from dutydesk.announcements.models import Announcement
from dutydesk.incidents.models import COUNTED, Incident, Maintenance
from dutydesk.kernel.periods import Period
from dutydesk.process.rules.model import Process
from dutydesk.status.rules.conditions import HIGH_WITHOUT_CRITERIA, NORMAL, ServiceCondition

Windows = Mapping[int, list[Period]]
"""Periods by the number of a service, or of a source's term."""
_LISTED = 20

_INCIDENTS = """
WITH impact AS (
    SELECT link.service_id AS service, coalesce(fault_occurs, detected, declared) AS began,
        CASE WHEN state = 'open' THEN coalesce(repaired, %(end)s)
            ELSE coalesce(repaired, resolved) END AS ended,
        estimated AND state <> 'open' AS guessed
    FROM incidents_incident AS incident
    JOIN incidents_incident_services AS link ON link.incident_id = incident.id
    WHERE NOT exercise AND user_impact AND state IN ('open', 'resolved')
        AND (criteria ?| %(bad)s::text[]
            OR (NOT criteria ?| %(known)s::text[] AND priority = 'high' AND %(high)s)
            OR (NOT criteria ?| %(known)s::text[] AND priority <> 'high' AND %(normal)s))
), united AS (
    SELECT service, guessed,
        range_agg(tstzrange(greatest(began, %(start)s), least(ended, %(end)s))) AS windows
    FROM impact WHERE began < ended AND began < %(end)s AND ended > %(start)s GROUP BY 1, 2
)
SELECT service, guessed, (extract(epoch FROM lower(one)) * 1000000)::bigint,
    (extract(epoch FROM upper(one)) * 1000000)::bigint
FROM united, unnest(windows) AS one ORDER BY 1, 3
"""

_RUNS = """
SELECT term_id, up, (extract(epoch FROM greatest(start, %(start)s)) * 1000000)::bigint,
    (extract(epoch FROM least("end", %(end)s)) * 1000000)::bigint
FROM availability_run
WHERE term_id = ANY(%(terms)s) AND start < %(end)s AND "end" > %(start)s ORDER BY 1, 3
"""


def of_incidents(whole: Period, current: Process) -> tuple[Windows, Windows]:
    """Give when users were without, by the incidents that count: from the beginning to the repair.

    An incident goes on until it is repaired, or else resolved. One whose times nobody knows, or
    that names no service, is in none of them. The second: the same of incidents that are over and
    whose times somebody estimated; nobody knows exactly when in it the service was down.
    """
    shows = {one.id: ServiceCondition(one.shows) for one in current.incidents.high}
    values: dict[str, Any] = {
        "start": whole.start,
        "end": whole.end,
        "known": list(shows),
        "bad": [name for name, condition in shows.items() if _counts(condition, current)],
        "high": _counts(ServiceCondition(HIGH_WITHOUT_CRITERIA), current),
        "normal": _counts(ServiceCondition(NORMAL), current),
    }
    down: Windows = defaultdict(list)
    estimated: Windows = defaultdict(list)
    for service, guessed, start, end in _asked(_INCIDENTS, values):
        (estimated if guessed else down)[service].append(_period(start, end))
    return down, estimated


def _asked(statement: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _counts(condition: ServiceCondition, current: Process) -> bool:
    """Say whether what users notice of an incident counts as down."""
    order = list(ServiceCondition)
    least = ServiceCondition(current.availability.down_from)
    return order.index(condition) >= order.index(least)


def of_runs(terms: Sequence[int], whole: Period) -> tuple[Windows, Windows]:
    """Give when services were seen up, and when down, by the source's term."""
    up: Windows = defaultdict(list)
    down: Windows = defaultdict(list)
    if terms:
        values = {"terms": list(terms), "start": whole.start, "end": whole.end}
        for term, is_up, start, end in _asked(_RUNS, values):
            (up if is_up else down)[term].append(_period(start, end))
    return up, down


def _period(start: int, end: int) -> Period:
    return Period(_EPOCH + timedelta(microseconds=start), _EPOCH + timedelta(microseconds=end))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def of_maintenance(whole: Period) -> tuple[Windows, Windows]:
    """Give when services were out on purpose, and when because of an incident that users felt."""
    planned: Windows = defaultdict(list)
    forced: Windows = defaultdict(list)
    going = Q(off_at=None) | Q(off_at__gt=whole.start)
    out = Maintenance.objects.filter(going, on_at__lt=whole.end).values_list(
        "service", "on_at", "off_at", "incident__user_impact"
    )
    for service, start, end, felt in out.order_by():
        _put(forced if felt else planned, service, (start, end), whole)
    return planned, forced


def of_planned_work(whole: Period) -> Windows:
    """Give when announced work on services went on, from its start to its end as they were told."""
    found: Windows = defaultdict(list)
    going = Q(over_at=None) | Q(over_at__gt=whole.start)
    begun = Announcement.objects.filter(going, started_at__lt=whole.end, services__isnull=False)
    for service, start, end in begun.order_by().values_list("services", "started_at", "over_at"):
        _put(found, service, (start, end), whole)
    return found


def _put(
    found: Windows, service: int, times: tuple[datetime | None, datetime | None], whole: Period
) -> None:
    start, end = max(times[0] or whole.start, whole.start), min(times[1] or whole.end, whole.end)
    if start < end:
        found[service].append(Period(start, end))


def record_begins(at: datetime) -> datetime:
    """Give from when on incidents are on record: the first process here, or one before it."""
    known = _asked(_RECORD, {})[0]
    return min((one for one in known if one is not None), default=at)


_RECORD = """
SELECT (SELECT min(adopted_at) FROM process_processversion),
    (SELECT min(least(declared, detected, fault_occurs)) FROM incidents_incident
     WHERE NOT exercise AND state IN ('open', 'resolved'))
"""


@dataclass(frozen=True)
class UncountedIncident:
    """An incident that users felt and that makes no time count as down, and why."""

    incident: Incident
    reason: str


def uncounted(whole: Period) -> list[UncountedIncident]:
    """Give incidents that users felt in a range and that count for no service, newest first.

    Their times are estimates, nobody knows when they were over, or which service it was.
    """
    names = ("declared", "detected", "fault_occurs")
    within = [{f"{one}__gte": whole.start, f"{one}__lt": whole.end} for one in names]
    began = reduce(or_, (Q(**each) for each in within))
    no_end = Q(state=Incident.State.RESOLVED, repaired=None, resolved=None)
    guessed = Q(state=Incident.State.RESOLVED, estimated=True)
    found = Incident.objects.filter(COUNTED, began, user_impact=True).annotate(
        why=Case(
            When(services=None, then=Value("it names no service")),
            When(no_end, then=Value("nobody knows when it was over")),
            When(guessed, then=Value("its times are estimates")),
        )
    )
    listed = found.exclude(why=None).distinct().order_by("-declared", "-id")[:_LISTED]
    return [UncountedIncident(one, one.why) for one in listed]
