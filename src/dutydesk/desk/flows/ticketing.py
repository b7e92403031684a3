"""The record of longer work: raised for whoever asked, and moved over the board."""

from datetime import datetime

from django.db import transaction

from dutydesk.chat.flows import saying as chat
from dutydesk.commitments import flows as commitments
from dutydesk.desk import words
from dutydesk.desk.flows.facts import TicketRaised, TicketRefused
from dutydesk.desk.models import Question, Ticket
from dutydesk.desk.rules.tickets import conversation, title_from
from dutydesk.journal import flows as journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.subjects import subject
from dutydesk.process import flows as process


@transaction.atomic
def raise_ticket(*, question: int, title: str, body: str, by: Person, at: datetime) -> Ticket:
    """Raise the ticket for whoever asked, with the conversation in it."""
    found = Question.objects.select_for_update(of=("self",)).select_related("post").get(pk=question)
    if hasattr(found, "ticket"):
        raise TicketRefused(
            f"Ticket {found.ticket.pk} keeps the record of this already.", "Go on in that one."
        )
    if not title.strip():
        raise TicketRefused("The ticket has no title.", "Say in a few words what it is about.")
    ask = process.in_force().ask
    ticket = Ticket.objects.create(
        question=found,
        title=title.strip()[:200],
        body=body,
        label=ask.ticket.label,
        column=ask.ticket.columns[0],
        asked_by=found.post.author,
        raised_by=by.name,
        raised_at=at,
        moved_at=at,
    )
    about = subject("question", found.pk)
    commitments.keep(kind="question.quick", subject=about, at=at)
    chat.say(
        key=f"ticket:{ticket.pk}:raised",
        channel=found.post.channel.name,
        thread=found.post,
        message=words.ticket_raised(
            text=ask.words.ticket_raised.format(number=f"#{ticket.pk}"),
            ticket=ticket.pk,
            title=ticket.title,
        ),
        at=at,
    )
    journal.record(
        fact=TicketRaised(found.pk),
        subject=about,
        text=f"Ticket {ticket.pk} was raised for {ticket.asked_by}: {ticket.title}",
        at=at,
        actor=by.name,
        clause="ask.ticket-by-engineer",
    )
    return ticket


@transaction.atomic
def move_ticket(*, ticket: int, column: str, by: Person, at: datetime) -> Ticket:
    """Move a ticket over the board. Clause ask.board."""
    columns = process.in_force().ask.ticket.columns
    if column not in columns:
        raise TicketRefused(f"There is no column “{column}”.", f"Choose {', '.join(columns)}.")
    found = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket)
    if found.column != column:
        found.column, found.moved_at = column, at
        found.save(update_fields=["column", "moved_at"])
        journal.stir("board", subject("ticket", found.pk))
    return found


def draft(*, question: int) -> tuple[str, str]:
    """Give the title and text that a ticket about this question would begin with."""
    found = Question.objects.select_related("post").get(pk=question)
    said = [found.post, *found.post.replies.filter(account__isnull=False, only_for=None)]
    text = conversation((post.author, post.words.body) for post in said)
    return title_from(found.post.words.body), text
