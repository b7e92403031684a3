"""Raising the record of longer work for whoever asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import Post
from dutydesk.chat.rules import title_of
from dutydesk.commitments.flows import commitments
from dutydesk.database import notifications
from dutydesk.desk import words
from dutydesk.desk.flows import board, deadlines, question_threads, ticket_record, tracker_outbound
from dutydesk.desk.flows.events import TicketRaised, TicketRefused
from dutydesk.desk.models import Question, Ticket, TrackerState
from dutydesk.desk.rules.issue_bodies import Filled, body_of
from dutydesk.desk.rules.promises import QUICK
from dutydesk.desk.rules.tickets import BUILT_IN, FormField, Template, told_in, value_for
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.messages import Message
from dutydesk.kernel.subjects import screen_of, subject
from dutydesk.people.models import Service
from dutydesk.process.flows import process

LONGEST = 60_000
"""GitHub takes 65,536 characters in an issue's body."""


@dataclass(frozen=True)
class Draft:
    """A ticket's form as it begins: its title, and each part with its first value."""

    title: str
    parts: tuple[tuple[FormField, str | tuple[str, ...]], ...]


def template() -> Template:
    """Give the form by which tickets are asked for: the tracker's, or the built-in one."""
    current = process.in_force().ask.ticket
    if current.tracker != "built-in" and current.template:
        found = TrackerState.objects.filter(name=current.repository).first()
        if found is not None and found.template:
            return Template.from_json(found.template)
    return BUILT_IN


def source_of(*, question: int | None = None, post: int | None = None) -> Post:
    """Give the post that a ticket is raised from. Raises TicketRefused."""
    if question is not None:
        return Question.objects.select_related("post__channel").get(pk=question).post
    seen = Post.objects.select_related("channel", "thread__channel").filter(only_for=None)
    found = seen.filter(pk=post or 0).first()
    if found is None or found.removed_at is not None:
        raise TicketRefused("That post isn't there any more.", "Choose another.")
    return found


def draft(*, source: Post) -> Draft:
    """Give the form of a ticket about this post, filled from its thread."""
    form, root = template(), source.thread or source
    asked = question_threads.question_of(root.pk)
    posts = [root, *_replies(root)] if asked is None else _conversation(asked)
    said = [(post.author, post.words.body) for post in posts]
    services = Service.objects.values_list("name", flat=True)
    told = told_in(said, source.author, services)
    title = asked.titled(90) if asked else title_of(source.words.body, 90)
    return Draft(
        f"{form.title}{title}".strip(),
        tuple((part, value_for(part, told)) for part in form.parts),
    )


def _replies(root: Post) -> list[Post]:
    seen = root.replies.filter(only_for=None, removed_at=None)
    return list(seen.exclude(account=None, outside=""))


def _conversation(asked: Question) -> list[Post]:
    """Give what people said about a question: its posts, and what answers any of them, in order."""
    roots = question_threads.roots([asked.pk])
    said = Post.objects.filter(Q(pk__in=roots) | Q(thread__in=roots), only_for=None)
    said = said.filter(removed_at=None).exclude(account=None, outside="", thread__isnull=False)
    return list(said.order_by("pk"))


@transaction.atomic
def raise_ticket(
    *,
    title: str,
    filled: Mapping[str, Filled],
    by: Person,
    at: datetime,
    question: int | None = None,
    post: int | None = None,
) -> Ticket:
    """Raise the ticket for whoever asked, with what was filled in by each part's name.

    Clause ask.ticket-by-engineer. Raises TicketRefused.
    """
    source, form = source_of(question=question, post=post), template()
    root = source.thread or source
    asked = question_threads.of_post(root.pk)
    body = _body(form, filled, root if asked else source, by)
    _check(asked, body)
    author = (root if asked else source).author
    ticket = _make(asked, root, author, title=title, body=body, by=by, at=at)
    if asked is not None:
        commitments.keep(kind=QUICK, subject=asked.about, at=at)
        deadlines.unchased(asked, at)
    tracker_outbound.push(ticket, at)
    _say(ticket, root, at)
    _record(ticket, asked, by, at)
    return ticket


def _make(
    asked: Question | None,
    root: Post,
    author: str,
    *,
    title: str,
    body: str,
    by: Person,
    at: datetime,
) -> Ticket:
    current = process.in_force().ask.ticket
    if asked is not None:
        _let_go(asked, by.name, at)
    return Ticket.objects.create(
        question=asked,
        post=root,
        title=title,
        body=body,
        label=current.label,
        column=current.columns[0],
        asked_by=author,
        raised_by=by.name,
        raised_at=at,
        moved_at=at,
        engineer=asked.engineer if asked and asked.has_it else None,
        there={"labels": list(template().labels)},
    )


def _let_go(asked: Question, by: str, at: datetime) -> None:
    """Let a lost ticket keep the record of this question no more."""
    lost = Ticket.objects.filter(question=asked).first()
    if lost is not None:
        found = ticket_record.locked(lost.pk)
        found.question = None
        found.save(update_fields=["question"])
        board.replace(found, by, at)


def _record(ticket: Ticket, asked: Question | None, by: Person, at: datetime) -> None:
    journal.record(
        event=TicketRaised(asked.pk if asked else 0),
        subject=asked.about if asked else ticket.about,
        text=f"Ticket {ticket.pk} was raised for {ticket.asked_by}: {ticket.title}",
        at=at,
        actor=by.name,
        clause="ask.ticket-by-engineer",
    )
    notifications.notify("board", ticket.about)


def _check(asked: Question | None, body: str) -> None:
    kept = asked.kept_in if asked is not None else None
    if kept is not None:
        raise TicketRefused(
            f"Ticket {kept.pk} keeps the record of this already.", "Go on in that one."
        )
    if len(body) > LONGEST:
        raise TicketRefused(
            f"The ticket has {len(body)} characters; {LONGEST} is the most.", "Leave some out."
        )


def _body(form: Template, filled: Mapping[str, Filled], source: Post, by: Person) -> str:
    missing = [part.label for part in form.parts if part.required and not filled.get(part.name)]
    if missing:
        raise TicketRefused(f"“{missing[0]}” is not filled in.", "Fill it in.")
    root = source.thread_id or source.pk
    link = settings.BASE_URL + screen_of(subject("thread", root))
    pairs = [(part, filled.get(part.name, "")) for part in form.parts]
    return body_of(pairs, asked_by=source.author, raised_by=by.name, link=link)


def _say(ticket: Ticket, root: Post, at: datetime) -> None:
    """Link the ticket from the thread, by the number that it has."""
    desk_posts.show(
        key=f"{ticket.about}:raised",
        channel=root.channel.name,
        thread=root,
        message=raised(ticket),
        at=at,
    )


def raised(ticket: Ticket) -> Message:
    """Give what the thread says of its ticket."""
    return words.ticket_raised(
        text=process.in_force().ask.words.ticket_raised.format(number=ticket.called),
        ticket=ticket.pk,
        title=ticket.title,
        url=ticket.url,
    )
