"""Incidents on the web."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from dutydesk.commitments import flows as commitments
from dutydesk.incidents.flows.telling import audiences
from dutydesk.incidents.models import Incident
from dutydesk.journal import flows as journal
from dutydesk.kernel.subjects import subject
from dutydesk.site.screens import DeskRequest, rule

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
    found = get_object_or_404(Incident.objects.select_related("lead"), pk=number)
    about = subject("incident", found.pk)
    history = list(commitments.history([about]))
    context = {
        "incident": found,
        "about": about,
        "services": found.services.all(),
        "owed": [one for one in history if one.state == "open"],
        "settled": [one for one in history if one.state != "open"],
        "updates": found.updates.all()[:20],
        "gatherings": found.gatherings.all()[:20],
        "maintenance": found.maintenance.select_related("service"),
        "timeline": journal.timeline([about])[:500],
        "told": audiences(found) if found.state == "open" else found.told,
        "postmortem": getattr(found, "postmortem", None),
    }
    return render(request, "incidents/incident.html", context)
