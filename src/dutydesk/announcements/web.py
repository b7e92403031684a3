"""Announcements on the web."""

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dutydesk.announcements.flows import broadcasts, overlaps
from dutydesk.announcements.models import Announcement, PromisedUpdate
from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import owners
from dutydesk.journal.flows import journal
from dutydesk.web.screens import DeskRequest, rule

A_PAGE = 50


@rule("anyone")
def listed(request: DeskRequest) -> HttpResponse:
    """Answer: what goes on, what is to come, and what was announced before?"""
    running = Announcement.objects.filter(state__in=["planned", "started"])
    over = Announcement.objects.exclude(over_at=None).order_by("-over_at", "-id")
    context = {
        "running": running.order_by(F("starts_at").asc(nulls_first=True), "id").prefetch_related(
            "services"
        ),
        "page": Paginator(over.prefetch_related("services"), A_PAGE).get_page(
            request.GET.get("page")
        ),
    }
    return render(request, "announcements/list.html", context)


@rule("anyone")
def announcement(request: DeskRequest, number: int) -> HttpResponse:
    """Answer: what is done when, to which services, and when do people hear next?"""
    found = get_object_or_404(Announcement, pk=number)
    services = broadcasts.services_of(found)
    abouts = [found.about, *(one.about for one in found.promised.all())]
    history = list(commitments.history(abouts))
    runs_into = found.open and found.window is not None and request.person.may("engineer")
    context = {
        "announcement": found,
        "about": found.about,
        "services": services,
        "worth_a_look": overlaps.pointed_out(found.window, services, besides=found.pk)
        if runs_into and found.window
        else [],
        "updates": found.updates.all()[:50],
        "owed": owners.named([one for one in history if one.state == "open"], at=request.at),
        "settled": [one for one in history if one.state != "open"],
        "timeline": journal.timeline([found.about])[:200],
    }
    return render(request, "announcements/announcement.html", context)


@rule("anyone")
def promised_update(request: DeskRequest, number: int) -> HttpResponse:
    """Lead to the announcement that an update is promised of."""
    found = get_object_or_404(PromisedUpdate, pk=number)
    return redirect("announcement", found.announcement_id)
