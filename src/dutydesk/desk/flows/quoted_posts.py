"""What the desk quotes of people's posts: it follows what becomes of these."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.flows.quotations import (
    Quoter,
    naming,
    naming_it,
    retell_posts,
    retell_record,
    retell_rows,
)
from dutydesk.chat.models import Post
from dutydesk.chat.rules import Retelling
from dutydesk.commitments.flows import wordings
from dutydesk.database import notifications
from dutydesk.desk.flows import question_threads, suggestions, tracker_outbound
from dutydesk.desk.models import PastAnswer, Ticket, TicketComment
from dutydesk.kernel.messages import Message
from dutydesk.kernel.subjects import subject
from dutydesk.outbox.flows import outbox
from dutydesk.process.flows import process

_KEYS = ("question:", "questions:", "ticket:")
"""How the keys of this room's posts begin: many name another question than they are about."""


def subjects_of(post: Post) -> list[str]:
    """Give what quotes a post may be kept about: its thread, its questions, and their tickets.

    Its questions are that which it is a part of, and those that were parted from one another: each
    may quote what belonged to it before.
    """
    kin = question_threads.kin(_root(post))
    return _subjects(post, kin, _raised(post, kin))


def _subjects(post: Post, kin: Collection[int], raised: Iterable[Ticket]) -> list[str]:
    asked = (subject("question", one) for one in kin)
    return [subject("thread", _root(post)), *asked, *(one.about for one in raised)]


def _root(post: Post) -> int:
    return post.thread_id or post.pk


def _raised(post: Post, kin: Collection[int]) -> QuerySet[Ticket]:
    """Give the tickets of these questions, and all that were raised from threads of theirs."""
    roots = [_root(post), *question_threads.roots(kin)]
    return Ticket.objects.filter(Q(post__in=roots) | Q(question__in=kin))


def _follow(post: Post, retelling: Retelling, at: datetime) -> None:
    """Let promises, the record, messages and tickets quote what is said now."""
    kin = question_threads.kin(_root(post))
    raised = _raised(post, kin)
    if post.thread_id is None:
        subjects = _subjects(post, kin, raised)
        retell_record(subjects[1:], post, retelling, at)  # The thread's are told so.
        for one in subjects:
            wordings.retell(subject=one, text=retelling.quoted)
            outbox.retell(subject=one, leaves=retelling.leaves)
        elsewhere = naming(post, retelling, _KEYS).exclude(thread=post)
        retell_posts(elsewhere, retelling, at)
        # A mail that is about one question may name others.
        named = naming_it("payload", retelling)
        outbox.retell_keyed(begins="question:", leaves=retelling.leaves, where=named)
    else:
        retell_posts(_offers(kin), retelling, at)
        for ticket in raised:  # A tracker outside may not have been told yet.
            outbox.retell(subject=ticket.about, leaves=retelling.leaves)
    _tickets(raised, post, retelling, at)


def _offers(questions: Collection[int]) -> QuerySet[Post]:
    """Give the posts that offer what was answered to these questions to others who ask."""
    asked = PastAnswer.objects.filter(past__in=questions).values_list("question", flat=True)
    return Post.objects.filter(key__in=[suggestions.key_of(one) for one in asked])


QUOTER = Quoter("desk", _follow)


def _tickets(tickets: QuerySet[Ticket], post: Post, retelling: Retelling, at: datetime) -> None:
    """Let tickets and their records follow; say what stands in a tracker outside all the same."""
    before = {one.pk: (one.title, one.body) for one in tickets}
    changed = {one.pk: one for one in retell_rows(tickets, ["title", "body"], retelling)}
    record = TicketComment.objects.filter(ticket__in=list(before), removed_at=None)
    comments = retell_rows(record, ["body"], retelling)
    if post.removed_at is not None:
        record.filter(post=post).update(removed_at=at)
    changed |= {one.ticket_id: one.ticket for one in comments}
    for pk, ticket in changed.items():
        notifications.notify("board", ticket.about)
        _know_what_is_gone(ticket, *before[pk], removed=post.removed_at is not None)
    for one in changed.values() if post.removed_at is not None else ():
        if one.number:
            _say_what_stays(one, post.thread or post, f"{one.about}:stays:{post.pk}", at)


def _know_what_is_gone(ticket: Ticket, title: str, body: str, *, removed: bool) -> None:
    """Keep by what a ticket's title and text are known again as they were, if they say otherwise.

    `removed`: what they quoted is gone, and not only changed.
    """
    told = ((title, ticket.title), (body, ticket.body))
    gone = [tracker_outbound.digest(old) for old, new in told if old != new]
    kept = dict(ticket.there)
    if gone:
        kept["taken_back"] = [*tracker_outbound.taken_back(ticket), *gone]
    if removed and ticket.body != body:
        kept["body_taken_back"] = True
    if removed and not ticket.number:
        kept["unsaid"] = True  # A try of which nobody knows the end may have told it.
    if kept != ticket.there:
        ticket.there = kept
        ticket.save(update_fields=["there"])


def say_what_stays(ticket: Ticket, at: datetime) -> None:
    """Say that an issue quotes what was removed before anybody knew that it was made."""
    if ticket.post is not None:
        _say_what_stays(ticket, ticket.post, f"{ticket.about}:stays", at)


def _say_what_stays(ticket: Ticket, root: Post, key: str, at: datetime) -> None:
    """Say in a thread that an issue outside quotes what was removed: the desk can't unsay that."""
    text = process.in_force().ask.words.stays_in_tracker.format(number=ticket.called)
    desk_posts.say(
        key=key,
        channel=root.channel.name,
        thread=root,
        message=Message(text, facts=(("In the tracker", ticket.url),), tone="soon"),
        at=at,
    )
