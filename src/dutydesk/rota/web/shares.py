"""Who carries how much, who is new and who is experienced, and statements of a month."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from dutydesk.kernel import bounds
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows.zones import read_zone
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota.flows import (
    experience,
    pay_statements,
    shift_corrections,
    violations,
    workload,
)
from dutydesk.rota.models import Duty, ExperienceMark, ShiftCorrection
from dutydesk.rota.rules.shares import months_back
from dutydesk.web.fields import said
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.sent_forms import read_sent, row_field

_STANDINGS = (("", "by turns"), ("experienced", "experienced"), ("new", "new"))
_FORMS = {
    "": Form(
        "How experienced somebody is",
        "Mark",
        (
            row_field("engineer", "Who"),
            Field("standing", "Standing", "choice", required=False, options=_STANDINGS),
        ),
    )
}
_MONTHS = 4
_SPANS = {"ahead": (0, 91), "behind": (-91, 0), "year": (-365, 0)}


@rule("anyone")
def shares(request: DeskRequest) -> HttpResponse:
    """Show everybody's load and the limits of the process; engineers mark who is experienced."""
    refusal: Refused | None = None
    if request.method == "POST" and request.person.may("engineer"):
        try:
            warnings = _mark(request)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, " ".join(["Marked.", *warnings]))
            return HttpResponseRedirect(request.path)
    chosen = request.GET.get("span", "ahead")
    back, on = _SPANS.get(chosen, _SPANS["ahead"])
    span = Period(request.at + timedelta(days=back), request.at + timedelta(days=on))
    known = violations.experience(request.at)
    today = request.at.astimezone(process.in_force().zone).date()
    of = request.GET.get("of", "")
    context = {
        "health": workload.health(span=span, at=request.at),
        "known": known,
        "marked": dict(ExperienceMark.objects.values_list("engineer", "experienced")),
        "chosen": chosen,
        "rules": process.in_force().on_call,
        "months": months_back(today, _MONTHS),
        "who_left": pay_statements.who_left(today, _MONTHS),
        "duties": Duty.choices,
        "of": of if of in Duty.values else "",
        "corrections": [
            (row, shift_corrections.told(row, read_zone(request.person.zone)))
            for row in ShiftCorrection.objects.select_related("add", "remove").order_by("-id")[:12]
        ],
        **said(refusal),
    }
    return render(request, "rota/shares.html", context, status=422 if refusal else 200)


def _mark(request: DeskRequest) -> list[str]:
    """Mark somebody; give what has to be said of it."""
    _, answers = read_sent(request, _FORMS, read_zone(request.person.zone))
    return experience.mark(
        engineer=answers.number("engineer"),
        standing=answers.text("standing"),
        at=request.at,
        by=request.person.name,
    )


@rule("engineer")
def statement(request: DeskRequest) -> HttpResponse:
    """Give one person's month as CSV."""
    number = bounds.number(request.GET.get("engineer", ""))
    engineer = Engineer.objects.filter(pk=number).first() if number is not None else None
    try:
        month = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        month = None
    if engineer is None or month is None or not 2000 <= month.year <= 2100:
        raise Http404
    duty = request.GET.get("duty", "")
    if duty not in ("", *Duty.values):
        raise Http404
    text = pay_statements.statement(engineer=engineer, month=month, at=request.at, duty=duty)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    name = f"{duty or 'on-call'}-{engineer.pk}-{month:%Y-%m}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
