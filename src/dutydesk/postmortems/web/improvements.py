"""Improvements on the web: all of them in a table, and one."""

from datetime import datetime

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from dutydesk.journal.flows import journal
from dutydesk.people.models import Service
from dutydesk.postmortems.models import Improvement
from dutydesk.web.screens import Crumb, DeskRequest, rule
from dutydesk.web.tables import Choice, Column, Table, TableQuery


def _table() -> Table:
    services = Service.objects.filter(incident__postmortem__improvements__isnull=False).distinct()
    return Table(
        (
            Column("title", "Improvement"),
            Column("owner", "Owner", "mine first", "others first", field="turn"),
            Column("priority", "Priority", "high first", "high last", gaps=True),
            Column("due", "Due", "soonest first", "latest first", field="due_at", gaps=True),
            Column("kind", "Kind", gaps=True),
            Column("ticket", "Ticket", sorts=False),
        ),
        sort="owner",
        choices=(
            Choice("state", "State", (("all", "all"), ("done", "done"), ("dropped", "dropped"))),
            Choice("service", "Service", tuple((str(one.pk), one.name) for one in services)),
            Choice("priority", "Priority", (("high", "high"), ("normal", "normal"))),
            Choice("late", "Late", (("yes", "late"),)),
        ),
        search="Words in it",
    )


@rule("anyone")
def listed(request: DeskRequest) -> HttpResponse:
    """List the open improvements: the reader's own first, and what is late before the rest."""
    asked = _table().asked(request.GET.urlencode())
    mine = Case(
        When(owner=request.person.engineer or 0, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    rows = _narrowed(Improvement.objects.annotate(turn=mine), asked, request.at)
    rows = rows.select_related("owner", "ticket", "postmortem__incident")
    context = {
        "asked": asked,
        "page": asked.page_of(rows, "due_at", "priority", "pk"),
        "late": Improvement.objects.filter(state="open", due_at__lt=request.at).count(),
    }
    return render(request, "postmortems/improvements.html", context)


def _narrowed(
    rows: QuerySet[Improvement], asked: TableQuery, at: datetime
) -> QuerySet[Improvement]:
    chosen = asked.chosen
    state = chosen.get("state", "open")
    if state != "all":
        rows = rows.filter(state=state)
    if service := chosen.get("service"):
        rows = rows.filter(postmortem__incident__services=int(service))
    if priority := chosen.get("priority"):
        rows = rows.filter(priority=priority)
    if chosen.get("late"):
        rows = rows.filter(due_at__lt=at)
    words = Q(title__icontains=asked.words) | Q(postmortem__incident__title__icontains=asked.words)
    return rows.filter(words) if asked.words else rows


@rule("anyone")
def improvement(request: DeskRequest, number: int) -> HttpResponse:
    """Show an improvement, and what became of it."""
    rows = Improvement.objects.select_related("owner", "ticket", "postmortem__incident")
    found = get_object_or_404(rows, pk=number)
    context = {
        "one": found,
        "about": found.about,
        "trail": [
            Crumb("Improvements", reverse("improvements")),
            Crumb(
                found.postmortem.incident.title,
                reverse("postmortem", args=[found.postmortem_id]),
            ),
        ],
        "history": journal.timeline([found.about]).reverse()[:100],
    }
    return render(request, "postmortems/improvement.html", context)
