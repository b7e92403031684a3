"""Who carries how much, who is new and who is experienced, and statements of a month."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from dutydesk.kernel import bounds
from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
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
from dutydesk.web.screens import DeskRequest, rule

_MONTHS = 4
_SPANS = {"ahead": (0, 91), "behind": (-91, 0), "year": (-365, 0)}


@rule("anyone")
def shares(request: DeskRequest) -> HttpResponse:
    """Show everybody's load and the limits of the process; engineers mark who is experienced."""
    if request.method == "POST":
        return _mark(request)
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
            (row, shift_corrections.told(row))
            for row in ShiftCorrection.objects.select_related("add", "remove").order_by("-id")[:12]
        ],
    }
    return render(request, "rota/shares.html", context)


def _mark(request: DeskRequest) -> HttpResponse:
    number = bounds.number(request.POST.get("engineer", ""))
    if request.person.may("engineer") and number is not None:
        try:
            warnings = experience.mark(
                engineer=number,
                standing=request.POST.get("standing", ""),
                at=request.at,
                by=request.person.name,
            )
            messages.success(request, " ".join(["Marked.", *warnings]))
        except Refused as refused:
            messages.error(request, f"{refused.reason} {refused.remedy}")
    return HttpResponseRedirect(request.path)


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
