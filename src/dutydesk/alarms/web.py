"""Alarms on the web, and the address that Alertmanager posts to."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt

from dutydesk.alarms.flows import keys as integration
from dutydesk.alarms.flows import receiving
from dutydesk.alarms.models import Alarm, IntegrationKey
from dutydesk.alarms.rules.alertmanager import read_notification
from dutydesk.alarms.rules.told import LARGEST_BODY, NotAnAlarm
from dutydesk.journal import flows as journal
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
from dutydesk.oncall.models import Page
from dutydesk.site.screens import DeskRequest, rule


def _line(text: str, status: int) -> HttpResponse:
    return HttpResponse(text + "\n", status=status, content_type="text/plain; charset=utf-8")


@csrf_exempt
@rule("public")
def alertmanager(request: DeskRequest, token: str) -> HttpResponse:
    """Take a webhook in: 200 once it is stored; 403, 405, 413 or 400 with one line if not.

    Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config. Alertmanager
    tries again after a 5xx, and not after a 4xx.
    """
    if request.method != "POST":
        answer = _line("Post Alertmanager's webhook here.", 405)
        answer.headers["Allow"] = "POST"
        return answer
    try:
        integration.opened_by(token=token, at=request.at)
    except integration.WrongKey as refusal:
        return _line(str(refusal), 403)
    size = request.headers.get("Content-Length", "")
    if size.isdecimal() and int(size) > LARGEST_BODY:
        return _line(f"The body is larger than {LARGEST_BODY} bytes; send fewer alerts.", 413)
    body = request.body
    try:
        told = read_notification(body)
    except NotAnAlarm as refusal:
        return _line(str(refusal), 400)
    alarm = receiving.receive(told=told, at=request.at)
    return _line(f"Stored as alarm {alarm.pk}." if alarm else "Nothing to store.", 200)


@rule("anyone")
def alarm(request: DeskRequest, number: int) -> HttpResponse:
    """Show one alarm: its alerts, its page, and what happened."""
    found = get_object_or_404(Alarm.objects.select_related("service"), pk=number)
    about = subject("alarm", found.pk)
    pages = Page.objects.filter(subject=about).select_related("called", "acknowledged_by")
    context = {
        "alarm": found,
        "about": about,
        "alerts": found.alerts.all()[:200],
        "page": pages.order_by("-id").first(),
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
