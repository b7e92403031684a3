"""Paging: call, wait, call the next, and hold until somebody is covered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentDue
from dutydesk.commitments.rules import Promise
from dutydesk.database import rows
from dutydesk.kernel.subjects import number_of, subject
from dutydesk.oncall import words
from dutydesk.oncall.flows import (
    acknowledgement,
    contact_methods,
    last_look,
    page_calls,
    page_posts,
)
from dutydesk.oncall.flows.events import PageCalled, PageHeld, PageSkipped, record
from dutydesk.oncall.models import OPEN, Call, Page
from dutydesk.oncall.rules.call_order import Line, covered_from, next_called, order_of
from dutydesk.oncall.rules.promises import ACKNOWLEDGE, HELD, WORK
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Duty
from dutydesk.rota.flows import roster


@dataclass(frozen=True, slots=True)
class PageRequest:
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


@transaction.atomic(savepoint=False)
def page(*, wanted: PageRequest, at: datetime, line: Line | None = None) -> Page:
    """Page whoever the process says at this minute, or hold it until somebody is covered.

    A subject that is being paged for already is left as it is. `line`: what `line_at` gives for it
    at this moment, from whoever has asked already.
    """
    found = Page(
        subject=wanted.about,
        state=Page.State.CALLING,
        title=wanted.title[:200],
        details=wanted.details,
        anyway=wanted.anyway,
        duties=list(wanted.duties),
        thread_key=wanted.thread_key,
        service_id=wanted.service,
        raised_at=at,
    )
    if not rows.insert_new(found):
        return Page.objects.get(subject=wanted.about, state__in=OPEN)
    begin(found, at, line)
    return found


@transaction.atomic
def rehearse(*, engineer: int, at: datetime) -> Page:
    """Page one person alone, by all contact methods at once, as a rehearsal of a real page.

    One that is under way is left as it is.
    """
    title, details = words.rehearsal()
    found, new = Page.objects.get_or_create(
        subject=subject("rehearsal", engineer),
        state__in=OPEN,
        defaults={
            "state": Page.State.CALLING,
            "title": title,
            "details": details,
            "only_id": engineer,
            "raised_at": at,
        },
    )
    if new:
        _call_next(found, at)
    return found


def line_at(*, anyway: bool, at: datetime, duties: Sequence[Duty] = ()) -> Line:
    """Give who would be called at `at`, in order; and whether a hole is why nobody is."""
    on_duty = roster.who(at=at, duties=duties)
    order = order_of(on_duty)
    if anyway and not order:
        wanted = duties or process.in_force().on_call.order
        shifts = (roster.on_shift(duty=duty, at=at) for duty in wanted)
        order = tuple(dict.fromkeys(engineer.pk for engineer in shifts if engineer))
    return order, any(duty.hole for duty in on_duty)


def begin(found: Page, at: datetime, line: Line | None = None) -> None:
    """Call the first person about a new page, and keep who that is."""
    _call_next(found, at, line)
    found.aimed_at = found.called
    found.save(update_fields=["aimed_at"])


def _order(found: Page, at: datetime) -> Line:
    if found.only_id is not None:
        return (found.only_id,), False
    return line_at(anyway=found.anyway, at=at, duties=found.duties)


def _call_next(found: Page, at: datetime, line: Line | None = None) -> None:
    """Call the next person whom something reaches; skip, at once and on record, who is not."""
    order, hole = line or _order(found, at)
    reachable = contact_methods.reachable(order)
    called = _called(found)
    who, again = next_called(tuple(pk for pk in order if pk in reachable), called)
    for engineer_id in order[: order.index(who)] if who is not None else order:
        if engineer_id not in reachable and engineer_id not in called:
            _skip(found, engineer_id, at)
    if who is None and found.only_id is not None:
        acknowledgement.end_rehearsal(found, at)
        return
    if who is None:
        _hold(found, at, hole=hole, unreachable=bool(order))
        return
    if again:
        found.round += 1
        if found.only_id is None:
            page_posts.nobody_answers(found, at)
    _call(found, reachable[who], at)


def _called(found: Page) -> set[int]:
    return set(found.calls.filter(round=found.round).values_list("engineer_id", flat=True))


def _skip(found: Page, engineer_id: int, at: datetime) -> None:
    call = Call.objects.create(
        page=found, engineer_id=engineer_id, round=found.round, at=at, skipped=True
    )
    name = call.engineer.name
    record(PageSkipped, found, f"{name} was not called: nothing reaches them", at, name)


def _call(found: Page, engineer: Engineer, at: datetime) -> None:
    rules = process.in_force().on_call
    found.state, found.called, found.held_until = Page.State.CALLING, engineer, None
    found.snoozed_until = None
    found.save(update_fields=["state", "called", "held_until", "snoozed_until", "round"])
    call = Call.objects.create(page=found, engineer=engineer, round=found.round, at=at)
    by = page_calls.reach(call)
    name = engineer.name
    had = found.acknowledged_by.name if found.acknowledged_by else ""
    message = words.calling(
        title=found.title, name=name, page=found.about, round_=found.round, methods=by, had=had
    )
    page_posts.show(found, message, at)
    commitments.promise(
        kind=ACKNOWLEDGE,
        subject=found.about,
        owner=name,
        text=ACKNOWLEDGE.says(name=name, title=found.title),
        times=Promise(due_at=at + rules.acknowledge_within),
        at=at,
    )
    record(PageCalled, found, f"{name} was paged by {by}", at, name, clause="oncall.respond")


@transaction.atomic
def follow(*, wanted: PageRequest, at: datetime) -> None:
    """Let the open page about a subject say and call what is wanted of it now; none is no harm.

    One that is held is looked at again if it may call at another time, or somebody else.
    """
    open_pages = Page.objects.select_for_update(of=("self",)).filter(state__in=OPEN)
    found = open_pages.filter(subject=wanted.about).first()
    if found is None:
        return
    before = (found.title, found.details, found.service_id)
    calls = (found.anyway, tuple(found.duties))
    found.title, found.details, found.service_id = (
        wanted.title[:200],
        wanted.details,
        wanted.service,
    )
    found.anyway, found.duties = wanted.anyway, list(wanted.duties)
    found.thread_key = wanted.thread_key
    found.save(update_fields=["title", "details", "service", "anyway", "duties", "thread_key"])
    if found.state == Page.State.HELD and calls != (wanted.anyway, wanted.duties):
        commitments.withdraw(kind=HELD, subject=found.about, at=at)
        _call_next(found, at)
    elif before != (found.title, found.details, found.service_id):
        line = _order(found, at) if found.state == Page.State.HELD else ((), False)
        page_posts.show(found, page_posts.standing(found, line, at), at)


def call_again(found: Page, at: datetime) -> None:
    """Call whoever has a page at once, put off or not, since something new is wrong.

    Then the others, as if nobody had answered. The page is locked.
    """
    commitments.withdraw(kind=WORK, subject=found.about, at=at)
    _ask_again(found, at, new=True)


def call_at_any_hour(found: Page, at: datetime) -> None:
    """Let a page call at any hour; one that is held goes out now. The page is locked."""
    found.anyway = True
    found.save(update_fields=["anyway"])
    if found.state == Page.State.HELD:
        commitments.withdraw(kind=HELD, subject=found.about, at=at)
        _call_next(found, at)


@transaction.atomic
def give_up(*, page: int, call: int, at: datetime) -> None:
    """Call the next person at once, since none of the contact methods of the one called works.

    After the last person of a round the team is told at once, and the next round begins in its
    time. Clause oncall.escalate.
    """
    last_look.take(page=page, at=at)
    found = Page.objects.select_for_update(of=("self",)).get(pk=page)
    last = found.calls.select_related("engineer").order_by("id").last()
    if found.state != Page.State.CALLING or last is None or last.pk != call:
        return
    name = last.engineer.name
    text = f"None of {name}'s contact methods works"
    record(PageSkipped, found, text, at, name, clause="oncall.escalate")
    if found.only_id is not None:
        acknowledgement.end_rehearsal(found, at)
        return
    order, _ = _order(found, at)
    reachable, called = contact_methods.reachable(order), _called(found)
    if any(pk in reachable and pk not in called for pk in order):
        commitments.miss(kind=ACKNOWLEDGE, subject=found.about, at=at)
        _call_next(found, at)
    else:
        page_posts.nobody_covers(found, at, unreachable=True)


def _hold(found: Page, at: datetime, *, hole: bool, unreachable: bool) -> None:
    current = process.in_force()
    until = covered_from(current, at, roster.next_start(at))
    found.state, found.held_until, found.called = Page.State.HELD, until, None
    found.snoozed_until = None
    found.save(update_fields=["state", "held_until", "called", "snoozed_until", "round"])
    message = words.held(
        title=found.title,
        until=until,
        hole=hole,
        unreachable=unreachable,
        zone=current.zone,
        now=at,
    )
    page_posts.show(found, message, at)
    if until is not None:
        commitments.promise(
            kind=HELD,
            subject=found.about,
            owner="on call",
            text=HELD.says(title=found.title),
            times=Promise(due_at=until),
            at=at,
        )
    if hole or unreachable:
        page_posts.nobody_covers(found, at, unreachable=unreachable)
    record(PageHeld, found, message.body, at, clause="hours.closed")


def unanswered(*, event: CommitmentDue, at: datetime) -> None:
    """Call the next person, since the one called did not answer in time; a rehearsal ends."""
    found = _still(event, Page.State.CALLING, at)
    if found is None:
        return
    commitments.miss(kind=ACKNOWLEDGE, subject=event.subject, at=at)
    if found.only_id is not None:
        acknowledgement.end_rehearsal(found, at)
    else:
        _call_next(found, at)


def waited_out(*, event: CommitmentDue, at: datetime) -> None:
    """Call those who were waited for."""
    found = _still(event, Page.State.HELD, at)
    if found is not None:
        commitments.keep(kind=HELD, subject=event.subject, at=at)
        _call_next(found, at)


def not_worked_on(*, event: CommitmentDue, at: datetime) -> None:
    """Ask again, since nothing was done about it in time."""
    found = _still(event, Page.State.ACKNOWLEDGED, at)
    if found is not None:
        commitments.miss(kind=WORK, subject=event.subject, at=at)
        _ask_again(found, at)


def _still(event: CommitmentDue, state: Page.State, at: datetime) -> Page | None:
    """Give the page, locked, if it is in that state and the promise about it still stands."""
    number = number_of(event.subject, "page")
    last_look.take(page=number, at=at)
    found = Page.objects.select_for_update(of=("self",)).get(pk=number)
    owed = commitments.still_owed(event) is not None
    return found if owed and found.state == state else None


def _ask_again(found: Page, at: datetime, *, new: bool = False) -> None:
    """Call whoever acknowledged it; if their cover is over since, or nothing reaches them, others.

    A page belongs to whoever covers, so it moves on with the cover. Where nobody covers, what is
    `new` calls them all the same: they have it. Clause oncall.respond.
    """
    found.round += 1
    holder = found.acknowledged_by_id or 0
    line = _order(found, at)
    reachable = contact_methods.reachable([holder])
    stays = holder in line[0] or (new and not line[0])
    if holder in reachable and (stays or not _covered(found, holder)):
        _call(found, reachable[holder], at)
    else:
        _call_next(found, at, line)


def _covered(found: Page, engineer: int) -> bool:
    """Say whether somebody covered when they were called for a page, or when they took it."""
    last = found.calls.filter(engineer=engineer, skipped=False).order_by("pk").last()
    moments = (found.acknowledged_at, last.at if last else None)
    return any(engineer in _order(found, one)[0] for one in moments if one is not None)
