"""The screens of the subjects of measures: each a period's figures, charts, tables and exports."""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from dutydesk.kernel.addresses import path_to
from dutydesk.measures.flows.incident_explained import explained
from dutydesk.measures.flows.subjects import SUBJECTS
from dutydesk.measures.rules.choices import OFFERED, PeriodChoice, read_choice
from dutydesk.measures.rules.figures import Subject, SubjectFigures
from dutydesk.measures.web.exports import exported, exported_figure
from dutydesk.process.flows import process
from dutydesk.web.screens import DeskRequest, rule

ROWS_SHOWN, ALL_SHOWN = 25, 200
"""So many rows of a table are on a screen; all of them are where there are never many."""


@rule("anyone")
def subject(request: DeskRequest, named: str) -> HttpResponseBase:
    """Show one subject in the period that is asked for, or give its tables as CSV or JSON."""
    one, choice = _asked(request, named)
    found = _readable(request, one.figures(choice, at=request.at))
    if "as" in request.GET:
        return exported(request, one, choice, found)
    context = {
        **framed(request, one.title, choice, clocks=one.clocks),
        "timeless": not one.of_a_time,
        "most": ROWS_SHOWN if one.of_a_time else ALL_SHOWN,
        "subject": one,
        "found": found,
        "shown": [
            (figure, reverse("measure-figure", args=[one.name, figure.name]) + choice.query)
            for figure in found.figures
        ],
        "tables": [(table, f"{choice.query}&as=csv&table={table.name}") for table in found.tables],
        "exports": {kind: f"{choice.query}&as={kind}" for kind in ("csv", "json")},
    }
    return render(request, "measures/subject.html", context)


@rule("anyone")
def figure(request: DeskRequest, named: str, which: str) -> HttpResponseBase:
    """Explain one figure: what it is made of, how it is worked out, and what was left out."""
    one, choice = _asked(request, named)
    figure = one.alone(choice, which, at=request.at)
    if figure is None or not request.person.may(figure.readers):
        raise Http404
    if "as" in request.GET:
        return exported_figure(request, one, choice, figure)
    context = {
        **framed(request, figure.title, choice, clocks=one.clocks),
        "subject": one,
        "one": figure,
        "csv": f"{choice.query}&as=csv",
    }
    return render(request, "measures/explained.html", context)


@rule("anyone")
def measured_incident(request: DeskRequest, number: int) -> HttpResponseBase:
    """Explain how one incident was measured, and what would change it."""
    choice = asked_choice(request)
    context = {
        **framed(request, "How it was measured", choice, clocks=True),
        "timeless": True,
        "found": explained(number, choice),
        "clock": process.in_force().clock(choice.clock),
    }
    return render(request, "measures/incident.html", context)


def asked_choice(request: DeskRequest) -> PeriodChoice:
    """Read which time a request asks for."""
    current = process.in_force()
    return read_choice(request.GET.dict(), current.zone, current.clocks, request.at)


def framed(
    request: DeskRequest, heading: str, choice: PeriodChoice, *, clocks: bool = False
) -> dict[str, Any]:
    """Give what the frame around every screen of measures shows."""
    current = process.in_force()
    named = [(name, clock.title) for name, clock in current.clocks.items()]
    tabs = [("Overview", path_to("measures"))]
    tabs += [(one.title, one.address) for one in SUBJECTS if _seen(request, one)]
    return {
        "heading": heading,
        "choice": choice,
        "today": request.at.astimezone(current.zone).date(),
        "kinds": OFFERED,
        "clocks": [("elapsed", "Elapsed time"), *named] if clocks else [],
        "tabs_of": [
            (title, address + choice.query, address == request.path) for title, address in tabs
        ],
    }


def _asked(request: DeskRequest, name: str) -> tuple[Subject, PeriodChoice]:
    """Give the subject of that name, and which time is asked for; 404 if there is none."""
    one = next((one for one in SUBJECTS if one.name == name), None)
    if one is None or not _seen(request, one):
        raise Http404
    return one, asked_choice(request)


def _seen(request: DeskRequest, subject: Subject) -> bool:
    return request.person.may(subject.readers) and subject.is_there()


def _readable(request: DeskRequest, found: SubjectFigures) -> SubjectFigures:
    """Leave out what this person may not see."""
    may = request.person.may
    return SubjectFigures(
        tuple(one for one in found.figures if may(one.readers)),
        found.charts,
        tuple(one for one in found.tables if may(one.readers)),
        found.notes,
    )
