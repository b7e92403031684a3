"""Incidents on the web."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import owners
from dutydesk.incidents.flows.maintenance_hooks import command
from dutydesk.incidents.flows.updates import audiences
from dutydesk.incidents.models import Incident, Maintenance
from dutydesk.incidents.rules.promises import AFTER_LIMIT, LIMIT
from dutydesk.journal.flows import journal
from dutydesk.kernel.addresses import MAINTENANCE_PAGE
from dutydesk.kernel.subjects import subject
from dutydesk.outbox.flows import outbox
from dutydesk.people.models import Service
from dutydesk.web.screens import DeskRequest, rule

A_PAGE = 50


@rule("anyone")
def listed(request: DeskRequest) -> HttpResponse:
    """List the incidents, those that go on first."""
    running = Incident.objects.filter(state="open").select_related("lead")
    over = Incident.objects.filter(state="resolved").order_by("-declared", "-id")
    page = Paginator(over, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "incidents/list.html", {"running": running, "page": page})


@rule("anyone")
def incident(request: DeskRequest, number: int) -> HttpResponse:
    """Answer: what do we know, who leads, who was told, when is the next word due?"""
    found = get_object_or_404(Incident.objects.select_related("lead", "worker"), pk=number)
    about = subject("incident", found.pk)
    history = list(commitments.history([about]))
    running = [one for one in history if one.state == "open"]
    context = {
        "limit": next((one for one in running if one.kind == LIMIT), None),
        "after_limit": [
            (one, commitments.kind_of(one)) for one in running if one.kind in AFTER_LIMIT
        ],
        "more_time": found.more_time.all()[:20],
        "incident": found,
        "about": about,
        "services": found.services.all(),
        "owed": owners.named(running, at=request.at),
        "settled": [one for one in history if one.state != "open"],
        "gatherings": found.gatherings.all()[:20],
        "maintenance": found.maintenance.select_related("service"),
        **_happened(request, found),
        "told": audiences(found) if found.state == "open" else found.told,
        "postmortem": getattr(found, "postmortem", None),
    }
    return render(request, "incidents/incident.html", context)


def _happened(request: DeskRequest, found: Incident) -> dict[str, object]:
    """Give the updates and the timeline as the reader wants them: newest or oldest first.

    That a promise was due soon or due is in the timeline only if it is asked for.
    """
    oldest, reminded = (
        request.GET.get(name) == value
        for name, value in (("order", "oldest"), ("reminders", "yes"))
    )
    order = ("at", "id") if oldest else ("-at", "-id")
    line = journal.timeline([found.about])
    shown = line if reminded else line.exclude(kind__in=commitments.REMINDERS)
    return {
        "updates": found.updates.order_by(*order)[:20],
        "timeline": shown.order_by(*order)[:500],
        "reminders": line.filter(kind__in=commitments.REMINDERS).count(),
        "order": "oldest" if oldest else "newest",
        "reminded": "yes" if reminded else "no",
    }


@rule("anyone")
def services(request: DeskRequest) -> HttpResponse:
    """Answer: which services are in maintenance, until when?"""
    out = {one.service_id: one for one in Maintenance.objects.filter(off_at=None)}
    rows = [(one, out.get(one.pk)) for one in Service.objects.select_related("team")]
    rows.sort(key=lambda row: row[1] is None)
    return render(request, "incidents/services.html", {"rows": rows, "out": len(out)})


@rule("anyone")
def service(request: DeskRequest, number: int) -> HttpResponse:
    """Answer: is this service in maintenance, why, until when, and how do its users see it?"""
    found = get_object_or_404(Service.objects.select_related("team"), pk=number)
    history = list(found.maintenance.select_related("incident")[:20])
    abouts = [one.about for one in history]
    context = {
        "service": found,
        "about": subject("service", found.pk),
        "now": next((one for one in history if one.off_at is None), None),
        "history": history,
        "owed": owners.named(commitments.owed(abouts), at=request.at),
        "timeline": journal.timeline([subject("service", found.pk), *abouts]).reverse()[:100],
        "page": MAINTENANCE_PAGE + found.slug,
        "command": outbox.can_deliver(command(found.slug)),
    }
    return render(request, "incidents/service.html", context)


@rule("anyone")
def maintenance(request: DeskRequest, number: int) -> HttpResponse:
    """Lead to the service that a maintenance is of."""
    found = get_object_or_404(Maintenance, pk=number)
    return redirect("service", found.service_id)
