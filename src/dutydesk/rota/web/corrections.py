"""Putting right who really had a time that is past: fill in, see what it would do, confirm."""

from collections.abc import Mapping

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from dutydesk.kernel import bounds
from dutydesk.kernel.forms import Answers, Field, Form
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows.zones import read_zone
from dutydesk.people.models import Engineer
from dutydesk.rota.flows import edits, shift_corrections, workload
from dutydesk.rota.models import Duty
from dutydesk.web.fields import said
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.sent_forms import typed


def _form() -> Form:
    people = tuple((str(one.pk), one.name) for one in Engineer.objects.all())
    whom = (("", "Nobody"), *people)
    return Form(
        "Put a past time right",
        "Preview: show what would happen",
        (
            Field("duty", "Duty", "choice", options=tuple(Duty.choices)),
            Field("add", "Really had it", "choice", False, options=whom),
            Field("remove", "Had it by the rota, but really hadn't", "choice", False, options=whom),
            Field("start", "From", "time"),
            Field("end", "Until", "time"),
            Field("why", "What happened", longest=300),
        ),
    )


@rule("engineer")
def correct(request: DeskRequest) -> HttpResponse:
    """Put right who had a time, in three steps; or take a correction back."""
    form, sent, zone = _form(), typed(request), read_zone(request.person.zone)
    refusal: Refused | None = None
    seen: list[tuple[str, str, str]] = []
    if request.method == "POST":
        try:
            if sent.get("undo"):
                number = bounds.number(sent["undo"]) or 0
                shift_corrections.undo(number=number, at=request.at, by=request.person.name)
                messages.success(request, "Taken back.")
                return redirect("shares")
            answers = form.read(sent, zone)
            seen = _preview(answers, request)
            if sent.get("confirm"):
                _correct(answers, request)
                messages.success(request, "Put right. Statements and shares go by it.")
                return redirect("shares")
        except Refused as refused:
            refusal = refused
    context: Mapping[str, object] = {
        "forms": {"": form},
        "typed": sent,
        "seen": seen,
    }
    status = 422 if refusal else 200
    return render(request, "rota/correct.html", {**context, **said(refusal)}, status=status)


def _correct(answers: Answers, request: DeskRequest) -> None:
    shift_corrections.correct(
        duty=answers.text("duty"),
        span=edits.period(answers.moment("start"), answers.moment("end")),
        add=answers.number_if_any("add"),
        remove=answers.number_if_any("remove"),
        why=answers.text("why"),
        at=request.at,
        by=request.person.name,
    )


def _preview(answers: Answers, request: DeskRequest) -> list[tuple[str, str, str]]:
    """Give whose promised hours in that time would be which: name, before, after."""
    span = edits.period(answers.moment("start"), answers.moment("end"))
    duty = answers.text("duty")
    before = workload.hours_had(span, duty)
    with transaction.atomic():
        _correct(answers, request)
        after = workload.hours_had(span, duty)
        transaction.set_rollback(True)
    names = dict(Engineer.objects.values_list("pk", "name"))
    changed = [
        (names[who], f"{before.get(who, 0):.2f} h", f"{after.get(who, 0):.2f} h")
        for who in sorted(before.keys() | after.keys(), key=names.__getitem__)
        if before.get(who, 0) != after.get(who, 0)
    ]
    if not changed:
        raise Refused("None of that time is promised, so no hours change.", "Give other hours.")
    return changed
