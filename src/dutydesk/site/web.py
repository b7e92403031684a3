"""Screens that belong to no one room: Now and health."""

from django.core.paginator import Paginator
from django.db import DatabaseError
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from dutydesk.alarms.flows import silences
from dutydesk.alarms.models import Alarm
from dutydesk.chat.models import Channel
from dutydesk.desk.models import OVER, Question
from dutydesk.incidents.flows import owners
from dutydesk.incidents.models import Incident, Maintenance
from dutydesk.kernel.actions import Person
from dutydesk.oncall.models import Page
from dutydesk.process.flows import process
from dutydesk.rota.flows import roster
from dutydesk.site.banner import wrong
from dutydesk.site.health import health, told, well
from dutydesk.site.owed import SHOWN, in_order, owed_next
from dutydesk.site.setup_checklist import still_to_do
from dutydesk.web.screens import DeskRequest, rule

OWED_ON_A_PAGE = 100


@rule("anyone")
def now(request: DeskRequest) -> HttpResponse:
    """Answer: is anything wrong, who is on, what is owed next?"""
    running = Incident.objects.filter(state="open").select_related("lead")
    incidents = list(running.prefetch_related("services").order_by("priority", "-declared"))
    alarms = (
        Alarm.objects.filter(state="firing")
        .select_related("service")
        .order_by(F("silence").asc(nulls_first=True), "severity", "-first_at")
    )
    questions = Question.objects.exclude(state__in=OVER).select_related("post", "engineer")
    pages = list(Page.objects.exclude(state="resolved").select_related("called"))
    by_subject = {page.subject: page for page in pages}
    shown = list(alarms[:SHOWN])
    on, steps = roster.who(at=request.at), still_to_do(at=request.at)
    owed = owed_next(at=request.at)
    ask = process.in_force().ask.channel
    uncovered = on if roster.begun() else ()
    context = {
        "wrong": wrong(
            incidents=incidents, pages=pages, on=uncovered, late=owed.late, at=request.at
        ),
        "called": [page for page in pages if _calls(page, request.person)],
        "on": on,
        "owed": owed,
        "incidents": incidents,
        "alarms": [(alarm, by_subject.get(f"alarm:{alarm.pk}")) for alarm in shown],
        "more_alarms": alarms.count() - len(shown),
        "silences": len(silences.kept(at=request.at)[0]),
        "questions": questions.order_by("asked_at")[:SHOWN],
        "maintenance": Maintenance.objects.filter(off_at=None).select_related("service"),
        "declares": request.person.may("engineer"),
        "ask": ask,
        "ask_channel": Channel.objects.filter(name=ask).values_list("pk", flat=True).first(),
        "steps": steps if request.person.administrator else [],
    }
    return render(request, "now.html", context)


def _calls(page: Page, person: Person) -> bool:
    """Say whether a page calls this person now."""
    return page.state == Page.State.CALLING and page.called_id == (person.engineer or 0)


@rule("anyone")
def owed(request: DeskRequest) -> HttpResponse:
    """Answer: what is owed, all of it, and by whom?"""
    page = Paginator(in_order(), OWED_ON_A_PAGE).get_page(request.GET.get("page"))
    lines = owners.named(page.object_list, at=request.at)
    return render(request, "owed.html", {"page": page, "lines": lines})


@rule("public")
def closed(request: HttpRequest) -> HttpResponse:
    """Say how one gets an account or a new password."""
    return render(request, "account/closed.html")


@rule("public")
def inactive(request: HttpRequest) -> HttpResponse:
    """Say that an account was closed, and who can open it."""
    return render(request, "account/inactive.html", status=403)


@rule("public")
def healthz(request: DeskRequest) -> JsonResponse:
    """Say what is well and what isn't: 200 if all that is vital is, else 503.

    Nothing secret; and what is the team's own is told to the team alone.
    """
    checks = health(request.at)
    body = {"well": well(checks), "checks": told(checks, strangers=not _of_the_team(request))}
    if body["well"]:
        return JsonResponse(body)
    return JsonResponse(body, status=503, headers={"Retry-After": "1"})


def _of_the_team(request: DeskRequest) -> bool:
    try:
        return bool(request.person) and request.person.may("engineer")
    except DatabaseError:
        return False
