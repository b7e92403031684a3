"""Calendars: making their secret addresses, revoking them, and reading them."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag

from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows.zones import read_zone
from dutydesk.rota.flows import calendar_feeds
from dutydesk.rota.flows.calendar_feeds import AddressStopped
from dutydesk.rota.models import CalendarFeed, Duty
from dutydesk.web.fields import said
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.sent_forms import read_sent, row_field, typed

_WHOSE = (
    ("me", "my shifts"),
    *((duty, f"{label}: the whole rota") for duty, label in Duty.choices),
)
_BUSY = (
    ("", "shown, and I stay free to be booked"),
    ("yes", "shown, and I am busy then"),
)
_FORMS = {
    "": Form(
        "A calendar",
        "Make an address",
        (
            Field("of", "A calendar of", "choice", options=_WHOSE),
            Field("busy", "In my calendar these times are", "choice", False, options=_BUSY),
        ),
    ),
    "revoke": Form("Revoke", "Revoke", (row_field("revoke", "Calendar"),)),
}


@rule("engineer")
def calendars(request: DeskRequest) -> HttpResponse:
    """Show the calendars there are; make one, whose address is shown once; revoke one."""
    refusal: Refused | None = None
    link = ""
    if request.method == "POST":
        try:
            token = _change(request)
        except Refused as refused:
            refusal = refused
        else:
            if not token:
                return HttpResponseRedirect(request.path)
            link = request.build_absolute_uri(reverse("calendar-feed", args=[token]))
    context = {
        "feeds": CalendarFeed.objects.filter(revoked_at=None)
        .select_related("engineer__account", "maker")
        .order_by("id"),
        "forms": _FORMS,
        "typed": typed(request),
        "link": link,
        **said(refusal),
    }
    response = render(request, "rota/calendars.html", context, status=422 if refusal else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def _change(request: DeskRequest) -> str:
    by = request.person.name
    what, answers = read_sent(request, _FORMS, read_zone(request.person.zone))
    if what == "revoke":
        says = calendar_feeds.revoke(number=answers.number(what), by=by, at=request.at)
        messages.success(request, says)
        return ""
    of = answers.text("of")
    mine = request.person.engineer if of == "me" else None
    duty = "" if of == "me" else of
    maker = request.person.account
    return calendar_feeds.make(
        engineer=mine,
        duty=duty,
        by=by,
        at=request.at,
        maker=maker,
        busy=answers.text("busy") == "yes",
    )


@rule("public")
def feed(request: DeskRequest, token: str) -> HttpResponse:
    """Give a calendar to whoever knows its secret address."""
    try:
        found = calendar_feeds.served(token=token, at=request.at)
    except AddressStopped as stopped:
        told = f"{stopped.reason} {stopped.remedy}\n"
        return HttpResponse(told, status=410, content_type="text/plain; charset=utf-8")
    if found is None:
        raise Http404
    response = HttpResponse(found.text, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, max-age=300"
    tag, since = quote_etag(found.mark), int(found.since.timestamp())
    response.headers["ETag"] = tag
    response.headers["Last-Modified"] = http_date(since)
    answer = get_conditional_response(request, tag, since, response)
    return answer if isinstance(answer, HttpResponse) else response
