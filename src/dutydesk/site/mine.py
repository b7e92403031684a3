"""What is one's own: what calls one, one's questions and one's tickets."""

from django.http import HttpResponse
from django.shortcuts import render

from dutydesk.desk.flows.question_lines import lines
from dutydesk.desk.models import OVER, Question
from dutydesk.site.counts import calls_of, questions_of, tickets_of
from dutydesk.web.screens import DeskRequest, rule

SHOWN = 50
LATELY = 5


@rule("anyone")
def mine(request: DeskRequest) -> HttpResponse:
    """Answer: what waits for me?"""
    person = request.person
    over = Question.objects.filter(state__in=OVER, asker=person.account).select_related("post")
    asked = questions_of(person).select_related("post", "engineer", "duplicate__original")
    questions = asked.order_by("asked_at")[:SHOWN]
    context = {
        "calls": calls_of(person).order_by("raised_at"),
        "questions": lines(questions, person.account),
        "tickets": tickets_of(person)[:SHOWN],
        "over": over.order_by("-asked_at")[:LATELY] if person.engineer is None else (),
    }
    return render(request, "mine.html", context)
