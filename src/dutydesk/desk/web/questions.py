"""Questions on the web."""

from collections.abc import Iterable

from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dutydesk.desk.flows.question_lines import line
from dutydesk.desk.models import OVER, Question
from dutydesk.desk.rules.figures import QuestionEntry, figures
from dutydesk.desk.rules.questions import OUTCOMES
from dutydesk.journal.flows import journal
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.measures import comments_are_open
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.tables import Choice, Column, Table, TableQuery

MOST = 500
OPEN = Question.State.OPEN


@rule("anyone")
def question(request: DeskRequest, number: int) -> HttpResponse:
    """Go to the question's thread."""
    return redirect("thread", get_object_or_404(Question, pk=number).post_id)


@rule("anyone")
def questions(request: DeskRequest) -> HttpResponse:
    """List the questions: those that are not over, and of the others what was asked for."""
    current = process.in_force()
    support = current.clock("support")
    found = Question.objects.exclude(state__in=OVER)
    found = found.select_related("post", "engineer", "duplicate__original")
    mine, engineer = request.GET.get("mine") == "yes", request.person.engineer
    if mine and engineer is not None:
        found = found.filter(engineer=engineer)
    rows = [
        (one, support.between(one.waits_since, request.at), line(one, request.person.account))
        for one in found.order_by("asked_at")[:MOST]
    ]
    by = {
        "unanswered": [row for row in rows if row[0].state == OPEN and _active(row[0])],
        "answered": [row for row in rows if row[0].state != OPEN and _active(row[0])],
        "waiting": [row for row in rows if not _active(row[0])],
    }
    asked = _table([(kind.id, kind.title) for kind in current.ask.kinds]).asked(
        request.GET.urlencode()
    )
    context = {
        "by": by,
        "any": bool(rows),
        "mine": mine,
        "asked": asked,
        "page": asked.page_of(_over(asked, engineer if mine else None), "-pk"),
        "ask": current.ask.channel,
    }
    return render(request, "desk/questions.html", context)


def _table(kinds: Iterable[tuple[str, str]]) -> Table:
    """Say what can be asked of the questions that are over."""
    engineers = Engineer.objects.order_by("name").values_list("pk", "name")
    return Table(
        (
            Column("question", "Question", sorts=False),
            Column("asker", "Asked by", field="post__author"),
            Column("asked", "Asked", "oldest first", "newest first", field="asked_at"),
            Column("engineer", "Who had it", field="engineer__name", gaps=True),
            Column("state", "State"),
            Column("took", "Took", "shortest first", "longest first", numbers=True, gaps=True),
        ),
        sort="-asked",
        choices=(
            Choice("engineer", "Who had it", tuple((str(key), name) for key, name in engineers)),
            Choice("kind", "Kind", tuple(kinds)),
            Choice("state", "State", tuple((one.value, one.value) for one in OVER)),
        ),
    )


def _over(asked: TableQuery, engineer: int | None) -> QuerySet[Question]:
    """Give the questions that were asked for: an engineer's own, or everybody's."""
    found = Question.objects.filter(state__in=OVER).select_related("post", "engineer")
    if engineer is not None:
        found = found.filter(engineer=engineer)
    return found.filter(**asked.chosen).annotate(took=F("solved_at") - F("asked_at"))


def _active(question: Question) -> bool:
    """Say whether it waits for us, and not for its asker or for another question."""
    return question.state != Question.State.WAITING and question.follows is None


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
        "comments": request.person.may("engineer") or comments_are_open(current.measures),
    }
    return render(request, "desk/record.html", context)
