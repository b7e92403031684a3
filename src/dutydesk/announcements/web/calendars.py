"""Planned work as a calendar: a month on a page, and addresses for calendars elsewhere."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from dutydesk.announcements.flows import work_calendars, work_days
from dutydesk.announcements.models import WorkCalendar
from dutydesk.announcements.rules import months
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows.zones import read_zone
from dutydesk.process.flows import process
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.sent_forms import read_sent, row_field

_OF = (("work", "planned work"),)
_FORMS = {
    "": Form("A calendar", "Make an address", (Field("of", "Of", "choice", options=_OF),)),
    "revoke": Form("Revoke", "Revoke", (row_field("revoke", "Calendar"),)),
}
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 1, 1)


@rule("anyone")
def month(request: DeskRequest) -> HttpResponse:
    """Answer: what is planned in a month, on which services, and when?"""
    current = process.in_force()
    today = request.at.astimezone(current.zone).date()
    first = _first(request.GET.get("month", ""), today)
    period = months.span(first, current.zone)
    work = work_days.announced(period, request.at) + work_days.to_come(period, request.at)
    context = {
        "month": months.month(first, work, current.calendar, today),
        "public": current.status_page.shown == "public",
    }
    return render(request, "announcements/calendar.html", context)


def _first(asked: str, today: date) -> date:
    try:
        found = date.fromisoformat(f"{asked}-01")
    except ValueError:
        found = today
    return min(max(found, _EARLIEST), _LATEST).replace(day=1)


@rule("engineer")
def addresses(request: DeskRequest) -> HttpResponse:
    """Show the addresses there are; make one, which is shown once; revoke one."""
    refusal: Refused | None = None
    link = ""
    if request.method == "POST":
        try:
            what, answers = read_sent(request, _FORMS, read_zone(request.person.zone))
            if what == "revoke":
                number = answers.number(what)
                work_calendars.revoke(number=number, by=request.person, at=request.at)
                messages.success(request, "That address no longer works.")
                return HttpResponseRedirect(request.path)
            token = work_calendars.make(by=request.person, at=request.at)
            link = request.build_absolute_uri(reverse("work-calendar", args=[token]))
        except Refused as refused:
            refusal = refused
    found = WorkCalendar.objects.filter(revoked_at=None).select_related("maker").order_by("id")
    public = process.in_force().status_page.shown == "public"
    context = {
        "feeds": found,
        "link": link,
        "refusal": refusal,
        "public": request.build_absolute_uri(reverse("public-work-calendar")) if public else "",
    }
    status = 422 if refusal else 200
    response = render(request, "announcements/addresses.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@rule("public")
def feed(request: DeskRequest, token: str) -> HttpResponse:
    """Give the calendar to whoever knows its secret address."""
    return _calendar(work_calendars.calendar(token=token, at=request.at), "private")


@rule("public")
def public_feed(request: DeskRequest) -> HttpResponse:
    """Give everybody the calendar of what users may see, if the status page is public."""
    return _calendar(work_calendars.public(at=request.at), "public")


def _calendar(text: str | None, whose: str) -> HttpResponse:
    if text is None:
        raise Http404
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = f"{whose}, max-age=300"
    return response
