"""Heartbeats: the screen to make, pause and remove them, and the address that is pinged."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dutydesk.alarms.flows import heartbeats as flows
from dutydesk.alarms.flows.heartbeats import Beat
from dutydesk.alarms.models import Heartbeat
from dutydesk.kernel.durations import read_duration
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.web.fields import said
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.sent_forms import read_sent, row_field, typed

_VERBS = {
    "pause": (flows.pause, "Nothing is expected from {} until you resume it."),
    "resume": (flows.resume, "{} is expected to ping again."),
    "remove": (flows.remove, "{} is removed, and its address opens nothing any more."),
}
_SEVERITIES = (("low", "show it as a low alarm"), ("high", "page, as a high alarm"))


@csrf_exempt
@rule("public")
@require_http_methods(["GET", "HEAD", "POST"])
def ping(request: DeskRequest, token: str) -> HttpResponse:
    """Take a ping: the secret in the address says whose it is. Whatever is sent along is let be."""
    try:
        flows.ping(token=token, at=request.at)
    except Refused as refusal:
        return HttpResponse(f"{refusal}\n", status=404, content_type="text/plain; charset=utf-8")
    return HttpResponse("OK\n", content_type="text/plain; charset=utf-8")


@rule("engineer")
def heartbeats(request: DeskRequest) -> HttpResponse:
    """Show every heartbeat, and make, pause, resume or remove one."""
    asked, context = _forms(), dict[str, object]()
    if request.method == "POST":
        try:
            context = _carry_out(request, asked)
        except Refused as refusal:
            context = {**said(refusal), "typed": typed(request)}
        if not context:
            return HttpResponseRedirect(request.path)
    context |= {"heartbeats": Heartbeat.objects.select_related("service"), "forms": asked}
    status = 422 if "refusal" in context else 200
    response = render(request, "alarms/heartbeats.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _forms() -> dict[str, Form]:
    """Give the form of another one, and those of the buttons of each."""
    rows = {verb: Form("A heartbeat", verb, (row_field(verb, "Heartbeat"),)) for verb in _VERBS}
    return {"": _another(), **rows}


def _another() -> Form:
    services = ((str(one.pk), one.name) for one in Service.objects.all())
    return Form(
        "Another heartbeat",
        "Make its address",
        (
            Field("name", "What pings?", longest=100),
            Field("every", "How often?", value="1 day", rule=_length),
            Field("grace", "How late may it be?", value="1 hour", rule=_length),
            Field("service", "Service", "choice", False, options=(("", "none"), *services)),
            Field("severity", "If it stays away", "choice", options=_SEVERITIES),
        ),
    )


def _carry_out(request: DeskRequest, forms: dict[str, Form]) -> dict[str, object]:
    """Do what was asked for; give what to show of a new secret, and nothing if there is none."""
    verb, answers = read_sent(request, forms, process.in_force().zone)
    if verb in _VERBS:
        does, words = _VERBS[verb]
        done = does(heartbeat=answers.number(verb), at=request.at)
        messages.success(request, words.format(done))
        return {}
    beat = Beat(
        name=answers.text("name"),
        every=read_duration(answers.text("every")),
        grace=read_duration(answers.text("grace")),
        severity="high" if answers.text("severity") == "high" else "low",
        service=answers.number_if_any("service"),
    )
    made, token = flows.make(beat=beat, by=request.person.name, at=request.at)
    address = request.build_absolute_uri(reverse("heartbeat-ping", args=[token]))
    return {"made": made, "address": address}


def _length(text: str) -> object:
    try:
        return read_duration(text)
    except ValueError as error:
        raise Refused(
            f"“{text[:60]}” is not a length of time.", "Write it like “5 minutes” or “1 day”."
        ) from error
