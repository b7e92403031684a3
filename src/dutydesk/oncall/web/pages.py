"""A page's own screen, and answering it from the link in its message."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt

from dutydesk.commitments.flows import commitments
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall import words
from dutydesk.oncall.flows import acknowledgement, forecasts, page_calls, records
from dutydesk.oncall.models import Page
from dutydesk.oncall.rules.promises import WORK
from dutydesk.people.flows.zones import read_zone
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.tables import Choice, Column, Table, TableQuery

FORESEEN = 4
BUNDLED = 50


@rule("anyone")
def listed(request: DeskRequest) -> HttpResponse:
    """List the pages: whom each called, who had it, and after how long."""
    asked = _table().asked(request.GET.urlencode())
    context = {"asked": asked, "page": asked.page_of(_asked_for(asked), "-pk")}
    return render(request, "oncall/pages.html", context)


def _table() -> Table:
    """Say what can be asked of the pages."""
    return Table(
        (
            Column("title", "About"),
            Column("raised", "Raised", "oldest first", "newest first", field="raised_at"),
            Column("state", "State"),
            Column("called", "Called", field="called__name", gaps=True),
            Column("had", "Who had it", field="acknowledged_by__name", gaps=True),
            Column(
                "answered",
                "Answered after",
                "soonest first",
                "latest first",
                numbers=True,
                gaps=True,
            ),
        ),
        sort="-raised",
        choices=(
            Choice("state", "State", tuple((one.value, one.value) for one in Page.State)),
            Choice("service", "Service", tuple((str(s.pk), s.name) for s in Service.objects.all())),
            Choice("kind", "Kind", (("real", "real"), ("rehearsal", "rehearsal"))),
        ),
        search="Words in the title",
    )


def _asked_for(asked: TableQuery) -> QuerySet[Page]:
    """Give the pages that were asked for."""
    chosen = dict(asked.chosen)
    found = Page.objects.select_related("called", "acknowledged_by")
    if kind := chosen.pop("kind", ""):
        found = found.filter(only__isnull=kind == "real")
    if asked.words:
        found = found.filter(title__icontains=asked.words)
    return found.filter(**chosen).annotate(answered=F("first_acknowledged_at") - F("raised_at"))


@rule("anyone")
def page(request: DeskRequest, number: int) -> HttpResponse:
    """Show what it is about, everybody who was called, every try, and what comes next."""
    pages = Page.objects.select_related("called", "acknowledged_by", "only")
    found = get_object_or_404(pages, pk=number)
    mine = found.acknowledged_by_id is not None and (
        request.person.engineer == found.acknowledged_by_id
    )
    context = {
        "page": found,
        "record": records.of(found),
        "mine": mine,
        "news": mine and acknowledgement.has_more(found),
        "steps": _next_steps(found, request.at, read_zone(request.person.zone)),
    }
    if found.bundle:
        held = found.bundled.select_related("service").order_by(
            F("settled_at").desc(nulls_first=True), "-pk"
        )
        context |= {"bundled": held[:BUNDLED], "more": max(0, held.count() - BUNDLED)}
    return render(request, "oncall/page.html", context)


def _next_steps(found: Page, at: datetime, zone: ZoneInfo) -> tuple[words.ForecastLine, ...]:
    """Say whom it calls next if nobody answers, step by step, for as long as it is of use."""
    if found.only_id is not None:
        return ()
    current = process.in_force()
    course = forecasts.soon(page=found, at=at, steps=FORESEEN)
    told = words.course(course, begins=at, team=current.team.channel, zone=zone)
    return told[:FORESEEN]


@csrf_exempt  # The link's own signature lets its holder in, from a program too.
@rule("public")
def answer(request: DeskRequest, token: str) -> HttpResponse:
    """Let the person whom the link was made for say that they have it, without signing in.

    Opening it changes nothing, since mail scanners open links; posting to it does. Whoever accepts
    JSON is answered in JSON: 200 with the page, or 410 with the reason and the remedy.
    """
    as_json = request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    try:
        found, engineer = page_calls.answered_by_link(token=token)
        if request.method == "POST":
            found = acknowledgement.acknowledge(page=found.pk, engineer=engineer.pk, at=request.at)
    except Refused as refusal:
        if as_json:
            said = {"refused": refusal.reason, "remedy": refusal.remedy}
            return JsonResponse(said, status=410)
        return render(request, "oncall/answer.html", {"refusal": refusal}, status=410)
    if as_json:
        return JsonResponse(records.row(found))
    owed = commitments.owed([found.about]).filter(kind=WORK).first()
    context = {
        "page": found,
        "engineer": engineer,
        "asked_again": owed.due_at if owed else None,
        "news": found.acknowledged_by_id == engineer.pk and acknowledgement.has_more(found),
    }
    return render(request, "oncall/answer.html", context)
