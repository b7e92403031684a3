"""Questions, tickets and the board on the web."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from dutydesk.desk.models import Question, Ticket
from dutydesk.process import flows as process
from dutydesk.site.screens import DeskRequest, rule

SHOWN = 50


@rule("anyone")
def question(request: DeskRequest, number: int) -> HttpResponse:
    """Go to the question's thread."""
    return HttpResponseRedirect(f"/threads/{get_object_or_404(Question, pk=number).post_id}")


@rule("anyone")
def board(request: DeskRequest) -> HttpResponse:
    """Show the tickets by column; the newest of each. Clause ask.board."""
    columns = process.in_force().ask.ticket.columns
    shown = [
        (column, Ticket.objects.filter(column=column).order_by("-id")[:SHOWN]) for column in columns
    ]
    lost = Ticket.objects.exclude(column__in=columns)[:SHOWN]
    return render(request, "desk/board.html", {"columns": shown, "lost": lost})


@rule("anyone")
def ticket(request: DeskRequest, number: int) -> HttpResponse:
    """Show one ticket."""
    found = get_object_or_404(Ticket.objects.select_related("question"), pk=number)
    return render(request, "desk/ticket.html", {"ticket": found, "about": f"ticket:{found.pk}"})
