"""Calendars: making their secret addresses, revoking them, and reading them."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag

from dutydesk.kernel import bounds
from dutydesk.kernel.refusals import Refused
from dutydesk.rota.flows import calendar_feeds
from dutydesk.rota.flows.calendar_feeds import AddressStopped
from dutydesk.rota.models import CalendarFeed, Duty
from dutydesk.web.screens import DeskRequest, rule


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
        "duties": Duty.choices,
        "link": link,
        "refusal": refusal,
    }
    response = render(request, "rota/calendars.html", context, status=422 if refusal else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def _change(request: DeskRequest) -> str:
    by = request.person.name
    revoked = bounds.number(request.POST.get("revoke", ""))
    if revoked is not None:
        says = calendar_feeds.revoke(number=revoked, by=by, at=request.at)
        messages.success(request, says)
        return ""
    of = request.POST.get("of", "")
    mine = request.person.engineer if of == "me" else None
    duty = "" if of == "me" else of
    maker = request.person.account
    return calendar_feeds.make(
        engineer=mine,
        duty=duty,
        by=by,
        at=request.at,
        maker=maker,
        busy=request.POST.get("busy") == "yes",
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
