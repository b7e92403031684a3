"""What people do to tickets, in any chat."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from dutydesk.desk.flows import board, ticket_record, tickets, write_downs
from dutydesk.desk.models import Ticket
from dutydesk.desk.rules.tickets import FormField
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, NotYours, Person
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.subjects import number_of, subject
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process

Source = Literal["question", "thread"]


def _ticket(press: ActionRequest) -> int:
    return number_of(press.about, "ticket")


def _form(found: tickets.Draft) -> Form:
    parts = (
        Field(
            part.name,
            part.label,
            part.kind,
            required=part.required,
            hint=part.hint,
            value=value,
            options=_options(part),
            must=part.needed,
        )
        for part, value in found.parts
    )
    return Form(
        title="Raise a ticket",
        submit="Raise the ticket and say so in the thread",
        fields=(Field("title", "Title", value=found.title[:200], longest=200), *parts),
        note="Filled from the thread. The ticket is the record of the work; the conversation goes "
        "on in the thread. Put 📌 on a post to add it to the ticket.",
    )


def _options(part: FormField) -> tuple[tuple[str, str], ...]:
    """Give what there is to choose; nothing is chosen of what nobody chose."""
    given = tuple((one, f"{one} (needed)" if one in part.needed else one) for one in part.options)
    if part.kind == "choices" or not given:
        return given
    return (("", "Choose one" if part.required else "Not said"), *given)


def _source(about: str, kind: Source) -> dict[str, int]:
    """Give what a ticket is raised from: a question, or a post by the name of its thread."""
    return {"question" if kind == "question" else "post": number_of(about, kind)}


def _form_from(kind: Source) -> Callable[[str, Person, datetime], Form]:
    def form(about: str, by: Person, at: datetime) -> Form:
        source = tickets.source_of(**_source(about, kind))
        return _form(tickets.draft(source=source))

    return form


def _raise_from(kind: Source) -> Callable[[ActionRequest], ActionResult]:
    def raise_it(press: ActionRequest) -> ActionResult:
        ticket = tickets.raise_ticket(
            **_source(press.about, kind),
            title=press.answers.text("title"),
            filled=press.answers.filled(),
            by=press.by,
            at=press.at,
        )
        return ActionResult(f"Ticket {ticket.pk} is raised.", ticket.about)

    return raise_it


def _write_down_form(about: str, by: Person, at: datetime) -> Form:
    title, text = write_downs.draft(question=number_of(about, "question"))
    return Form(
        title="Write this down",
        submit="Ask for it with a ticket",
        fields=(
            Field("title", "Title", value=title[:200], longest=200),
            Field("text", "The page, as it could begin", "long", value=text, longest=20_000),
        ),
        note="Whoever takes the ticket writes it into the handbook.",
    )


def _write_down(press: ActionRequest) -> ActionResult:
    ticket = write_downs.ask_for(
        question=number_of(press.about, "question"),
        title=press.answers.text("title"),
        text=press.answers.text("text"),
        by=press.by,
        at=press.at,
    )
    return ActionResult(f"Ticket {ticket.pk} asks for it.", ticket.about)


def _keep(press: ActionRequest) -> ActionResult:
    kept = ticket_record.keep_post(
        post=number_of(press.about, "thread"), by=press.by.name, at=press.at
    )
    return ActionResult(f"It is in ticket {kept.ticket.called}.")


def _move_form(about: str, by: Person, at: datetime) -> Form:
    ticket = Ticket.objects.get(pk=number_of(about, "ticket"))
    columns = process.in_force().ask.ticket.columns
    options = tuple((column, column) for column in columns)
    return Form(
        title=f"Move ticket {ticket.called}",
        submit="Move it",
        fields=(Field("column", "Column", "choice", value=ticket.column, options=options),),
        note="In the last column it is closed.",
    )


def _move(press: ActionRequest) -> ActionResult:
    ticket = board.move(
        ticket=_ticket(press), column=press.answers.text("column"), by=press.by, at=press.at
    )
    return ActionResult(f"{ticket.called} is in {ticket.column}.", press.about)


def _shift(steps: int) -> Callable[[ActionRequest], ActionResult]:
    def shift(press: ActionRequest) -> ActionResult:
        ticket = board.shift(ticket=_ticket(press), by=press.by, steps=steps, at=press.at)
        return ActionResult(f"{ticket.called} is in {ticket.column}.")

    return shift


def _undo(press: ActionRequest) -> ActionResult:
    ticket = board.undo(ticket=_ticket(press), by=press.by, at=press.at)
    return ActionResult(f"{ticket.called} is in {ticket.column} again.")


def _mine(press: ActionRequest) -> ActionResult:
    if press.by.engineer is None:
        raise NotYours("Engineers of the team work on tickets.", "Give it to one of them.")
    ticket = board.assign(
        ticket=_ticket(press), engineer=press.by.engineer, by=press.by, at=press.at
    )
    return ActionResult(f"You have {ticket.called}.")


def _assign_form(about: str, by: Person, at: datetime) -> Form:
    ticket = Ticket.objects.get(pk=number_of(about, "ticket"))
    team = Engineer.objects.filter(active=True)
    options = (("", "Nobody"), *((str(one.pk), one.name) for one in team))
    value = str(ticket.engineer_id or "") if ticket.has_it else ""
    return Form(
        title=f"Who works on ticket {ticket.called}?",
        submit="Give it to them",
        fields=(Field("engineer", "Engineer", "choice", False, value=value, options=options),),
    )


def _assign(press: ActionRequest) -> ActionResult:
    ticket = board.assign(
        ticket=_ticket(press),
        engineer=press.answers.number_if_any("engineer"),
        by=press.by,
        at=press.at,
    )
    return ActionResult(f"{ticket.has_it or 'Nobody'} has {ticket.called}.", press.about)


def _close(press: ActionRequest) -> ActionResult:
    return ActionResult(
        f"{board.close(ticket=_ticket(press), by=press.by, at=press.at).called} is closed."
    )


def _reopen(press: ActionRequest) -> ActionResult:
    found = board.reopen(ticket=_ticket(press), by=press.by, at=press.at)
    return ActionResult(f"{found.called} is open again.")


def _comment_form(about: str, by: Person, at: datetime) -> Form:
    return Form(
        title=f"Add to ticket {number_of(about, 'ticket')}",
        submit="Add it",
        fields=(Field("text", "What to add to the record", "long", longest=ticket_record.LONGEST),),
    )


def _comment(press: ActionRequest) -> ActionResult:
    ticket_record.comment(
        ticket=_ticket(press), text=press.answers.text("text"), by=press.by, at=press.at
    )
    return ActionResult("It is in the ticket.", subject("ticket", _ticket(press)))


def _show(press: ActionRequest) -> ActionResult:
    return ActionResult("", press.about)


ACTIONS = (
    Action("ticket.raise", "engineer", _raise_from("question"), _form_from("question")),
    Action("question.write-down", "engineer", _write_down, _write_down_form),
    Action("thread.ticket", "engineer", _raise_from("thread"), _form_from("thread")),
    Action("thread.keep", "engineer", _keep),
    Action("ticket.move", "engineer", _move, _move_form),
    Action("ticket.left", "engineer", _shift(-1)),
    Action("ticket.right", "engineer", _shift(1)),
    Action("ticket.undo", "engineer", _undo),
    Action("ticket.take", "engineer", _mine),
    Action("ticket.assign", "engineer", _assign, _assign_form),
    Action("ticket.close", "engineer", _close),
    Action("ticket.reopen", "engineer", _reopen),
    Action("ticket.comment", "engineer", _comment, _comment_form),
    Action("ticket.show", "anyone", _show),
)
