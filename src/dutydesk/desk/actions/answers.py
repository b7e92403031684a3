"""What people do with past answers, in any chat."""

import re
from datetime import datetime

from dutydesk.desk.flows import duplicates, suggestions
from dutydesk.desk.flows.events import QuestionRefused
from dutydesk.desk.models import Question
from dutydesk.kernel import bounds
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, Person
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.subjects import number_of, subject

_NUMBER = re.compile(r"(?:.*/questions/|#|question )?(\d{1,18})", re.IGNORECASE)


def _helped(press: ActionRequest) -> ActionResult:
    choice = press.choice
    past = bounds.number(choice)
    if past is None:
        raise QuestionRefused("That answer was not offered here.", "Press Solved instead.")
    number = number_of(press.about, "question")
    suggestions.helped(question=number, past=past, by=press.by, at=press.at)
    return ActionResult("Good. It is solved.", press.about)


def _same_form(about: str, by: Person, at: datetime) -> Form:
    found = Question.objects.select_related("post").get(pk=number_of(about, "question"))
    known = [
        (str(number), f"{number}: {title}") for number, title in suggestions.suggestions(found)
    ]
    picked = (
        Field(
            "original",
            "Earlier question",
            "choice",
            required=False,
            value=known[0][0] if known else "",
            options=(*known, ("", "Another one")),
        ),
    )
    other = Field(
        "other",
        "Number of another question, or its link",
        required=False,
        hint="Find it with /; its link ends with the number.",
    )
    return Form(
        title=f"Asked before: {found.title}",
        submit="Join it to the earlier one",
        fields=(*(picked if known else ()), other),
        note="Both threads say so, each with a link to the other. It is solved with the "
        "earlier one; while that is open, it waits for it.",
    )


def _same(press: ActionRequest) -> ActionResult:
    given = press.answers.text("other") or press.answers.text("original")
    number = _NUMBER.fullmatch(given)
    if number is None:
        raise QuestionRefused("It isn't said which question.", "Choose one, or give its number.")
    found = number_of(press.about, "question")
    first = duplicates.same(question=found, original=int(number[1]), by=press.by, at=press.at)
    return ActionResult(f"It is joined to question {first}.", subject("question", found))


def _not_same(press: ActionRequest) -> ActionResult:
    duplicates.part(question=number_of(press.about, "question"), by=press.by, at=press.at)
    return ActionResult("It goes on by itself.", press.about)


ACTIONS = (
    Action("question.helped", "anyone", _helped),
    Action("question.same", "engineer", _same, _same_form),
    Action("question.not-same", "engineer", _not_same),
)
