"""Heartbeats: the screen to make, pause and remove them, and the address that is pinged."""

from contextlib import suppress
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dutydesk.alarms.flows import heartbeats as flows
from dutydesk.alarms.flows.heartbeats import Beat
from dutydesk.alarms.models import Heartbeat
from dutydesk.alarms.rules.beat_schedule import read_cron
from dutydesk.alarms.rules.signals import LARGEST_WORD, read_signal, word_of
from dutydesk.inbox.api.refused import refusing
from dutydesk.kernel.durations import read_duration
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.moments import zone_names
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows.zones import read_zone
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.web.fields import said
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.sent_forms import read_sent, row_field, typed
from dutydesk.web.webhooks import says

_VERBS = {
    "pause": (flows.pause, "Nothing is expected from {} until you resume it."),
    "resume": (flows.resume, "{} is expected to ping again."),
    "remove": (flows.remove, "{} is removed, and its address opens nothing any more."),
}
_AT_ONCE = 64_000
_SEVERITIES = (("low", "show it as a low alarm"), ("high", "page, as a high alarm"))


@csrf_exempt
@rule("public", form=False)
@require_http_methods(["GET", "HEAD", "POST"])
def ping(request: DeskRequest, token: str, signal: str = "") -> HttpResponse:
    """Take a ping: the secret in the address says whose it is, and its end what the job says.

    The end of what is sent along is kept, such as the last lines of a job's log.
    """
    try:
        said = read_signal(signal)
        flows.ping(token=token, at=request.at, signal=said, word=_word(request))
    except Refused as refusal:
        refusing("heartbeat", "")(404, str(refusal), request.at)
        return says(str(refusal), 404)
    return says("OK", 200)


def _word(request: DeskRequest) -> str:
    """Read to the end what is sent along, and give the end."""
    kept = b""
    while chunk := request.read(_AT_ONCE):
        kept = (kept + chunk)[-LARGEST_WORD:]
    return word_of(kept)


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
    every = Heartbeat.objects.select_related("service")
    worst_first = sorted(every, key=lambda one: one.state not in ("failed", "missing"))
    context |= {"heartbeats": worst_first, "forms": asked}
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
            Field(
                "every",
                "How often?",
                value="1 day",
                rule=_schedule,
                hint="A length of time, or a cron expression such as 30 2 * * *",
            ),
            Field(
                "zone",
                "Time zone of the cron expression",
                required=False,
                value=str(process.in_force().zone),
                rule=_zone,
            ),
            Field(
                "grace",
                "How late may it be?",
                value="1 hour",
                rule=_length,
                hint="A run that said that it began may last so long",
            ),
            Field("service", "Service", "choice", False, options=(("", "none"), *services)),
            Field("severity", "If it stays away", "choice", options=_SEVERITIES),
        ),
    )


def _carry_out(request: DeskRequest, forms: dict[str, Form]) -> dict[str, object]:
    """Do what was asked for; give what to show of a new secret, and nothing if there is none."""
    verb, answers = read_sent(request, forms, read_zone(request.person.zone))
    if verb in _VERBS:
        does, words = _VERBS[verb]
        done = does(heartbeat=answers.number(verb), at=request.at)
        messages.success(request, words.format(done))
        return {}
    schedule = _schedule(answers.text("every"))
    beat = Beat(
        name=answers.text("name"),
        every=schedule if isinstance(schedule, timedelta) else None,
        cron=schedule if isinstance(schedule, str) else "",
        zone=answers.text("zone") or str(process.in_force().zone),
        grace=read_duration(answers.text("grace")),
        severity="high" if answers.text("severity") == "high" else "low",
        service=answers.number_if_any("service"),
    )
    made, token = flows.make(beat=beat, by=request.person.name, at=request.at)
    address = request.build_absolute_uri(reverse("heartbeat-ping", args=[token]))
    return {"made": made, "address": address}


def _schedule(text: str) -> timedelta | str:
    """Read a length of time, or a cron expression, which has blanks and no unit. Raises Refused."""
    with suppress(ValueError):
        return read_duration(text)
    if len(text.split()) > 3:
        return read_cron(text)
    return _length(text)


def _zone(text: str) -> None:
    if text not in zone_names():
        raise Refused(f"“{text[:60]}” is no time zone.", "Write it like Europe/London.")


def _length(text: str) -> timedelta:
    try:
        return read_duration(text)
    except ValueError as error:
        raise Refused(
            f"“{text[:60]}” is not a length of time.", "Write it like “5 minutes” or “1 day”."
        ) from error
