"""How we are doing, on a clock that one chooses."""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import F, Field, Func
from django.http import HttpResponse
from django.shortcuts import render

from dutydesk.desk.models import Question
from dutydesk.incidents.models import COUNTED, Incident, Quarter
from dutydesk.incidents.rules.published import quarter_of
from dutydesk.kernel.periods import Period, instant
from dutydesk.measures.rules.recovery import quarter_comparison, time_to_recovery
from dutydesk.measures.rules.summaries import happiness, incident_counts, summarise
from dutydesk.measures.web import volumes
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Process
from dutydesk.web.screens import DeskRequest, rule

_TIMES = ("fault_occurs", "detected", "declared", "repaired", "resolved")


@dataclass(frozen=True, slots=True)
class MeasuredIncident:
    """What the measures need of one incident."""

    priority: str
    fault_occurs: datetime | None
    detected: datetime | None
    declared: datetime | None
    repaired: datetime | None
    resolved: datetime | None

    @property
    def began(self) -> datetime | None:
        """Give when it counts: when it was declared, or what is known of it first."""
        return self.declared or self.detected or self.fault_occurs


@rule("anyone")
def measures(request: DeskRequest) -> HttpResponse:
    """Show incidents, time to recovery and happiness by quarter, and published figures beside."""
    current = process.in_force()
    name = request.GET.get("clock", "elapsed")
    clock = current.clock(name if name in current.clocks else "elapsed")
    incidents = _known()
    recoveries = [time_to_recovery(one, clock) for one in incidents]
    scores = Question.objects.filter(happiness__isnull=False)
    imported = Incident.objects.filter(imported_key__isnull=False)
    context: dict[str, Any] = {
        "clock": clock,
        "clocks": [("elapsed", "Elapsed time"), *((k, c.title) for k, c in current.clocks.items())],
        "quarters": _by_quarter(incidents, recoveries, current, request.at),
        "recovery": summarise(recoveries),
        "happiness": happiness(scores.values_list("happiness", flat=True)),
        "asked_how": Question.objects.filter(happiness_asked_at__isnull=False).count(),
        **volumes.shown(current),
        "comparison": quarter_comparison(imported, Quarter.objects.all(), clock),
    }
    return render(request, "measures/measures.html", context)


def _known() -> list[MeasuredIncident]:
    """Give every incident that counts.

    Times come as seconds: reading them as text takes most of the time.
    """
    seconds = {
        f"{name}_s": Func(
            F(name),
            template="extract(epoch from %(expressions)s)::float8",
            output_field=Field(),  # Any other converts each value once more.
        )
        for name in _TIMES
    }
    rows = Incident.objects.filter(COUNTED).annotate(**seconds).values_list("priority", *seconds)
    return [
        MeasuredIncident(
            priority, *(datetime.fromtimestamp(s, UTC) if s is not None else None for s in times)
        )
        for priority, *times in rows
    ]


def _by_quarter(
    incidents: list[MeasuredIncident],
    recoveries: list[timedelta | None],
    current: Process,
    at: datetime,
) -> list[dict[str, Any]]:
    """Give each quarter from the first incident's to this one, newest first."""
    known = [
        (one.began, one.priority, recovery)
        for one, recovery in zip(incidents, recoveries, strict=True)
        if one.began is not None
    ]
    if not known:
        return []
    starts = _quarter_starts(min(began for began, _, _ in known), at, current)
    within: dict[int, list[timedelta | None]] = defaultdict(list)
    judged: set[int] = set()
    for began, priority, recovery in known:
        index = bisect_right(starts, began) - 1
        within[index].append(recovery)
        if priority:
            judged.add(index)
    periods = [Period(start, end) for start, end in pairwise(starts)]
    high = Incident.Priority.HIGH
    counts = incident_counts([(began, found == high) for began, found, _ in known], periods)
    rows = [
        {
            "quarter": quarter_of(count.period.start.astimezone(current.zone).date()),
            "count": count,
            "high_known": index in judged or not within[index],
            "recovery": summarise(within[index]),
        }
        for index, count in enumerate(counts)
    ]
    return rows[::-1]


def _quarter_starts(first: datetime, last: datetime, current: Process) -> list[datetime]:
    """Give the starts of the local quarters from that of `first` to the one after `last`."""
    local, end = first.astimezone(current.zone), last.astimezone(current.zone)
    index = local.year * 4 + (local.month - 1) // 3
    until = end.year * 4 + (end.month - 1) // 3 + 1
    return [
        instant(datetime.combine(_first_day(number), time.min), current.zone)
        for number in range(index, until + 1)
    ]


def _first_day(quarter: int) -> date:
    return date(quarter // 4, quarter % 4 * 3 + 1, 1)
