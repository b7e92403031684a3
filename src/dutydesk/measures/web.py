"""How we are doing, on a clock that one chooses."""

from collections.abc import Iterable
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from dutydesk.desk.models import Question
from dutydesk.incidents.models import Incident, Quarter
from dutydesk.incidents.rules.published import quarter_of
from dutydesk.kernel.periods import Period, instant
from dutydesk.measures.rules.recovery import quarter_comparison, time_to_recovery
from dutydesk.measures.rules.summaries import happiness, incident_counts, summarise
from dutydesk.process import flows as process
from dutydesk.process.rules.hours import Clock
from dutydesk.process.rules.model import Process
from dutydesk.site.screens import DeskRequest, rule


@rule("anyone")
def measures(request: DeskRequest) -> HttpResponse:
    """Show incidents, time to recovery and happiness by quarter, and published figures beside."""
    current = process.in_force()
    name = request.GET.get("clock", "elapsed")
    clock = current.clock(name if name in current.clocks else "elapsed")
    incidents = list(
        Incident.objects.only(
            "priority",
            "state",
            "quarter",
            "fault_occurs",
            "detected",
            "declared",
            "repaired",
            "resolved",
            "published_repair",
            "published_resolve",
            "imported_key",
        )
    )
    scores = Question.objects.filter(happiness__isnull=False)
    solved = Question.objects.filter(state="solved").count()
    published = list(Quarter.objects.all())
    imported = [one for one in incidents if one.imported_key]
    context: dict[str, Any] = {
        "clock": clock,
        "clocks": [("elapsed", "Elapsed time"), *((k, c.title) for k, c in current.clocks.items())],
        "quarters": _by_quarter(incidents, clock, current, request.at),
        "recovery": summarise(time_to_recovery(one, clock) for one in incidents),
        "happiness": happiness(scores.values_list("happiness", flat=True)),
        "solved": solved,
        "comparison": quarter_comparison(imported, published, clock) if imported else (),
    }
    return render(request, "measures/measures.html", context)


def _by_quarter(
    incidents: Iterable[Incident], clock: Clock, current: Process, at: datetime
) -> list[dict[str, Any]]:
    """Give each quarter from the first incident's to this one, newest first."""
    known = [one for one in incidents if _began(one) is not None]
    if not known:
        return []
    starts = _quarter_starts(min(_began(one) or at for one in known), at, current)
    periods = [Period(start, end) for start, end in pairwise(starts)]
    declared = [(_began(one) or at, one.high) for one in known]
    rows = []
    for count in incident_counts(declared, periods):
        within = [one for one in known if (_began(one) or at) in count.period]
        rows.append(
            {
                "quarter": quarter_of(count.period.start.astimezone(current.zone).date()),
                "count": count,
                "recovery": summarise(time_to_recovery(one, clock) for one in within),
            }
        )
    return rows[::-1]


def _began(incident: Incident) -> datetime | None:
    """Give when an incident counts: when it was declared, or what is known of it first."""
    return incident.declared or incident.detected or incident.fault_occurs


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
