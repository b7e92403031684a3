"""Shifts on the web."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import Engineer
from dutydesk.process import flows as process
from dutydesk.process.rules.hours import in_zone
from dutydesk.rota.flows import asking, editing
from dutydesk.rota.models import Duty, Shift
from dutydesk.site.screens import DeskRequest, rule

PAST = timedelta(days=7)


@rule("anyone")
def shifts(request: DeskRequest) -> HttpResponse:
    """Show who covers what and the shifts to come; engineers add them and take them away."""
    typed: dict[str, str] = {}
    refusal: Refused | None = None
    if request.method == "POST":
        typed = {key: str(value) for key, value in request.POST.items()}
        try:
            messages.success(request, _change(request, typed))
        except Refused as refused:
            refusal = refused
        else:
            return HttpResponseRedirect(request.path)
    context = {
        "on": asking.who(at=request.at),
        "shifts": Shift.objects.filter(end__gt=request.at - PAST, cancelled_at=None).select_related(
            "engineer"
        )[:500],
        "engineers": Engineer.objects.filter(active=True),
        "duties": Duty.choices,
        "typed": typed,
        "refusal": refusal,
        "turn": process.in_force().on_call.turn,
    }
    return render(request, "rota/shifts.html", context, status=422 if refusal else 200)


def _change(request: DeskRequest, typed: dict[str, str]) -> str:
    if not request.person.may("engineer"):
        raise Refused("Shifts are for engineers of the team to change.", "Ask one of them.")
    if typed.get("remove", "").isdecimal():
        editing.remove_shift(shift=int(typed["remove"]), at=request.at, by=request.person.name)
        return "The shift is taken away."
    zone = process.in_force().zone
    try:
        start, end = (in_zone(typed.get(name, ""), zone) for name in ("start", "end"))
    except ValueError as error:
        raise Refused("A time is missing.", "Give both a start and an end.") from error
    engineer = typed.get("engineer", "")
    if not engineer.isdecimal() or not Engineer.objects.filter(pk=int(engineer)).exists():
        raise Refused("Nobody was chosen.", "Choose who has the shift; add them under People.")
    editing.add_shift(
        duty=typed.get("duty", ""),
        engineer=int(engineer),
        start=start,
        end=end,
        at=request.at,
        by=request.person.name,
    )
    return f"{Engineer.objects.get(pk=int(engineer)).name} has the {typed['duty']} shift."
