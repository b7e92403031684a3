"""A ticket's record: what people add to it, and posts that they mark for it."""

import uuid
from datetime import datetime

from django.db import transaction

from dutydesk.chat.flows.people_posts import PersonEdited, PersonMarked
from dutydesk.chat.models import Post
from dutydesk.chat.rules import REMOVED
from dutydesk.database import notifications
from dutydesk.desk.flows import deadlines, question_threads, tracker_outbound
from dutydesk.desk.flows.events import (
    TicketCommentChanged,
    TicketCommented,
    TicketCommentRemoved,
    TicketEvent,
    TicketRefused,
)
from dutydesk.desk.models import Question, Ticket, TicketComment
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.people.flows import people
from dutydesk.ports.tracker import Remark

PIN = "pushpin"
LONGEST = 20_000


def locked(ticket: int) -> Ticket:
    """Give the ticket, locked until the transaction ends. Raises TicketRefused."""
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("engineer", "post")
    found = rows.filter(pk=ticket).first()
    if found is None:
        raise TicketRefused("There is no such ticket.", "Look for it on the board.")
    return found


def written(ticket: Ticket, event: type[TicketEvent], text: str, by: str, at: datetime) -> None:
    """Write down what happened to a ticket, and stir the board."""
    journal.record(
        event=event(ticket.pk),
        subject=ticket.about,
        text=text,
        at=at,
        actor=by,
        clause="ask.ticket-record",
    )
    notifications.notify("board")


@transaction.atomic
def comment(*, ticket: int, text: str, by: Person, at: datetime) -> TicketComment:
    """Add what somebody writes to a ticket's record. Raises TicketRefused."""
    found = locked(ticket)
    if not text.strip():
        raise TicketRefused("There is nothing to add.", "Write something first.")
    if len(text) > LONGEST:
        raise TicketRefused(f"It has more than {LONGEST} characters.", "Make it shorter.")
    return add(found, key=f"person:{uuid.uuid4()}", author=by.name, body=text.strip(), at=at)


def add(
    ticket: Ticket,
    *,
    key: str,
    author: str,
    body: str,
    at: datetime,
    post: Post | None = None,
    there: str = "",
) -> TicketComment:
    """Add something to a ticket's record, once for each key; the tracker is told if need be."""
    made, new = TicketComment.objects.get_or_create(
        key=key,
        defaults={
            "ticket": ticket,
            "author": author[:100],
            "body": body,
            "at": at,
            "post": post,
            "there": there,
        },
    )
    if new:
        written(ticket, TicketCommented, f"{author} added to {ticket.called}", author, at)
        tracker_outbound.push(ticket, at)
    return made


def follow(mine: TicketComment, *, said: Remark, at: datetime, read: bool) -> None:
    """Let a comment that was made in the tracker say what it says there now.

    What is older than what is known changes nothing, and what was removed stays so. Versions are
    seconds: of two words of one second only what is `read` now counts.
    """
    known = mine.changed_at or mine.at
    newer = said.changed_at > known or (read and said.changed_at == known)
    if mine.removed_at is not None or not (newer or said.removed):
        return
    body = REMOVED if said.removed else said.body[:LONGEST]
    changed = body != mine.body
    if changed or said.changed_at > known:
        mine.body, mine.changed_at = body, said.changed_at
        mine.removed_at = at if said.removed else None
        mine.save(update_fields=["body", "changed_at", "removed_at"])
    if changed:
        event = TicketCommentRemoved if said.removed else TicketCommentChanged
        did = "removed" if said.removed else "changed"
        text = f"What {mine.author} added to {mine.ticket.called} was {did} in the tracker"
        written(mine.ticket, event, text, "the tracker", at)


@transaction.atomic
def keep_post(*, post: int, by: str, at: datetime) -> TicketComment:
    """Add a post to the ticket of its thread. Raises TicketRefused."""
    found = Post.objects.select_related("channel").get(pk=post)
    ticket = of_thread(found)
    if ticket is None:
        raise TicketRefused("This thread has no ticket.", "Raise one first.")
    if found.only_for_id is not None or found.removed_at is not None:
        raise TicketRefused("Not everybody sees this post.", "Choose another.")
    held = locked(ticket.pk)
    mine = TicketComment.objects.filter(ticket=held, post=found).first()
    return mine or add(
        held,
        key=f"{held.about}:post:{found.pk}",
        author=found.author,
        body=found.words.body,
        at=at,
        post=found,
    )


def of_thread(post: Post) -> Ticket | None:
    """Give the ticket of a post's question, or else the newest of its threads; None for none.

    Not one that is lost: what belongs to that is put into no other, such as one that asks for a
    page. A thread of which nobody asked anything has tickets of its own.
    """
    root = post.thread_id or post.pk
    question = question_threads.number_of(root)
    if question is None:
        return Ticket.objects.filter(post=root).kept()
    own = Ticket.objects.filter(question=question).first()
    if own is not None:
        return None if own.lost else own
    roots = question_threads.roots([question])
    return Ticket.objects.filter(post__in=roots, question=None).kept()


def take_over(question: Question, at: datetime) -> None:
    """Let the ticket that was raised from a thread be that of the question which it is by now."""
    thread_s = Ticket.objects.filter(post=question.post_id, question=None, closed_at=None).kept()
    if thread_s is not None and not Ticket.objects.filter(question=question).exists():
        found = locked(thread_s.pk)
        found.question = question
        found.save(update_fields=["question"])
        deadlines.unchased(question, at)


def marked(*, event: PersonMarked, at: datetime) -> None:
    """Hear that somebody of the team put 📌 on a post: it belongs into the ticket."""
    if event.mark != PIN or not event.on:
        return
    post = Post.objects.filter(pk=event.post, only_for=None, removed_at=None).first()
    engineer = people.engineer_of(event.account)
    if post is not None and of_thread(post) is not None and engineer is not None:
        keep_post(post=post.pk, by=event.name, at=at)


def edited(*, event: PersonEdited, at: datetime) -> None:
    """Follow the words of a post that is in a ticket, until they are in the tracker too."""
    post = Post.objects.get(pk=event.post)
    untold = TicketComment.objects.filter(post=post, there="").exclude(body=post.words.body)
    for mine in untold.select_related("ticket"):
        mine.body = post.words.body
        mine.save(update_fields=["body"])
        notifications.notify(mine.ticket.about)
