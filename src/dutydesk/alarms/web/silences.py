"""Silences on the web: what is silenced, and making a silence with what it would quiet in sight."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dutydesk.alarms.flows import alertmanager_sync
from dutydesk.alarms.flows import silences as silencing
from dutydesk.alarms.flows.active_silences import rule_of
from dutydesk.alarms.flows.silence_drafts import form, read_wanted
from dutydesk.alarms.flows.silences import Affected
from dutydesk.alarms.models import GOES_ON, Alarm, Silence
from dutydesk.alarms.rules.silence_matchers import Matcher, common
from dutydesk.journal.flows import journal
from dutydesk.kernel import bounds
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows.zones import read_zone
from dutydesk.process.flows import process
from dutydesk.rota.rules import typed as reading
from dutydesk.web import sent_forms
from dutydesk.web.fields import said
from dutydesk.web.screens import DeskRequest, rule

LENGTHS = ("30 minutes", "1 hour", "2 hours", "4 hours", "8 hours", "1 day", "3 days", "1 week")
SHOWN_ENDED = 20


@rule("anyone")
def silences(request: DeskRequest) -> HttpResponse:
    """List what is silenced now, what will be, and what was."""
    active, coming = silencing.kept(at=request.at)
    context = {
        "active": active,
        "coming": coming,
        "ended": silencing.ended(at=request.at, count=SHOWN_ENDED),
    }
    return render(request, "alarms/silences.html", context)


@rule("anyone")
def silence(request: DeskRequest, number: int) -> HttpResponse:
    """Show one silence: what it quiets, and what was done with it."""
    found = get_object_or_404(Silence.objects.select_related("service"), pk=number)
    over = found.lifted_at is not None or found.ends_at <= request.at
    spell = None if over else rule_of(found).spell(request.at, process.in_force().zone)
    context = {
        "silence": found,
        "about": found.about,
        "over": over,
        "spell": spell,
        "now": spell is not None and request.at in spell,
        "windows": [reading.told(window) for window in found.windows],
        "affected": [] if over else silencing.affected(found, at=request.at),
        "passed_on": alertmanager_sync.passed_on(found.about),
        "timeline": journal.timeline([found.about])[:200],
    }
    return render(request, "alarms/silence.html", context)


@rule("engineer")
def new(request: DeskRequest) -> HttpResponse:
    """Make a silence in three steps: the form, what it would quiet now, and making it."""
    refusal: Refused | None = None
    seen: list[Affected] | None = None
    filled = sent_forms.typed(request) if request.method == "POST" else request.GET.dict()
    typed = {key: value.strip() for key, value in filled.items()}
    if request.method == "POST":
        try:
            wanted = read_wanted(typed, zone=read_zone(request.person.zone), at=request.at)
            if typed.get("confirm"):
                made = silencing.silence(wanted=wanted, by=request.person.name, at=request.at)
                messages.success(request, "Silenced.")
                return redirect("silence", made.pk)
            seen = silencing.preview(wanted=wanted, by=request.person.name, at=request.at)
        except Refused as refused:
            refusal = refused
    else:
        typed = _prefilled(typed.get("alarm", ""))
    context: dict[str, Any] = {
        "typed": typed,
        "forms": {"": form()},
        "seen": seen,
        "calls": [one for one in seen or () if one.page and one.quiet],
        "lengths": [(one, one) for one in dict.fromkeys((*LENGTHS, typed.get("lasts"))) if one],
    } | said(refusal)
    return render(request, "alarms/new_silence.html", context, status=422 if refusal else 200)


def _prefilled(number: str) -> dict[str, str]:
    """Give a form that quiets the alarm: the labels that all of its firing alerts share."""
    alarm = Alarm.objects.filter(pk=bounds.number(number) or 0).first()
    if alarm is None:
        return {"lasts": "2 hours"}
    alerts = alarm.alerts.filter(GOES_ON) or alarm.alerts.all()
    shared = common([alert.labels for alert in alerts])
    lines = [str(Matcher(name, "=", value)) for name, value in sorted(shared.items())]
    return {"lasts": "2 hours", "matchers": "\n".join(lines), "alarm": number}
