"""Routines on the web."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from dutydesk.journal.flows import journal
from dutydesk.process.flows import process
from dutydesk.routines.flows import day_lists
from dutydesk.routines.models import Checklist
from dutydesk.web.screens import Crumb, DeskRequest, rule
from dutydesk.web.tables import Choice, Column, Table, TableQuery


@rule("anyone")
def listed(request: DeskRequest) -> HttpResponse:
    """Answer: what is to be done today, what does each need, and what was left before?"""
    asked = _table().asked(request.GET.urlencode())
    context = {
        "today": day_lists.today(at=request.at),
        "routines": process.in_force().day_routines,
        "asked": asked,
        "page": asked.page_of(_past(asked), "-comes_at", "-pk"),
    }
    return render(request, "routines/list.html", context)


def _table() -> Table:
    """Say what can be asked of the days before."""
    titles = dict(Checklist.objects.order_by("comes_at").values_list("routine", "title"))
    return Table(
        (
            Column("title", "Routine"),
            Column("comes_at", "Day", "oldest first", "newest first"),
            Column("people", "Whose turn", sorts=False),
            Column("left", "Left", sorts=False),
            Column("outcome", "Outcome", "left first", "done first"),
        ),
        sort="outcome",
        choices=(
            Choice("routine", "Routine", tuple(titles.items())),
            Choice("outcome", "Outcome", day_lists.OUTCOMES),
        ),
    )


def _past(asked: TableQuery) -> QuerySet[Checklist]:
    found = day_lists.past(asked.chosen.get("outcome", ""))
    routine = asked.chosen.get("routine")
    return found.filter(routine=routine) if routine else found


@rule("anyone")
def checklist(request: DeskRequest, number: int) -> HttpResponse:
    """Answer: what was on this day's checklist, who did it, and what was left?"""
    found = get_object_or_404(Checklist.objects.prefetch_related("items"), pk=number)
    context = {
        "checklist": found,
        "about": found.about,
        "timeline": journal.timeline([found.about])[:200],
        "trail": [Crumb("Routines", reverse("routines"))],
    }
    return render(request, "routines/checklist.html", context)
