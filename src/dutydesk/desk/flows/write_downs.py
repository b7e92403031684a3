"""Asking for a page of the handbook: a ticket with what was found out, as the page could begin."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import Post
from dutydesk.database import notifications
from dutydesk.desk.flows import (
    board,
    handbook_pages,
    question_threads,
    ticket_record,
    tickets,
    tracker_outbound,
)
from dutydesk.desk.flows.events import TicketRaised, TicketRefused
from dutydesk.desk.models import OVER, Question, Ticket
from dutydesk.desk.rules.write_downs import PageSurroundings, draft_of
from dutydesk.handbook.rules.web_addresses import WebPlace
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.subjects import screen_of
from dutydesk.process.flows import process


def draft(*, question: int) -> tuple[str, str]:
    """Give the title and the text that such a ticket begins with. Raises TicketRefused."""
    found = _solved(question)
    replies = question_threads.replies(found).filter(only_for=None)
    people_wrote = replies.exclude(account=None, outside="")
    said = [post.words.body for post in people_wrote if post.written_by != found.who]
    text = draft_of(
        question=found.asked,
        answers=said,
        link=settings.BASE_URL + screen_of(found.about),
        around=around(found.asked),
    )
    return f"Write this down: {found.titled(90)}", text


def around(words: str) -> PageSurroundings:
    """Give the pages that say something like these words, and where others are begun."""
    places = (WebPlace.of(one).new(one.folder) for one in process.in_force().handbook.repositories)
    return PageSurroundings(
        [(page.title, page.path) for _, page in handbook_pages.likely(words)],
        [address for address in places if address],
    )


def _solved(question: int) -> Question:
    found = Question.objects.select_related("post__channel").get(pk=question)
    if found.state not in OVER or found.answered_at is None:
        raise TicketRefused("It isn't answered yet.", "Write it down once it is solved.")
    return found


@transaction.atomic
def ask_for(*, question: int, title: str, text: str, by: Person, at: datetime) -> Ticket:
    """Raise the ticket, here or in the tracker outside, once for a question. Clause docs.repo."""
    found = _solved(question)
    root = Post.objects.select_for_update(of=("self",)).get(pk=found.post_id)
    asked_for = Ticket.objects.filter(post=root, question=None)
    asked_for = asked_for.exclude(there__has_key="replaced")
    before = next((one for one in asked_for if not one.lost), None)
    if before is not None:
        raise TicketRefused(f"Ticket {before.called} asks for this already.", "Go on in that one.")
    if len(text) > tickets.LONGEST:
        raise TicketRefused(f"{tickets.LONGEST} characters are the most.", "Leave some out.")
    for lost in asked_for:
        board.replace(ticket_record.locked(lost.pk), by.name, at)
    current = process.in_force().ask.ticket
    ticket = Ticket.objects.create(
        question=None,
        post=root,
        title=title,
        body=text,
        label=current.label,
        column=current.columns[0],
        asked_by=by.name,
        raised_by=by.name,
        raised_at=at,
        moved_at=at,
        there={"labels": list(tickets.template().labels)},
    )
    tracker_outbound.push(ticket, at)
    desk_posts.show(
        key=f"{ticket.about}:raised",
        channel=found.post.channel.name,
        thread=found.post,
        message=tickets.raised(ticket),
        at=at,
    )
    journal.record(
        event=TicketRaised(found.pk),
        subject=found.about,
        text=f"Ticket {ticket.pk} asks to write this down: {title}",
        at=at,
        actor=by.name,
        clause="docs.repo",
    )
    notifications.notify("board", ticket.about)
    return ticket
