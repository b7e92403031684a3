"""Paging: call, wait, call the next, and hold until somebody is covered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentDue
from dutydesk.database import rows
from dutydesk.kernel.subjects import number_of, subject
from dutydesk.oncall import words
from dutydesk.oncall.flows import (
    acknowledgement,
    contact_methods,
    last_look,
    next_calls,
    page_calls,
    page_cover,
    page_posts,
    page_turns,
)
from dutydesk.oncall.flows.events import PageSkipped, PageSnoozed, record
from dutydesk.oncall.models import OPEN, Page
from dutydesk.oncall.rules.call_order import Line
from dutydesk.oncall.rules.promises import ACKNOWLEDGE, HELD, WORK
from dutydesk.people.flows.people import EngineerStaying
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Duty


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page that is wanted: about what, with which words, and under which post it is shown.

    `anyway`: at any hour. `service`: None if not known. `duties`: paged instead of the process's.
    `since`: when somebody was last called for what goes on of it; None if not known.
    """

    about: str
    title: str
    details: str
    anyway: bool
    thread_key: str
    service: int | None
    duties: tuple[Duty, ...] = ()
    since: datetime | None = None


def page(*, wanted: PageRequest, at: datetime) -> Page:
    """Page for one thing, as `page_all` does for many; give its page."""
    line = next_calls.line_at(anyway=wanted.anyway, at=at, duties=wanted.duties)
    page_all(wanted=[(wanted, line)], at=at)
    return Page.objects.get(subject=wanted.about, state__in=OPEN)


@transaction.atomic(savepoint=False)
def page_all(
    *,
    wanted: Sequence[tuple[PageRequest, Line]],
    at: datetime,
    reachable: Mapping[int, Engineer] | None = None,
) -> None:
    """Page whoever the process says at this minute, or hold it until somebody is covered.

    Each with what `line_at` gives for it at this moment. A subject that is being paged for already
    is left as it is. However many there are, it takes the same few statements. `reachable`: those
    whom something reaches, if whoever asks for this knows.
    """
    pages = [(_page(one, at), line) for one, line in wanted]
    new = {found.pk for found in rows.insert_new_keyed([found for found, _ in pages])}
    fresh = [(found, line) for found, line in pages if found.pk in new]
    begin_all(fresh, at, reachable)


def _page(wanted: PageRequest, at: datetime) -> Page:
    return Page(
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
        next_calls.call_next(found, at)
    return found


def begin_all(
    pages: Sequence[tuple[Page, Line]],
    at: datetime,
    reachable: Mapping[int, Engineer] | None = None,
) -> None:
    """Call the first person about new pages, each with its line, and keep who that is."""
    if reachable is None:
        reachable = next_calls.reachable_of(line for _, line in pages)
    next_calls.call_next_all(pages, at, reachable=reachable, new=True)


@transaction.atomic
def follow(*, wanted: PageRequest, at: datetime) -> None:
    """Let the open page about a subject say and call what is wanted of it now; none is no harm.

    It calls whom it is to call by now, as `redirect` says.
    """
    open_pages = Page.objects.select_for_update(of=("self",)).filter(state__in=OPEN)
    found = open_pages.filter(subject=wanted.about).first()
    if found is None:
        return
    before = (found.title, found.details, found.service_id)
    found.title, found.details, found.service_id = (
        wanted.title[:200],
        wanted.details,
        wanted.service,
    )
    found.thread_key = wanted.thread_key
    found.save(update_fields=["title", "details", "service", "thread_key"])
    if found.news_at and wanted.since and wanted.since < found.news_at:
        call_off(found, at)
    moved = redirect(found, anyway=wanted.anyway, duties=wanted.duties, at=at)
    if not moved and before != (found.title, found.details, found.service_id):
        line = next_calls.line_of(found, at) if found.state == Page.State.HELD else ((), False)
        page_posts.show(found, page_posts.standing(found, line, at), at)


def call_again(found: Page, at: datetime) -> None:
    """Call whoever has a page at once, put off or not, since something new is wrong.

    Then the others, as if nobody had answered. The page is locked.
    """
    commitments.withdraw(kind=WORK, subject=found.about, at=at)
    found.news_at = found.news_at or at
    _ask_again(found, at, new=True)


def call_off(found: Page, at: datetime) -> None:
    """Let what somebody said of a page hold again, since what came new into it is over by now.

    Nobody is called for that any more, and they are asked again when they would have been without
    it. Not so if that was before, if they left, or if it is others' by now. The page is locked.
    Clause oncall.respond.
    """
    who, said = found.acknowledged_by, found.answered_at
    if who is None or said is None or not who.active or is_others(found, at):
        return
    until = found.snoozed_until or said + process.in_force().on_call.ask_again_after
    if until <= at or found.state not in (Page.State.CALLING, Page.State.ACKNOWLEDGED):
        return
    page_posts.taken(found, who.name, at)
    found.state, found.news_at = Page.State.ACKNOWLEDGED, None
    found.save(update_fields=["state", "news_at"])
    commitments.withdraw(kind=ACKNOWLEDGE, subject=found.about, at=at)
    page_calls.withdraw(found, at)
    acknowledgement.promise_work(found, who, until, at)
    text = f"What came new is over again, and {who.name} has it as before"
    record(PageSnoozed, found, text, at, who.name, clause="oncall.respond")
    page_posts.show(found, page_posts.standing(found, ((), False), at), at)


def is_others(found: Page, at: datetime) -> bool:
    """Say whether somebody covers a page that is not that of whoever has it any more."""
    line, _ = next_calls.line_of(found, at)
    who = found.acknowledged_by_id or 0
    return bool(line) and who not in line and page_cover.is_over(found, who, at)


def redirect(found: Page, *, anyway: bool, duties: Sequence[Duty], at: datetime) -> bool:
    """Let a page call at any hour or not, and by these duties; say if that moved it on.

    One that is held calls whoever is to be called by now. One that calls somebody who is not to be
    called any more calls who is and wasn't yet, or is held: nothing more is sent to who was called.
    Whoever has it keeps it. The page is locked. Clauses hours.closed, oncall.escalate.
    """
    if (found.anyway, tuple(found.duties)) == (anyway, tuple(duties)):
        return False
    found.anyway, found.duties = anyway, list(duties)
    found.save(update_fields=["anyway", "duties"])
    line = next_calls.line_of(found, at)
    off = found.state == Page.State.CALLING and found.called_id not in line[0]
    if off and (not line[0] or _somebody_is_left(found, line)):
        commitments.withdraw(kind=ACKNOWLEDGE, subject=found.about, at=at)
        page_calls.withdraw(found, at)
        found.round += not line[0]  # Whoever is called then was not called in vain before.
    elif found.state == Page.State.HELD:
        commitments.withdraw(kind=HELD, subject=found.about, at=at)
    else:
        return False
    next_calls.call_next(found, at, line)
    return True


@transaction.atomic
def give_up(*, page: int, call: int, at: datetime) -> None:
    """Call the next person at once, since none of the contact methods of the one called works.

    After the last person of a round the team is told at once, and the next round begins in its
    time. Clause oncall.escalate.
    """
    last_look.take(pages=[page], at=at)
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
    if _somebody_is_left(found, next_calls.line_of(found, at)):
        commitments.miss(kind=ACKNOWLEDGE, subject=found.about, at=at)
        next_calls.call_next(found, at)
    else:
        page_posts.nobody_covers([(found, True)], at)


def unanswered(*, event: CommitmentDue, at: datetime) -> None:
    """Call the next person, since the one called did not answer in time; a rehearsal ends."""
    found = _still(event, Page.State.CALLING, at)
    if found is None:
        return
    commitments.miss(kind=ACKNOWLEDGE, subject=event.subject, at=at)
    if found.only_id is not None:
        acknowledgement.end_rehearsal(found, at)
    else:
        next_calls.call_next(found, at)


def waited_out(*, event: CommitmentDue, at: datetime) -> None:
    """Call those who were waited for."""
    found = _still(event, Page.State.HELD, at)
    if found is not None:
        commitments.keep(kind=HELD, subject=event.subject, at=at)
        next_calls.call_next(found, at)


def not_worked_on(*, event: CommitmentDue, at: datetime) -> None:
    """Ask again, since nothing was done about it in time."""
    found = _still(event, Page.State.ACKNOWLEDGED, at)
    if found is not None:
        commitments.miss(kind=WORK, subject=event.subject, at=at)
        _ask_again(found, at)


def left_team(*, event: EngineerStaying, at: datetime) -> None:
    """Call others about each page that somebody who left has, put off or not, or is called for."""
    theirs = Q(state=Page.State.ACKNOWLEDGED, acknowledged_by=event.engineer)
    called = Q(state=Page.State.CALLING, called=event.engineer)
    if not Engineer.objects.filter(pk=event.engineer, active=False).exists():
        return
    pages = Page.objects.filter(theirs | called, only=None)
    last_look.take(pages=list(pages.values_list("pk", flat=True)), at=at)
    page_turns.take()
    for found in pages.select_for_update(of=("self",)).order_by("pk"):
        if found.state == Page.State.ACKNOWLEDGED:
            commitments.withdraw(kind=WORK, subject=found.about, at=at)
            _ask_again(found, at)
        else:
            commitments.withdraw(kind=ACKNOWLEDGE, subject=found.about, at=at)
            page_calls.withdraw(found, at)  # They may be called later by another contact method.
            next_calls.call_next(found, at)


@transaction.atomic
def pass_on(*, pages: Sequence[int], at: datetime) -> None:
    """Call whoever covers about pages that were put off by somebody who covers no more."""
    last_look.take(pages=pages, at=at)
    put_off = Page.objects.filter(pk__in=pages, snoozed_until__gt=at)
    free = put_off.select_for_update(of=("self",), skip_locked=True)
    for found in free.filter(state=Page.State.ACKNOWLEDGED).order_by("pk"):
        if is_others(found, at):  # Else somebody who covers took it this moment.
            commitments.withdraw(kind=WORK, subject=found.about, at=at)
            _ask_again(found, at)


def has_left(event: EngineerStaying) -> bool:
    """Say whether somebody left."""
    return not event.active


def _somebody_is_left(found: Page, line: Line) -> bool:
    """Say whether anybody whom something reaches was not called yet in a page's round."""
    reachable, called = next_calls.reachable_of([line]), next_calls.called_in_round([found])
    return any(pk in reachable and pk not in called[found.pk] for pk in line[0])


def _still(event: CommitmentDue, state: Page.State, at: datetime) -> Page | None:
    """Give the page, locked, if it is in that state and the promise about it still stands."""
    number = number_of(event.subject, "page")
    last_look.take(pages=[number], at=at)
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
    line = next_calls.line_of(found, at)
    reachable = contact_methods.reachable([holder])
    stays = holder in line[0] or (new and not line[0])
    if holder in reachable and (stays or not page_cover.is_over(found, holder, at)):
        next_calls.call_all([(found, reachable[holder])], at)
    else:
        next_calls.call_next(found, at, line)
