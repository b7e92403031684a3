"""What people do to questions, in any chat."""

from collections.abc import Callable
from datetime import datetime

from dutydesk.desk.flows import (
    ownership,
    question_intake,
    question_timers,
    resolution,
    urgent_pages,
)
from dutydesk.desk.models import Question
from dutydesk.desk.rules.questions import OUTCOMES, SCORES
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, Person
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.subjects import number_of
from dutydesk.process.flows import process

_WHY = "What was good, or what would have been better?"


def _question(press: ActionRequest) -> int:
    return number_of(press.about, "question")


def _take(press: ActionRequest) -> ActionResult:
    ownership.take(question=_question(press), by=press.by, at=press.at)
    return ActionResult("You have it.", press.about)


def _wait(press: ActionRequest) -> ActionResult:
    ownership.wait(question=_question(press), by=press.by, at=press.at)
    return ActionResult("It waits for the asker.")


def _solve(press: ActionRequest) -> ActionResult:
    resolution.solve(question=_question(press), by=press.by, at=press.at)
    return ActionResult("Solved. Thank you.")


def _reopen(press: ActionRequest) -> ActionResult:
    resolution.reopen(question=_question(press), by=press.by, at=press.at)
    return ActionResult("It is open again.")


def _more_time(press: ActionRequest) -> ActionResult:
    question_timers.more_time(question=_question(press), nearly=False, at=press.at)
    return ActionResult("You are asked again a little later.")


def _nearly(press: ActionRequest) -> ActionResult:
    question_timers.more_time(question=_question(press), nearly=True, at=press.at)
    return ActionResult("Good. You are asked again later, if it isn't solved by then.")


def _kind(press: ActionRequest) -> ActionResult:
    resolution.sort(
        question=_question(press), kind=press.choice, outcome="", by=press.by, at=press.at
    )
    return ActionResult("Noted. Thank you.")


def _sort_form(about: str, by: Person, at: datetime) -> Form:
    found = Question.objects.get(pk=number_of(about, "question"))
    kinds = tuple((kind.id, kind.title) for kind in process.in_force().ask.kinds)
    outcomes = tuple(OUTCOMES.items())
    return Form(
        title="What kind of question was it?",
        submit="Keep it",
        fields=(
            Field("kind", "Kind", "choice", value=found.kind, options=kinds),
            Field("outcome", "What came of it", "choice", value=found.outcome, options=outcomes),
        ),
        note="It counts on the page Measures. Nobody is told.",
    )


def _sort(press: ActionRequest) -> ActionResult:
    resolution.sort(
        question=_question(press),
        kind=press.answers.text("kind"),
        outcome=press.answers.text("outcome"),
        by=press.by,
        at=press.at,
    )
    return ActionResult("Noted. Thank you.", press.about)


def _score(happiness: int) -> Callable[[ActionRequest], ActionResult]:
    def keep(press: ActionRequest) -> ActionResult:
        resolution.score(question=_question(press), by=press.by, happiness=happiness, at=press.at)
        return ActionResult("Thank you.")

    return keep


def _why_form(about: str, by: Person, at: datetime) -> Form:
    return Form(
        title="How was our help?",
        submit="Send it to the team",
        fields=(Field("line", _WHY, "long", longest=1000),),
    )


def _why(press: ActionRequest) -> ActionResult:
    resolution.say_why(
        question=_question(press), by=press.by, line=press.answers.text("line"), at=press.at
    )
    return ActionResult("Thank you.", press.about)


def _page_form(about: str, by: Person, at: datetime) -> Form:
    urgent_pages.check(question=number_of(about, "question"), by=by, at=at)
    name = urgent_pages.first_called(at=at)
    who = (
        f"{name} is called now, and others if {name} doesn't answer."
        if name
        else "Nobody is on call at this hour: whoever is on next is called then."
    )
    return Form(
        title="Page on call",
        submit="Page on call now",
        fields=(
            Field(
                "why",
                "What is wrong, and who is harmed by it?",
                "long",
                hint="Whoever is called reads this first.",
                longest=urgent_pages.LONGEST,
            ),
        ),
        note=f"{who} It is for what can't wait until support opens.",
    )


def _page(press: ActionRequest) -> ActionResult:
    urgent_pages.page(
        question=_question(press), why=press.answers.text("why"), by=press.by, at=press.at
    )
    return ActionResult("On call is paged. How it goes on stands in the thread.", press.about)


def _show(press: ActionRequest) -> ActionResult:
    return ActionResult("", press.about)


def _ask(press: ActionRequest) -> ActionResult:
    post = number_of(press.about, "thread")
    found = question_intake.ask_about(post=post, by=press.by, at=press.at)
    return ActionResult("It is a question now.", found.about)


def _lapse(press: ActionRequest) -> ActionResult:
    resolution.lapse(question=_question(press), by=press.by, at=press.at)
    return ActionResult("It is closed.", press.about)


def _part_post(press: ActionRequest) -> ActionResult:
    post = number_of(press.about, "post")
    found = question_intake.part(post=post, by=press.by, at=press.at)
    return ActionResult("It is a question of its own now.", found.about)


def _join_again(press: ActionRequest) -> ActionResult:
    found = question_intake.join_again(question=_question(press), by=press.by, at=press.at)
    return ActionResult("It goes on with the question before again.", found.about)


ACTIONS = (
    Action("question.take", "engineer", _take),
    Action("question.wait", "engineer", _wait),
    Action("question.solve", "anyone", _solve),
    Action("question.reopen", "anyone", _reopen),
    Action("question.more-time", "engineer", _more_time),
    Action("question.nearly", "engineer", _nearly),
    Action("question.kind", "engineer", _kind),
    Action("question.sort", "engineer", _sort, _sort_form),
    Action("question.say-why", "anyone", _why, _why_form),
    Action("question.page", "anyone", _page, _page_form),
    Action("question.show", "anyone", _show),
    Action("question.lapse", "engineer", _lapse),
    Action("question.part-post", "anyone", _part_post),
    Action("question.join-again", "anyone", _join_again),
    Action("thread.ask", "engineer", _ask),
    *(Action(f"question.score-{score}", "anyone", _score(score)) for score in SCORES),
)
