"""Questions on the web."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dutydesk.desk.models import OVER, Question
from dutydesk.desk.rules.figures import QuestionEntry, figures
from dutydesk.desk.rules.questions import OUTCOMES
from dutydesk.journal.flows import journal
from dutydesk.process.flows import process
from dutydesk.web.screens import DeskRequest, rule

MOST = 500


@rule("anyone")
def question(request: DeskRequest, number: int) -> HttpResponse:
    """Go to the question's thread."""
    return redirect("thread", get_object_or_404(Question, pk=number).post_id)


@rule("anyone")
def questions(request: DeskRequest) -> HttpResponse:
    """List the questions that are not over: who has each, and how long it has waited."""
    support = process.in_force().clock("support")
    found = Question.objects.exclude(state__in=OVER).select_related("post", "engineer")
    mine, engineer = request.GET.get("mine") == "yes", request.person.engineer
    if mine and engineer is not None:
        found = found.filter(engineer=engineer)
    rows = [
        (one, support.between(one.waiting_since or one.asked_at, request.at))
        for one in found.order_by("asked_at")[:MOST]
    ]
    by = {
        "unanswered": [row for row in rows if row[0].answered_at is None and _active(row[0])],
        "answered": [row for row in rows if row[0].answered_at is not None and _active(row[0])],
        "waiting": [row for row in rows if not _active(row[0])],
    }
    lately = Question.objects.filter(state__in=OVER).select_related("post").order_by("-asked_at")
    context = {
        "by": by,
        "any": bool(rows),
        "mine": mine,
        "lately": lately[:10],
        "ask": process.in_force().ask.channel,
    }
    return render(request, "desk/questions.html", context)


def _active(question: Question) -> bool:
    return question.state != Question.State.WAITING


@rule("anyone")
def record(request: DeskRequest, number: int) -> HttpResponse:
    """Show what became of one question, in figures and as it happened."""
    found = get_object_or_404(
        Question.objects.select_related("post__channel", "engineer"), pk=number
    )
    line = list(journal.timeline([found.about])[:500])
    told = [QuestionEntry(entry.kind, entry.at, entry.actor) for entry in line]
    current = process.in_force()
    context = {
        "question": found,
        "about": found.about,
        "figures": figures(told, found.asked_at, current.clock("support")),
        "timeline": line,
        "kind": next((k.title for k in current.ask.kinds if k.id == found.kind), found.kind),
        "outcome": OUTCOMES.get(found.outcome, ""),
    }
    return render(request, "desk/record.html", context)
