"""Availability on the web: all services in a range, and one."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render

from dutydesk.availability.flows import down_times, exports, figures, terms, trouble, windows
from dutydesk.availability.flows.evidence import measured_services
from dutydesk.availability.flows.figures import ServiceAvailability
from dutydesk.availability.models import Exclusion
from dutydesk.availability.rules.ranges import DayRange
from dutydesk.availability.rules.sources import changes
from dutydesk.availability.web import asked
from dutydesk.availability.words.picture import MOST_DAYS, DayFigure
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.web.screens import DeskRequest, rule

DAY = timedelta(days=1)


@rule("anyone")
@process.held()
def overview(request: DeskRequest) -> HttpResponse:
    """Show how available each service was in a range, and is to be. Clause measure.availability."""
    current = process.in_force()
    chosen = asked.asked(request.GET, at=request.at, zone=current.zone)
    period = chosen.period(current.zone)
    found = figures.overall(period, at=request.at)
    context = {
        **_frame(request, chosen),
        "all": found,
        "services": [{"one": one, "days": _days(one, chosen)} for one in found.services],
        "uncounted": windows.uncounted(period),
        "unknown_names": terms.unknown_names(),
        "troubled": {one.service_id: one for one in trouble.in_trouble()},
        "named": current.availability.services,
    }
    return render(request, "availability/overview.html", context)


@rule("anyone")
@process.held()
def service(request: DeskRequest, number: int) -> HttpResponse:
    """Show one service's days, when it was down and why, and who told of it."""
    current = process.in_force()
    shown = get_object_or_404(Service, pk=number)
    get_object_or_404(Service, pk__in=[one.pk for one in measured_services(current)], pk=number)
    chosen = asked.asked(request.GET, at=request.at, zone=current.zone)
    (found,) = figures.availability(chosen.period(current.zone), at=request.at, services=[shown])
    days = _days(found, chosen)
    context = {
        **_frame(request, chosen),
        "one": found,
        "days": days,
        "noted": [day for day in reversed(days) if day.noted],
        "down": down_times.shown(found),
        "most": down_times.SHOWN,
        "changes": changes(found.reigns),
        "trouble": next((one for one in trouble.in_trouble() if one.service_id == number), None),
        "exclusions": Exclusion.objects.filter(service=shown)[: down_times.SHOWN],
        "about": f"availability:{number}",
    }
    return render(request, "availability/service.html", context)


def _frame(request: DeskRequest, chosen: DayRange) -> dict[str, Any]:
    """Give what chooses the range."""
    current = process.in_force()
    before, after = asked.beside(chosen, at=request.at, zone=current.zone)
    section = current.availability
    return {
        "chosen": chosen,
        "address": asked.address(chosen),
        "choices": asked.choices(chosen, at=request.at, zone=current.zone),
        "before": before,
        "after": after,
        "section": section,
        "clock_title": current.clock(section.clock).title,
        "cut": (chosen.end - chosen.first).days > MOST_DAYS,
    }


def _days(found: ServiceAvailability, chosen: DayRange) -> list[DayFigure]:
    """Give each local day of a range, the last year of it at most."""
    last = DayRange("days", max(chosen.first, chosen.end - MOST_DAYS * DAY), chosen.end)
    days = last.days(process.in_force().zone)
    tallies = found.timeline.parts([period for _, period in days])
    return [DayFigure(on, tally) for (on, _), tally in zip(days, tallies, strict=True)]


@rule("anyone")
def as_json(request: DeskRequest) -> HttpResponse:
    """Give the figures of a range in JSON, as the command line does."""
    chosen = asked.asked(request.GET, at=request.at, zone=process.in_force().zone)
    return JsonResponse(exports.told(chosen, at=request.at))


@rule("anyone")
def as_csv(request: DeskRequest) -> HttpResponse:
    """Give the table of a range as CSV."""
    chosen = asked.asked(request.GET, at=request.at, zone=process.in_force().zone)
    answer = HttpResponse(
        exports.as_csv(chosen, at=request.at), content_type="text/csv; charset=utf-8"
    )
    name = f"availability-{chosen.first}-{chosen.last}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
