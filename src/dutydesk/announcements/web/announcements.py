"""Announcements on the web."""

from datetime import datetime

from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dutydesk.announcements.flows import broadcasts, occurrences, overlaps, receipts
from dutydesk.announcements.flows.occurrences import Occurrence
from dutydesk.announcements.models import Announcement, AnnouncementSeries, PromisedUpdate
from dutydesk.announcements.rules import recurrence
from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import leaders, owners
from dutydesk.journal.flows import journal
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.tables import Choice, Column, Table, TableQuery


@rule("anyone")
def listed(request: DeskRequest) -> HttpResponse:
    """Answer: what goes on, what is to come, and what was announced before?"""
    running = Announcement.objects.filter(state__in=["planned", "started"])
    asked = _table().asked(request.GET.urlencode())
    context = {
        "running": running.order_by(F("starts_at").asc(nulls_first=True), "id").prefetch_related(
            "services"
        ),
        "templates": _templates() if request.person.may("engineer") else [],
        "series": _series(request.at),
        "asked": asked,
        "page": asked.page_of(_over(asked), "-pk"),
    }
    return render(request, "announcements/list.html", context)


def _templates() -> list[tuple[str, str]]:
    """Give the wordings of the process, as what is announced in them and what they are called."""
    templates = process.in_force().announcements.templates
    return [(f"template:{one.id}", f"{one.title}…") for one in templates]


def _series(at: datetime) -> list[tuple[AnnouncementSeries, str, Occurrence | None]]:
    """Give the recurring work that goes on, when it comes, and the next time that it does."""
    going_on = AnnouncementSeries.objects.exclude(look_at=None).prefetch_related("services")
    return [
        (
            one,
            recurrence.told(one.pattern),
            next((each for each in occurrences.upcoming(one, at) if not each.skipped), None),
        )
        for one in going_on
    ]


def _table() -> Table:
    """Say what can be asked of the announcements that are over."""
    services = tuple((str(one.pk), one.name) for one in Service.objects.all())
    outcomes = (("finished", "finished"), ("cancelled", "called off"))
    return Table(
        (
            Column("title", "Announcement"),
            Column("services", "Services", sorts=False),
            Column("state", "Outcome", sorts=False),
            Column("over_at", "Over", "oldest first", "newest first"),
        ),
        sort="-over_at",
        choices=(Choice("service", "Service", services), Choice("state", "Outcome", outcomes)),
        search="Words in the title",
    )


def _over(asked: TableQuery) -> QuerySet[Announcement]:
    """Give the announcements that were asked for."""
    over = Announcement.objects.exclude(over_at=None)
    if service := asked.chosen.get("service"):
        over = over.filter(services=int(service))
    if state := asked.chosen.get("state"):
        over = over.filter(state=state)
    if asked.words:
        over = over.filter(title__icontains=asked.words)
    return over.prefetch_related("services")


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
        "overruns": found.overruns(request.at),
        "updates": found.updates.all()[:50],
        "receipts": receipts.of_announcement(found) if request.person.may("engineer") else {},
        "owed": owners.named([one for one in history if one.state == "open"], at=request.at),
        "settled": [one for one in history if one.state != "open"],
        "timeline": leaders.without_arrivals(journal.timeline([found.about]))[:200],
    }
    return render(request, "announcements/announcement.html", context)


@rule("anyone")
def promised_update(request: DeskRequest, number: int) -> HttpResponse:
    """Lead to the announcement that an update is promised of."""
    found = get_object_or_404(PromisedUpdate, pk=number)
    return redirect("announcement", found.announcement_id)
