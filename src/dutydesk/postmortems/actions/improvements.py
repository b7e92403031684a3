"""What people do to improvements, in any chat."""

from datetime import datetime

from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, Person
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.subjects import number_of
from dutydesk.people.models import Engineer
from dutydesk.postmortems.flows import improvements, write_downs
from dutydesk.postmortems.flows.improvements import ImprovementFacts
from dutydesk.postmortems.models import Improvement
from dutydesk.process.flows import process

_NONE = ("", "not said yet")
_PRIORITIES = (_NONE, ("high", "high"), ("normal", "normal"))


def _fields(one: Improvement | None) -> tuple[Field, ...]:
    section = process.in_force().postmortems.improvements
    high, other = write_duration(section.high_due), write_duration(section.other_due)
    team = [(str(e.pk), e.name) for e in Engineer.objects.filter(active=True)]
    kinds = [(kind, kind) for kind in section.kinds]
    return (
        Field("title", "What is to change?", value=one.title if one else "", longest=200),
        _choice("kind", "What does it do about such an incident?", kinds, one.kind if one else ""),
        Field(
            "priority",
            "Priority",
            "choice",
            required=False,
            value=one.priority if one else "",
            options=_PRIORITIES,
        ),
        _choice("owner", "Who owns it?", team, str(one.owner_id or "") if one else ""),
        Field(
            "due",
            "By when?",
            "time",
            required=False,
            value=(one.due_at or "") if one else "",
            hint=f"By itself {high} after it was written down if it is high, else {other}.",
        ),
    )


def _choice(name: str, label: str, options: list[tuple[str, str]], value: str) -> Field:
    return Field(name, label, "choice", required=False, value=value, options=(_NONE, *options))


def _facts(press: ActionRequest) -> ImprovementFacts:
    given = press.answers
    return ImprovementFacts(
        title=given.text("title"),
        kind=given.text("kind"),
        priority=given.text("priority"),
        owner=given.number_if_any("owner"),
        due_at=given.moment_if_any("due"),
    )


def _number(press: ActionRequest) -> int:
    return number_of(press.about, "improvement")


def _add_form(about: str, by: Person, at: datetime) -> Form:
    note = "It can wait for its owner and its day until the postmortem is published."
    return Form("Add an improvement", "Add it", _fields(None), note)


def _add(press: ActionRequest) -> ActionResult:
    number = number_of(press.about, "postmortem")
    improvements.add(postmortem=number, facts=_facts(press), by=press.by, at=press.at)
    return ActionResult("It is on the list.", press.about)


def _change_form(about: str, by: Person, at: datetime) -> Form:
    one = Improvement.objects.get(pk=number_of(about, "improvement"))
    return Form("Change the improvement", "Save", _fields(one))


def _change(press: ActionRequest) -> ActionResult:
    improvements.change(improvement=_number(press), facts=_facts(press), by=press.by, at=press.at)
    return ActionResult("Saved.", press.about)


def _finish(press: ActionRequest) -> ActionResult:
    improvements.finish(improvement=_number(press), by=press.by, at=press.at)
    return ActionResult("It is done.", press.about)


def _drop_form(about: str, by: Person, at: datetime) -> Form:
    return Form("Drop the improvement", "Drop it", (Field("why", "Why?", "long"),))


def _drop(press: ActionRequest) -> ActionResult:
    why = press.answers.text("why")
    improvements.drop(improvement=_number(press), why=why, by=press.by, at=press.at)
    return ActionResult("It is dropped.", press.about)


def _reopen(press: ActionRequest) -> ActionResult:
    improvements.reopen(improvement=_number(press), by=press.by, at=press.at)
    return ActionResult("It is open again.", press.about)


def _ticket(press: ActionRequest) -> ActionResult:
    ticket = improvements.raise_ticket(improvement=_number(press), by=press.by, at=press.at)
    return ActionResult(f"Ticket {ticket.called} keeps the record.", press.about)


def _write_down_form(about: str, by: Person, at: datetime) -> Form:
    title, text = write_downs.draft(improvement=number_of(about, "improvement"))
    return Form(
        "Write this down",
        "Ask for it with a ticket",
        (
            Field("title", "Title", value=title, longest=200),
            Field("text", "The page, as it could begin", "long", value=text, longest=20_000),
        ),
        "Whoever takes the ticket writes it into the handbook.",
    )


def _write_down(press: ActionRequest) -> ActionResult:
    ticket = write_downs.ask_for(
        improvement=_number(press),
        title=press.answers.text("title"),
        text=press.answers.text("text"),
        by=press.by,
        at=press.at,
    )
    return ActionResult(f"Ticket {ticket.called} asks for it.", press.about)


ACTIONS = (
    Action("improvement.add", "engineer", _add, _add_form),
    Action("improvement.change", "engineer", _change, _change_form),
    Action("improvement.done", "engineer", _finish),
    Action("improvement.drop", "engineer", _drop, _drop_form),
    Action("improvement.reopen", "engineer", _reopen),
    Action("improvement.ticket", "engineer", _ticket),
    Action("improvement.write-down", "engineer", _write_down, _write_down_form),
)
