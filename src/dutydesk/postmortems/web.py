"""Postmortems on the web."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from dutydesk.commitments.flows import commitments
from dutydesk.journal.flows import journal
from dutydesk.kernel.subjects import subject
from dutydesk.postmortems.models import Postmortem
from dutydesk.web.screens import Crumb, DeskRequest, rule


@rule("anyone")
def postmortem(request: DeskRequest, number: int) -> HttpResponse:
    """Show a postmortem: its timeline is the incident's journal. Clause postmortem.timeline."""
    found = get_object_or_404(Postmortem.objects.select_related("incident"), pk=number)
    about = subject("postmortem", found.pk)
    whole = [found.incident, *found.incident.merged.all()]
    sources = [name for one in whole for name in (one.about, one.source) if name]
    context = {
        "postmortem": found,
        "about": about,
        "incident": found.incident,
        "owed": commitments.owed([about]),
        "trail": [
            Crumb("Incidents", reverse("incidents")),
            Crumb(found.incident.title, reverse("incident", args=[found.incident_id])),
        ],
        "timeline": journal.timeline(sources)[:1000],
    }
    return render(request, "postmortems/postmortem.html", context)
