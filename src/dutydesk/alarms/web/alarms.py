"""Alarms on the web: one, all of them, and what the desk would do about one."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from dutydesk.alarms import words
from dutydesk.alarms.flows import alarm_posts, explanations, runbooks, staleness, takeover
from dutydesk.alarms.models import Alarm, Alert
from dutydesk.alarms.rules.explanation import read_pairs
from dutydesk.handbook import web as handbook
from dutydesk.handbook.rules.readers import may_read
from dutydesk.journal.flows import journal
from dutydesk.kernel import bounds
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
from dutydesk.oncall import words as oncall_words
from dutydesk.oncall.flows import records, storms
from dutydesk.oncall.models import Page
from dutydesk.people.flows.zones import read_zone
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Alarms
from dutydesk.web.fields import said
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.tables import Choice, Column, Pages, Table

SHOWN, ALERTS, HAPPENED = 50, 200, 500
EXPLAINED = timedelta(hours=12)


def _pairs(text: str) -> object:
    return read_pairs([text])


_EXPLAINED = Form(
    "Explain an alert",
    "Say what would happen",
    (
        Field(
            "labels", "Its labels", "long", rule=_pairs,
            hint="One a line, or with commas, as severity=critical",
        ),
        Field(
            "annotations", "Its annotations", "long", False, rule=_pairs,
            hint="If they matter, as runbook_url=https://…",
        ),
        Field("at", "When it fires", "time", False, hint="Now, if you leave it empty."),
    ),
)  # fmt: skip


@rule("anyone")
def alarm(request: DeskRequest, number: int) -> HttpResponse:
    """Show one alarm: its alerts, its page, and what happened."""
    found = get_object_or_404(Alarm.objects.select_related("service", "silence"), pk=number)
    about = subject("alarm", found.pk)
    page, alerts = storms.latest_pages([about]).get(about), _alerts_of(found, request.GET)
    rules = process.in_force().alarms
    context = runbook_context(found, request) | {
        "alarm": found,
        "about": about,
        "alerts": alerts,
        "which": _which(alerts),
        "whole": bounds.number(request.GET.get("alert", "")) is not None,
        "severities": _not_high(alerts, rules),
        "high": rules.high_severities,
        "incident": found.incident.partition(":")[2],
        "others": takeover.others(found),
        "stale": set(
            staleness.stale(at=request.at).filter(alarm=found).values_list("pk", flat=True)
        ),
        "flapping": alarm_posts.flapping(found),
        "page": page,
        "record": records.of(page) if page else None,
        "timeline": list(journal.timeline([about]).order_by("-at", "-id")[:HAPPENED])[::-1],
        "happened": HAPPENED,
    }
    return render(request, "alarms/alarm.html", context)


def _alerts_of(found: Alarm, asked: Mapping[str, str]) -> Any:
    """Give the alerts that are asked for: what fires first, and of it what somebody is called for.

    Of one that is asked for by its number all is shown that its sender said.
    """
    alerts = found.alerts.order_by("-firing", F("called_at").asc(nulls_last=True), "pk")
    if (number := bounds.number(asked.get("alert", ""))) is not None:
        alerts = alerts.filter(pk=number)
    return Pages(alerts, ALERTS).get_page(asked.get("alerts"))


def _not_high(alerts: Iterable[Alert], rules: Alarms) -> list[str]:
    """Give what their sender calls their severity, where the process doesn't call that high."""
    said = {alert.labels.get("severity", "").strip() for alert in alerts}
    return sorted(one for one in said if one and not rules.is_high(one))


def _which(alerts: Any) -> str:
    """Say which of how many alerts are shown; nothing if all are."""
    of = alerts.paginator
    if of.num_pages == 1:
        return ""
    more = " and more" if of.more else ""
    return f"{alerts.start_index():,} to {alerts.end_index():,} of {of.count:,}{more}"


def runbook_context(found: Alarm, request: DeskRequest) -> dict[str, Any]:
    """Give the handbook's pages for an alarm, the likeliest as HTML; none to who may not read."""
    if not may_read(process.in_force().handbook, request.person):
        return {}
    pages = runbooks.of(found)
    if not pages:
        return {}
    first = handbook.page_context(pages[0], request, handbook.SIGNED_IN, top=3)
    return {"runbook": first, "runbooks": pages[1:]}


@rule("anyone")
def listed(request: DeskRequest) -> HttpResponse:
    """List alarms: those that fire, high ones first, and those that are over."""
    asked = _table().asked(request.GET.urlencode())
    found = Alarm.objects.select_related("service").filter(**asked.chosen)
    if asked.words:
        found = found.filter(title__icontains=asked.words)
    firing = Pages(
        found.filter(state=Alarm.State.FIRING).order_by("severity", "-first_at", "-pk"), SHOWN
    ).get_page(request.GET.get("firing"))
    over = found.filter(state=Alarm.State.RESOLVED).annotate(took=F("resolved_at") - F("first_at"))
    context = {
        "firing": firing,
        "shown": _with_pages(firing.object_list),
        "over": asked.page_of(over, "-pk"),
        "asked": asked,
        "query": urlencode({**asked.chosen, **({"q": asked.words} if asked.words else {})}),
        "stale_since": request.at - process.in_force().alarms.stale_after,
    }
    return render(request, "alarms/list.html", context)


def _table() -> Table:
    """Say what can be asked of the alarms; the order is that of those that are over."""
    return Table(
        (
            Column("title", "Alarm"),
            Column("service", "Service", field="service__name", gaps=True),
            Column("severity", "Severity", "high first", "high last"),
            Column("began", "Began", "oldest first", "newest first", field="first_at"),
            Column("took", "Lasted", "shortest first", "longest first", numbers=True, gaps=True),
        ),
        sort="-began",
        choices=(
            Choice("service", "Service", tuple((str(s.pk), s.name) for s in Service.objects.all())),
            Choice("severity", "Severity", (("high", "high"), ("low", "low"))),
        ),
        search="Words in the title",
    )


def _with_pages(alarms: Iterable[Alarm]) -> list[tuple[Alarm, Page | None]]:
    """Give each alarm with its open page, alone or in a bundle."""
    shown = list(alarms)
    pages = storms.open_pages([alarm.about for alarm in shown])
    return [(alarm, pages.get(alarm.about)) for alarm in shown]


@rule("anyone")
def explained(request: DeskRequest) -> HttpResponse:
    """Say what the desk would do about an alert, and why; nothing is shown or paged."""
    current, zone = process.in_force(), read_zone(request.person.zone)
    typed = request.GET.dict()
    context: dict[str, object] = {"typed": typed, "hours": EXPLAINED.seconds // 3600}
    context["forms"] = {"": _EXPLAINED}
    if "labels" in typed:
        try:
            answers = _EXPLAINED.read(typed, zone)
            at = answers.moment_if_any("at") or request.at
            found = explanations.explain(
                labels=read_pairs([answers.text("labels")]),
                annotations=read_pairs([answers.text("annotations")]),
                at=at,
                ahead=EXPLAINED,
            )
        except Refused as refusal:
            context |= said(refusal)
        else:
            context["lines"] = [
                line.partition(": ")[::2] for line in words.explained(found, current, zone)
            ]
            if found.course is not None:
                steps = oncall_words.course(
                    found.course, begins=at, team=current.team.channel, zone=zone
                )
                context |= {"steps": steps[:SHOWN], "more": len(steps) - SHOWN}
    status = 422 if "refusal" in context else 200
    return render(request, "alarms/explain.html", context, status=status)
