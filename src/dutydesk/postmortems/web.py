"""Postmortems on the web."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import links, timeline
from dutydesk.kernel.subjects import subject
from dutydesk.postmortems.models import Postmortem
from dutydesk.web.screens import Crumb, DeskRequest, rule


@rule("anyone")
def postmortem(request: DeskRequest, number: int) -> HttpResponse:
    """Show a postmortem: its timeline is the incident's journal. Clause postmortem.timeline."""
    found = get_object_or_404(Postmortem.objects.select_related("incident"), pk=number)
    about = subject("postmortem", found.pk)
    belongs = [thing.about for thing in links.things_of(found.incident)]
    context = {
        "postmortem": found,
        "about": about,
        "incident": found.incident,
        "owed": commitments.owed([about]),
        "trail": [
            Crumb("Incidents", reverse("incidents")),
            Crumb(found.incident.title, reverse("incident", args=[found.incident_id])),
        ],
        "timeline": timeline.entries(
            found.incident, at=request.at, reminders=True, besides=belongs
        )[:1000],
    }
    return render(request, "postmortems/postmortem.html", context)
