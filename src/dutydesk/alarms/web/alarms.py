"""Alarms on the web, and the keys to the addresses that monitoring systems post to."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from dutydesk.alarms.flows import keys as integration
from dutydesk.alarms.models import Alarm, IntegrationKey
from dutydesk.journal import flows as journal
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
from dutydesk.oncall.flows import records
from dutydesk.oncall.models import Page
from dutydesk.site.screens import DeskRequest, rule


@rule("anyone")
def alarm(request: DeskRequest, number: int) -> HttpResponse:
    """Show one alarm: its alerts, its page, and what happened."""
    found = get_object_or_404(Alarm.objects.select_related("service", "silence"), pk=number)
    about = subject("alarm", found.pk)
    pages = Page.objects.filter(subject=about).select_related("called", "acknowledged_by")
    page = pages.order_by("-id").first()
    context = {
        "alarm": found,
        "about": about,
        "alerts": found.alerts.all()[:200],
        "page": page,
        "record": records.of(page) if page else None,
        "timeline": journal.timeline([about])[:500],
    }
    return render(request, "alarms/alarm.html", context)


@rule("administrator")
def keys(request: DeskRequest) -> HttpResponse:
    """Make and revoke the keys that monitoring systems post with."""
    made = ""
    if request.method == "POST" and "revoke" in request.POST:
        number = request.POST["revoke"]
        if number.isdecimal():
            integration.revoke_key(key=int(number), at=request.at)
            messages.success(request, "The key opens nothing any more.")
        return HttpResponseRedirect(request.path)
    if request.method == "POST":
        try:
            made = integration.make_key(
                name=request.POST.get("name", ""), by=request.person.name, at=request.at
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.path)
    address = request.build_absolute_uri(f"/alarms/in/alertmanager/{made}") if made else ""
    context = {"keys": IntegrationKey.objects.all(), "address": address}
    response = render(request, "alarms/keys.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response
