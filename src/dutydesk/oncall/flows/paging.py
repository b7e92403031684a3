"""Paging: call, wait, call the next, hold until somebody is covered, and stop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.core import signing
from django.db import transaction

from dutydesk.chat import flows as chat
from dutydesk.chat.models import Post
from dutydesk.commitments import flows as commitments
from dutydesk.commitments.flows import CommitmentDue
from dutydesk.commitments.rules import Promise
from dutydesk.errands import flows as errands
from dutydesk.journal import flows as journal
from dutydesk.kernel.facts import Fact
from dutydesk.kernel.messages import Message
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import number_of, subject
from dutydesk.oncall import words
from dutydesk.oncall.models import OPEN, Call, Page
from dutydesk.oncall.rules.line import Line, covered_from, line, next_called
from dutydesk.people.models import Engineer
from dutydesk.process import flows as process
from dutydesk.process.rules.model import Duty
from dutydesk.rota.flows import asking as rota

LINK_LASTS = 7 * 24 * 3600


class PageOver(Refused):
    """The page is resolved; there is nothing to acknowledge."""


class BadLink(Refused):
    """The link in a page's message is not one, or is too old."""


@dataclass(frozen=True)
class PageFact(Fact):
    """Something happened to a page about `subject`."""

    kind: ClassVar[str]
    page: int
    subject: str
    who: str


class PageCalled(PageFact):
    """Somebody was called."""

    kind: ClassVar[str] = "page.called"


class PageHeld(PageFact):
    """Nobody is covered, and it waits."""

    kind: ClassVar[str] = "page.held"


class PageAcknowledged(PageFact):
    """Somebody has it."""

    kind: ClassVar[str] = "page.acknowledged"


class PageResolved(PageFact):
    """It is over."""

    kind: ClassVar[str] = "page.resolved"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page that is wanted: about what, with which words, and under which post it is shown.

    `anyway`: at any hour. `service`: None if not known. `duties`: paged instead of the process's.
    """

    about: str
    title: str
    details: str
    anyway: bool
    thread_key: str
    service: int | None
    duties: tuple[Duty, ...] = ()


@transaction.atomic
def page(*, wanted: Wanted, at: datetime) -> Page:
    """Page whoever the process says at this minute, or hold it until somebody is covered.

    A subject that is being paged for already is left as it is.
    """
    found, new = Page.objects.get_or_create(
        subject=wanted.about,
        state__in=OPEN,
        defaults={
            "state": Page.State.CALLING,
            "title": wanted.title[:200],
            "details": wanted.details,
            "anyway": wanted.anyway,
            "duties": wanted.duties,
            "thread_key": wanted.thread_key,
            "service_id": wanted.service,
            "raised_at": at,
        },
    )
    if new:
        begin(found, at)
    return found


def line_at(*, anyway: bool, at: datetime, duties: Sequence[Duty] = ()) -> Line:
    """Give who would be called at `at`, in order; and whether a hole is why nobody is."""
    on_duty = rota.who(at=at, duties=duties)
    order = line(on_duty)
    if anyway and not order:
        wanted = duties or process.in_force().on_call.order
        shifts = (rota.on_shift(duty=duty, at=at) for duty in wanted)
        order = tuple(dict.fromkeys(engineer.pk for engineer in shifts if engineer))
    return order, any(duty.hole for duty in on_duty)


def begin(found: Page, at: datetime) -> None:
    """Call the first person about a new page, and keep who that is."""
    _call_next(found, at)
    found.aimed_at = found.called
    found.save(update_fields=["aimed_at"])


def _call_next(found: Page, at: datetime) -> None:
    order, hole = line_at(anyway=found.anyway, at=at, duties=found.duties)
    if not order:
        _hold(found, hole, at)
        return
    called = set(found.calls.filter(round=found.round).values_list("engineer_id", flat=True))
    engineer_id, again = next_called(order, called)
    if again:
        found.round += 1
        _tell_team(found, at)
    _call(found, Engineer.objects.get(pk=engineer_id), at)


def _call(found: Page, engineer: Engineer, at: datetime) -> None:
    rules = process.in_force().on_call
    name = subject("page", found.pk)
    found.state, found.called, found.held_until = Page.State.CALLING, engineer, None
    found.save(update_fields=["state", "called", "held_until", "round"])
    call = Call.objects.create(page=found, engineer=engineer, round=found.round, at=at)
    ways = "e-mail and chat" if _mail(found, call) else "chat"
    _show(
        found,
        words.calling(
            title=found.title, name=engineer.name, page=name, round_=found.round, ways=ways
        ),
        at,
    )
    commitments.promise(
        kind="page.acknowledge",
        subject=name,
        owner=engineer.name,
        text=f"{engineer.name} answers the page about {found.title}",
        times=Promise(due_at=at + rules.acknowledge_within),
        at=at,
        clause="oncall.escalate",
    )
    journal.record(
        fact=PageCalled(found.pk, found.subject, engineer.name),
        subject=found.subject,
        text=f"{engineer.name} was paged by {ways}",
        at=at,
        clause="oncall.respond",
    )


def _mail(found: Page, call: Call) -> bool:
    """Owe the e-mail of a call; give whether there is a mail server to give it to."""
    if not errands.can_deliver("email"):
        return False
    who = call.engineer
    title, body = words.mail(
        title=found.title, details=found.details, link=_link(found, who), name=who.name
    )
    errands.put(
        key=f"page-call:{call.pk}:email",
        kind="email",
        subject=subject("page", found.pk),
        payload={
            "to": who.email,
            "subject": title,
            "body": body,
            "what": f"The e-mail that pages {who.name}",
        },
        at=call.at,
    )
    return True


def _hold(found: Page, hole: bool, at: datetime) -> None:
    current = process.in_force()
    until = covered_from(current, at, rota.next_start(at))
    name = subject("page", found.pk)
    found.state, found.held_until, found.called = Page.State.HELD, until, None
    found.save(update_fields=["state", "held_until", "called", "round"])
    message = words.held(title=found.title, until=until, hole=hole, zone=current.zone, now=at)
    _show(found, message, at)
    if until is not None:
        commitments.promise(
            kind="page.held",
            subject=name,
            owner="on call",
            text=f"Page somebody about {found.title}",
            times=Promise(due_at=until),
            at=at,
            clause="hours.closed",
        )
    if hole:
        chat.say(
            key=f"{name}:hole",
            channel=current.team.channel,
            message=words.nobody_covers(title=found.title, mention=current.team.mention, page=name),
            at=at,
        )
    journal.record(
        fact=PageHeld(found.pk, found.subject, ""),
        subject=found.subject,
        text=message.body,
        at=at,
        clause="hours.closed",
    )


def _tell_team(found: Page, at: datetime) -> None:
    current = process.in_force()
    names = found.calls.order_by("engineer__name").values_list("engineer__name", flat=True)
    chat.say(
        key=f"page:{found.pk}:round:{found.round}",
        channel=current.team.channel,
        message=words.nobody_answers(
            title=found.title,
            names=", ".join(names.distinct()),
            mention=current.team.mention,
            page=subject("page", found.pk),
        ),
        at=at,
    )


def _show(found: Page, message: Message, at: datetime) -> None:
    """Say it under the post that the page is about; later words replace earlier ones."""
    root = Post.objects.filter(key=found.thread_key).first()
    if root is None:
        return
    key = f"page:{found.pk}"
    chat.show(key=key, channel=root.channel.name, thread=root, message=message, at=at)
    journal.stir(found.subject)


def _link(found: Page, engineer: Engineer) -> str:
    token = signing.dumps([found.pk, engineer.pk], salt="page")
    return f"{settings.BASE_URL}/pages/answer/{token}"


def answered_by_link(*, token: str) -> tuple[Page, Engineer]:
    """Give the page and the person whom a link in a message was made for."""
    try:
        page_id, engineer_id = signing.loads(token, salt="page", max_age=LINK_LASTS)
    except signing.BadSignature as error:
        raise BadLink("This link is not valid any more.", "Sign in to see the page.") from error
    return Page.objects.get(pk=page_id), Engineer.objects.get(pk=engineer_id)


@transaction.atomic
def acknowledge(*, page: int, engineer: int, at: datetime) -> Page:
    """Let an engineer have it: nobody else is called unless it leads nowhere."""
    found = Page.objects.select_for_update(of=("self",)).get(pk=page)
    who = Engineer.objects.get(pk=engineer)
    if found.state == Page.State.RESOLVED:
        raise PageOver("This page is resolved already.", "There is nothing left to do for it.")
    current = process.in_force()
    name = subject("page", found.pk)
    found.state, found.held_until = Page.State.ACKNOWLEDGED, None
    found.acknowledged_by, found.acknowledged_at = who, at
    found.save(update_fields=["state", "held_until", "acknowledged_by", "acknowledged_at"])
    commitments.keep(kind="page.acknowledge", subject=name, at=at)
    commitments.withdraw(kind="page.held", subject=name, at=at)
    errands.withdraw(subject=name, kind="email", at=at)
    commitments.promise(
        kind="page.work",
        subject=name,
        owner=who.name,
        text=f"{who.name} does something about {found.title}",
        times=Promise(due_at=at + current.on_call.ask_again_after),
        at=at,
        clause="oncall.respond",
    )
    _show(found, words.acknowledged(title=found.title, name=who.name, at=at, zone=current.zone), at)
    journal.record(
        fact=PageAcknowledged(found.pk, found.subject, who.name),
        subject=found.subject,
        text=f"{who.name} acknowledged the page",
        at=at,
        actor=who.name,
        clause="oncall.respond",
    )
    return found


@transaction.atomic
def settle(*, about: str, at: datetime, because: str) -> None:
    """End the page about a subject: it is resolved, or an incident has taken it over."""
    found = Page.objects.select_for_update(of=("self",)).filter(subject=about, state__in=OPEN)
    for one in found:
        one.state, one.settled_at, one.held_until = Page.State.RESOLVED, at, None
        one.save(update_fields=["state", "settled_at", "held_until"])
        name = subject("page", one.pk)
        for kind in ("page.acknowledge", "page.held", "page.work"):
            commitments.withdraw(kind=kind, subject=name, at=at)
        errands.withdraw(subject=name, kind="email", at=at)
        _show(one, words.over(title=one.title, because=because), at)
        journal.record(
            fact=PageResolved(one.pk, about, ""),
            subject=about,
            text=f"The page is over: {because}",
            at=at,
        )


def due(*, fact: CommitmentDue, at: datetime) -> None:
    """Call the next person, call those who were waited for, or ask again."""
    if fact.sort not in {"page.acknowledge", "page.held", "page.work"}:
        return
    found = Page.objects.select_for_update(of=("self",)).get(pk=number_of(fact.subject, "page"))
    if commitments.still_owed(fact) is None:
        return
    if fact.sort == "page.acknowledge" and found.state == Page.State.CALLING:
        commitments.miss(kind=fact.sort, subject=fact.subject, at=at)
        _call_next(found, at)
    elif fact.sort == "page.held" and found.state == Page.State.HELD:
        commitments.keep(kind=fact.sort, subject=fact.subject, at=at)
        _call_next(found, at)
    elif fact.sort == "page.work" and found.state == Page.State.ACKNOWLEDGED:
        commitments.miss(kind=fact.sort, subject=fact.subject, at=at)
        found.round += 1
        if found.acknowledged_by is not None:
            _call(found, found.acknowledged_by, at)
