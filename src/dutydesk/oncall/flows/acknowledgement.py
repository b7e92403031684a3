"""Answering pages, and ending them."""

from datetime import datetime

from django.db import transaction

from dutydesk.commitments.flows import commitments
from dutydesk.commitments.rules import Promise
from dutydesk.database import notifications
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
from dutydesk.oncall import words
from dutydesk.oncall.flows import page_calls, page_posts
from dutydesk.oncall.flows.events import PageAcknowledged, PageResolved, record
from dutydesk.oncall.models import OPEN, Page
from dutydesk.oncall.rules.promises import ACKNOWLEDGE, HELD, OF_A_PAGE, REHEARSE, WORK
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process


class PageOver(Refused):
    """The page is resolved; there is nothing to acknowledge."""


@transaction.atomic
def acknowledge(*, page: int, engineer: int, at: datetime) -> Page:
    """Let an engineer have it: nobody else is called unless it leads nowhere.

    A rehearsal is over with it. PageOver if the page is: a resolution beats an acknowledgement.
    """
    found = Page.objects.select_for_update(of=("self",)).get(pk=page)
    who = Engineer.objects.get(pk=engineer)
    if found.state == Page.State.RESOLVED:
        raise PageOver("This page is over already.", "There is nothing left to do for it.")
    if found.only_id not in (None, who.pk):
        raise Refused("This is somebody else's rehearsal.", "Leave it to them.")
    theirs = found.state == Page.State.ACKNOWLEDGED and found.acknowledged_by_id == who.pk
    if theirs and not has_more(found):
        return found  # They have it; what they put off stays so.
    current = process.in_force()
    page_posts.taken(found, who.name, at)
    _answer(found, who, at)
    commitments.keep(kind=ACKNOWLEDGE, subject=found.about, at=at)
    commitments.withdraw(kind=HELD, subject=found.about, at=at)
    page_calls.withdraw(found, at)
    text = f"{who.name} acknowledged the page"
    record(PageAcknowledged, found, text, at, who.name, clause="oncall.respond", actor=who.name)
    if found.only_id is not None:
        end_rehearsal(found, at)
        return found
    again = at + current.on_call.ask_again_after
    promise_work(found, who, again, at)
    message = words.acknowledged(
        title=found.title,
        name=who.name,
        page=found.about,
        since=found.acknowledged_at or at,
        again=again,
        now=at,
        zone=current.zone,
    )
    page_posts.show(found, message, at)
    return found


def _answer(found: Page, who: Engineer, at: datetime) -> None:
    """Keep that somebody has a page from now on, or goes on to have it."""
    if found.acknowledged_by_id != who.pk or found.acknowledged_at is None:
        found.acknowledged_by, found.acknowledged_at = who, at
    found.first_acknowledged_at = found.first_acknowledged_at or at
    found.answered_at, found.answered_duties = at, found.duties
    found.state, found.held_until = Page.State.ACKNOWLEDGED, None
    found.snoozed_until = found.news_at = None
    found.save(update_fields=_ANSWERED)


_ANSWERED = (
    *("acknowledged_by", "acknowledged_at", "first_acknowledged_at", "answered_at"),
    *("answered_duties", "state", "held_until", "snoozed_until", "news_at"),
)


def has_more(found: Page) -> bool:
    """Say whether more came into a page since somebody took it, and they did not answer that."""
    return found.state == Page.State.ACKNOWLEDGED and found.news_at is not None


def promise_work(found: Page, who: Engineer, due_at: datetime, at: datetime) -> None:
    """Promise that whoever has a page does something about it by then; else they are asked again.

    An earlier promise gives way. Clause oncall.respond.
    """
    commitments.promise(
        kind=WORK,
        subject=found.about,
        owner=who.name,
        text=WORK.says(name=who.name, title=found.title),
        times=Promise(due_at=due_at),
        at=at,
    )


@transaction.atomic
def settle(*, about: str, at: datetime, because: str) -> None:
    """End the page about a subject: it is resolved, or an incident has taken it over."""
    found = Page.objects.select_for_update(of=("self",)).filter(subject=about, state__in=OPEN)
    for one in found:
        _end(one, at)
        over = words.over(title=one.title, because=because)
        page_posts.show(one, over, at)
        page_posts.over(one, over, at)
        record(PageResolved, one, f"The page is over: {because}", at)


def _end(found: Page, at: datetime) -> None:
    found.state, found.settled_at = Page.State.RESOLVED, at
    found.held_until = found.snoozed_until = found.news_at = None
    found.save(update_fields=["state", "settled_at", "held_until", "snoozed_until", "news_at"])
    for kind in OF_A_PAGE:
        commitments.withdraw(kind=kind, subject=found.about, at=at)
    page_calls.withdraw(found, at)


def end_rehearsal(found: Page, at: datetime) -> None:
    """End a rehearsal; it is done if the person acknowledged it."""
    _end(found, at)
    if found.acknowledged_at is not None:
        commitments.keep(kind=REHEARSE, subject=found.subject, at=at)
        text = "The rehearsal is done"
    else:
        text = "The rehearsal is over, and was not answered"
    record(PageResolved, found, text, at)
    notifications.notify(subject("engineer", found.only_id or 0))
