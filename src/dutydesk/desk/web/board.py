"""Tickets and the board on the web."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from dutydesk.desk.flows import ticket_record
from dutydesk.desk.models import UNTAKEN, Ticket
from dutydesk.desk.rules.issue_bodies import sections_of
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import NotYours
from dutydesk.kernel.refusals import Refused
from dutydesk.process.flows import process
from dutydesk.web.screens import DeskRequest, rule

SHOWN = 50
UNDO = timedelta(minutes=5)


@rule("anyone")
def board(request: DeskRequest) -> HttpResponse:
    """Show the tickets by column; the newest of each. Clause ask.board."""
    return _board(request, Ticket.objects.all(), "all")


@rule("engineer")
def board_mine(request: DeskRequest) -> HttpResponse:
    """Show the tickets that whoever asks works on."""
    return _board(request, Ticket.objects.filter(engineer=request.person.engineer), "mine")


@rule("anyone")
def board_nobody(request: DeskRequest) -> HttpResponse:
    """Show the tickets that nobody works on. Clause support.day-start."""
    return _board(request, Ticket.objects.filter(UNTAKEN), "nobody")


def _board(request: DeskRequest, wanted: QuerySet[Ticket], which: str) -> HttpResponse:
    columns = process.in_force().ask.ticket.columns
    order = Window(RowNumber(), partition_by="column", order_by=F("id").desc())
    tickets = wanted.select_related("engineer").annotate(place=order).filter(place__lte=SHOWN)
    counts = dict(wanted.order_by().values_list("column").annotate(Count("id")))
    by_column: dict[str, list[Ticket]] = {column: [] for column in columns}
    lost: list[Ticket] = []
    for ticket in tickets.order_by("-id"):
        by_column.get(ticket.column, lost).append(ticket)
    context: dict[str, Any] = {
        "columns": [(name, found, counts.get(name, 0)) for name, found in by_column.items()],
        "lost": lost,
        "which": which,
        "nobody": Ticket.objects.filter(UNTAKEN).count(),
        "undo_since": request.at - UNDO,
        "first": columns[0],
        "last": columns[-1],
    }
    return render(request, "desk/board.html", context)


@rule("anyone")
def ticket(request: DeskRequest, number: int) -> HttpResponse:
    """Show one ticket with its record, and take what an engineer adds to it."""
    rows = Ticket.objects.select_related("question", "engineer", "post")
    found = get_object_or_404(rows, pk=number)
    typed = ""
    if request.method == "POST":
        typed = request.POST.get("text", "")
        try:
            if not request.person.may("engineer"):
                raise NotYours("Engineers keep the record.", "Write in the thread.")
            ticket_record.comment(ticket=found.pk, text=typed, by=request.person, at=request.at)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            return HttpResponseRedirect(request.path)
    subjects = [found.about, *([found.question.about] if found.question else [])]
    context = {
        "ticket": found,
        "about": found.about,
        "texts": sections_of(found.body),
        "comments": found.comments.select_related("post"),
        "history": journal.timeline(subjects).filter(kind__startswith="ticket."),
        "typed": typed,
    }
    return render(request, "desk/ticket.html", context)
