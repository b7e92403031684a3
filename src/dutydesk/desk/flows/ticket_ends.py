"""A question and its ticket end together, and go on together, with a word in the thread."""

from datetime import datetime

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.desk.flows import board, deadlines, resolution, tracker_outbound
from dutydesk.desk.flows.events import (
    QuestionReopened,
    QuestionSolved,
    QuestionWithdrawn,
    TicketClosed,
    TicketMoved,
    TicketReopened,
)
from dutydesk.desk.flows.ticket_record import locked
from dutydesk.desk.models import FurtherPost, Question, Ticket
from dutydesk.desk.words import DESK, beginning, ticket_raised
from dutydesk.kernel.messages import Message
from dutydesk.process.flows import process


def ticket_ended(*, event: TicketClosed | TicketMoved, at: datetime) -> None:
    """Solve the question of a ticket that is closed, and tell its asker so."""
    question, ticket = _both(event.ticket)
    if question is None or ticket.closed_at is None or question.over:
        return
    if ticket.there.get("gone"):
        _without_ticket(question, ticket, at)
        return
    said, undone = process.in_force().ask.words, bool(ticket.there.get("undone"))
    asker, number = question.post.author, ticket.called
    text = said.ticket_closed.format(asker=asker, number=number)
    if undone:
        text = said.declined.format(asker=asker)
    desk_posts.say(
        key=f"{ticket.about}:closed:{ticket.closed_at.isoformat()}",
        channel=question.post.channel.name,
        thread=question.post,
        message=ticket_raised(text=text, ticket=ticket.pk, title=ticket.title, url=ticket.url),
        at=at,
    )
    resolution.close(question, DESK, at, outcome="declined" if undone else "ticket")


def _without_ticket(question: Question, ticket: Ticket, at: datetime) -> None:
    """Go on here with a question whose ticket is gone: nobody has said that it is solved."""
    text = process.in_force().ask.words.ticket_gone.format(number=ticket.called)
    desk_posts.say(
        key=f"{ticket.about}:gone:{ticket.there.get('lost', '')}",
        channel=question.post.channel.name,
        thread=question.post,
        message=Message(text, tone="soon"),
        at=at,
    )
    deadlines.touched(question, at)


def ticket_goes_on(*, event: TicketReopened, at: datetime) -> None:
    """Open the question of a ticket again that is open again, if it ended with it.

    One that ended for its silence, or that nobody needed, was over while its ticket went on.
    """
    question, ticket = _both(event.ticket)
    if question is None or ticket.closed_at is not None:
        return
    if question.state == question.State.SOLVED and question.outcome not in ("silent", "lapsed"):
        resolution.open_again(question, DESK, at)
    elif not question.over and question.kept_in is not None:
        deadlines.unchased(question, at)


def question_ended(*, event: QuestionSolved, at: datetime) -> None:
    """Close the ticket of a question that is solved, or the same as one that was declined."""
    question = resolution.locked(event.question)
    if question.state != Question.State.SOLVED or question.outcome in ("silent", "lapsed"):
        return
    said = process.in_force().ask.words
    text = said.solved.format(by=beginning(question.solved_by))
    if question.outcome == "declined":
        text = said.declined.format(asker=question.post.author)
    _end_with(question, text, question.solved_by or DESK, at)


def question_withdrawn(*, event: QuestionWithdrawn, at: datetime) -> None:
    """Close the ticket of a question that was taken back, or goes on with another."""
    question = resolution.locked(event.question)
    if question.state != Question.State.WITHDRAWN:
        return
    said, joined = process.in_force().ask.words, FurtherPost.objects.filter(post=question.post)
    text = said.withdrawn.format(asker=question.post.author)
    if (other := joined.first()) is not None:
        text = said.goes_on.format(number=other.question_id)
    _end_with(question, text, question.post.author, at)


def _end_with(question: Question, text: str, by: str, at: datetime) -> None:
    """Close the open ticket of a question that is over, and say so in the thread after `text`."""
    ticket = Ticket.objects.filter(question=question, closed_at=None).first()
    if ticket is None:
        return
    found = locked(ticket.pk)
    board.end(found, by, at)
    tracker_outbound.push(found, at)
    desk_posts.say(
        key=f"{found.about}:solved:{at.isoformat()}",
        channel=question.post.channel.name,
        thread=question.post,
        message=ticket_raised(
            text=f"{text} Its ticket is closed with it.",
            ticket=found.pk,
            title=found.title,
            url=found.url,
        ),
        at=at,
    )


def question_goes_on(*, event: QuestionReopened, at: datetime) -> None:
    """Open the ticket of a question again that is open again, unless that is in no tracker."""
    question = resolution.locked(event.question)
    ticket = Ticket.objects.filter(question=question, closed_at__isnull=False).first()
    if ticket is not None and not question.over and not ticket.there.get("gone"):
        found = locked(ticket.pk)
        board.go_on(found, DESK, at)
        tracker_outbound.push(found, at)


@transaction.atomic
def leave(*, ticket: int, at: datetime) -> None:
    """Go on here with the question of a ticket that stays where tickets were kept before."""
    question, found = _both(ticket)
    found.there = {**found.there, "left": True}
    found.save(update_fields=["there"])
    if question is not None:
        deadlines.touched(question, at)


@transaction.atomic
def keep_again(*, ticket: int, number: int, url: str, at: datetime) -> None:
    """Let a ticket that is where tickets are kept now, by this number, keep its question again."""
    question, found = _both(ticket)
    found.number, found.url = number, url
    found.there.pop("left", None)
    found.save(update_fields=["number", "url", "there"])
    tracker_outbound.push(found, at)
    if question is not None:
        deadlines.unchased(question, at)


def _both(ticket: int) -> tuple[Question | None, Ticket]:
    """Give a ticket and its question, locked: the question first, as everywhere."""
    number = Ticket.objects.only("question").get(pk=ticket).question_id
    question = resolution.locked(number) if number is not None else None
    return question, locked(ticket)
