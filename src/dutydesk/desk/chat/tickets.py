"""What people do to tickets, in any chat."""

from datetime import datetime

from dutydesk.desk.flows import ticketing
from dutydesk.desk.models import Ticket
from dutydesk.kernel.actions import Action, Done, Person, Press
from dutydesk.kernel.messages import Field, Form
from dutydesk.kernel.subjects import number_of, subject
from dutydesk.process import flows as process


def _ticket_form(about: str, by: Person, at: datetime) -> Form:
    title, text = ticketing.draft(question=number_of(about, "question"))
    return Form(
        title="Raise a ticket",
        submit="Raise the ticket and say so in the thread",
        fields=(
            Field("title", "Title", value=title),
            Field("body", "What it is about", "long", value=text, hint="Filled from the thread."),
        ),
        note="The ticket is the record of the work; the conversation goes on in the thread.",
    )


def _raise_ticket(press: Press) -> Done:
    ticket = ticketing.raise_ticket(
        question=number_of(press.about, "question"),
        title=press.text("title"),
        body=press.text("body"),
        by=press.by,
        at=press.at,
    )
    return Done(f"Ticket {ticket.pk} is raised.", subject("ticket", ticket.pk))


def _move_form(about: str, by: Person, at: datetime) -> Form:
    ticket = Ticket.objects.get(pk=number_of(about, "ticket"))
    columns = process.in_force().ask.ticket.columns
    options = tuple((column, column) for column in columns)
    return Form(
        title=f"Move ticket {ticket.pk}",
        submit="Move it",
        fields=(Field("column", "Column", "choice", value=ticket.column, options=options),),
    )


def _move(press: Press) -> Done:
    ticket = ticketing.move_ticket(
        ticket=number_of(press.about, "ticket"),
        column=press.text("column"),
        by=press.by,
        at=press.at,
    )
    return Done(f"Ticket {ticket.pk} is in {ticket.column}.", press.about)


def _show(press: Press) -> Done:
    return Done("", press.about)


ACTIONS = (
    Action("ticket.raise", "engineer", _raise_ticket, _ticket_form),
    Action("ticket.move", "engineer", _move, _move_form),
    Action("ticket.show", "anyone", _show),
)
