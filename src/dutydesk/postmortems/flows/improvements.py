"""Improvements: written down, owned, due, made tickets, and followed to their end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from dutydesk.chat.flows import asking_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.rules import Promise
from dutydesk.desk.flows import board, ticket_record, work_tickets
from dutydesk.desk.flows.events import TicketEvent
from dutydesk.desk.models import Ticket
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.subjects import screen_of
from dutydesk.people.models import Engineer
from dutydesk.postmortems.flows.events import (
    ImprovementAdded,
    ImprovementChanged,
    ImprovementDone,
    ImprovementDropped,
    ImprovementEvent,
    ImprovementRefused,
    ImprovementReopened,
    ImprovementTicketRaised,
)
from dutydesk.postmortems.models import Improvement, Postmortem
from dutydesk.postmortems.rules.promises import IMPROVEMENT, improvement_due
from dutydesk.process.flows import process

WARN, CHASE = timedelta(days=3), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ImprovementFacts:
    """What is said of an improvement; empty where nobody has said it yet."""

    title: str
    kind: str = ""
    priority: str = ""
    owner: int | None = None
    due_at: datetime | None = None


@transaction.atomic
def add(*, postmortem: int, facts: ImprovementFacts, by: Person, at: datetime) -> Improvement:
    """Write down what is to change. Clause postmortem.improvements."""
    found = Postmortem.objects.select_for_update(of=("self",)).get(pk=postmortem)
    if found.withdrawn_at is not None:
        raise ImprovementRefused(
            "This postmortem is withdrawn.", "Add it to that of the incident that stands."
        )
    one = Improvement(postmortem=found, made_by=by.name, made_at=at)
    _set(one, facts, at)
    _record(one, ImprovementAdded, f"{by.name} added the improvement “{one.title}”", by.name, at)
    return one


@transaction.atomic
def change(*, improvement: int, facts: ImprovementFacts, by: Person, at: datetime) -> Improvement:
    """Say it otherwise, give it to somebody else, or let it be due at another time."""
    one = _locked(improvement)
    if one.state != Improvement.State.OPEN:
        raise ImprovementRefused("It is not open any more.", "Open it again first.")
    _set(one, facts, at)
    if one.ticket is not None and one.ticket.engineer_id != one.owner_id:
        board.assign(ticket=one.ticket.pk, engineer=one.owner_id, by=by, at=at)
    text = f"{by.name} changed the improvement “{one.title}”"
    _record(one, ImprovementChanged, text, by.name, at)
    return one


def _locked(improvement: int) -> Improvement:
    rows = Improvement.objects.select_for_update(of=("self",))
    return rows.select_related("owner", "ticket", "postmortem__incident").get(pk=improvement)


def _set(one: Improvement, facts: ImprovementFacts, at: datetime) -> None:
    owner = Engineer.objects.filter(pk=facts.owner or 0, active=True).first()
    if facts.owner and owner is None:
        raise ImprovementRefused("They are not on the team.", "Choose somebody who is.")
    one.title, one.kind, one.priority = facts.title, facts.kind, facts.priority
    one.owner, one.due_at = owner, facts.due_at
    if one.due_at is None and one.priority:
        one.due_at = improvement_due(process.in_force(), one.priority, one.made_at)
    one.save()
    _promise(one, at)


def _promise(one: Improvement, at: datetime) -> None:
    """Let its owner owe it by its day; nobody does before it has both."""
    if one.owner is None or one.due_at is None:
        commitments.withdraw(kind=IMPROVEMENT, subject=one.about, at=at)
        return
    commitments.promise(
        kind=IMPROVEMENT,
        subject=one.about,
        owner=one.owner.name,
        text=IMPROVEMENT.says(title=one.title),
        times=Promise(due_at=one.due_at, warn_at=one.due_at - WARN, chase_every=CHASE),
        at=at,
    )


def _record(
    one: Improvement, event: type[ImprovementEvent], text: str, by: str, at: datetime
) -> None:
    for about in (one.about, one.postmortem.about):
        journal.record(
            event=event(one.pk),
            subject=about,
            text=text,
            at=at,
            actor=by,
            clause="postmortem.improvements",
        )


@transaction.atomic
def finish(*, improvement: int, by: Person, at: datetime) -> Improvement:
    """Say that it is done; its ticket is closed with it."""
    one = _locked(improvement)
    if one.state != Improvement.State.OPEN:
        raise ImprovementRefused("It is not open any more.", "Look at what became of it.")
    _end(one, by.name, at)
    _let_go(one, by, at)
    if one.ticket is not None and one.ticket.closed_at is None:
        board.close(ticket=one.ticket.pk, by=by, at=at)
    return one


def _end(one: Improvement, by: str, at: datetime) -> None:
    one.state, one.settled_at = Improvement.State.DONE, at
    one.save(update_fields=["state", "settled_at"])
    commitments.keep(kind=IMPROVEMENT, subject=one.about, at=at)
    _ask_no_more(one, "It is done.", at)
    _record(one, ImprovementDone, f"The improvement “{one.title}” is done", by, at)


def _ask_no_more(one: Improvement, since: str, at: datetime) -> None:
    keys = f"{one.about}:remind:"
    asking_posts.end(keys=keys, actions="improvement.", since=since, at=at)


@transaction.atomic
def drop(*, improvement: int, why: str, by: Person, at: datetime) -> Improvement:
    """Say why it is not done after all."""
    one = _locked(improvement)
    if one.state != Improvement.State.OPEN:
        raise ImprovementRefused("It is not open any more.", "Look at what became of it.")
    one.state, one.settled_at, one.why = Improvement.State.DROPPED, at, why
    one.save(update_fields=["state", "settled_at", "why"])
    _let_go(one, by, at)
    commitments.withdraw(kind=IMPROVEMENT, subject=one.about, at=at)
    _ask_no_more(one, "It was dropped.", at)
    text = f"{by.name} dropped the improvement “{one.title}”. Why: {why}"
    _record(one, ImprovementDropped, text, by.name, at)
    return one


@transaction.atomic
def reopen(*, improvement: int, by: Person, at: datetime) -> Improvement:
    """Say that it is to be done after all."""
    one = _locked(improvement)
    if one.state == Improvement.State.OPEN:
        raise ImprovementRefused("It is open.", "Go on with it.")
    _go_on(one, by.name, at)
    if one.ticket is not None and one.ticket.closed_at is not None and not one.ticket.lost:
        board.reopen(ticket=one.ticket.pk, by=by, at=at)
    return one


def _go_on(one: Improvement, by: str, at: datetime) -> None:
    one.state, one.settled_at, one.why = Improvement.State.OPEN, None, ""
    one.save(update_fields=["state", "settled_at", "why"])
    _promise(one, at)
    _record(one, ImprovementReopened, f"The improvement “{one.title}” is open again", by, at)


@transaction.atomic
def raise_ticket(*, improvement: int, by: Person, at: datetime) -> Ticket:
    """Let the work on it have a record on the board, and in the tracker where there is one."""
    one = _locked(improvement)
    if one.ticket is not None and not one.ticket.lost:
        raise ImprovementRefused(
            f"Ticket {one.ticket.called} keeps the record of it.", "Go on in that one."
        )
    if one.state != Improvement.State.OPEN:
        raise ImprovementRefused("It is not open any more.", "Open it again first.")
    incident = one.postmortem.incident
    body = (
        f"{one.title}\n\nAn improvement out of the postmortem of “{incident.title}”: "
        f"{settings.BASE_URL}{screen_of(one.postmortem.about)}"
    )
    _let_go(one, by, at)
    one.ticket = work_tickets.raise_ticket(
        title=one.title, body=body, engineer=one.owner, by=by.name, at=at
    )
    one.save(update_fields=["ticket"])
    text = f"Ticket {one.ticket.pk} keeps the record of “{one.title}”"
    _record(one, ImprovementTicketRaised, text, by.name, at)
    return one.ticket


def _let_go(one: Improvement, by: Person, at: datetime) -> None:
    """Let a lost ticket keep its record no more: found again, it says nothing of it."""
    lost = one.ticket
    if lost is not None and lost.lost:
        one.ticket = None
        one.save(update_fields=["ticket"])
        board.replace(ticket_record.locked(lost.pk), by.name, at)


def follow_ticket(*, event: TicketEvent, at: datetime) -> None:
    """Let an improvement be done, or open again, as its ticket is; a gone one says nothing."""
    number = Improvement.objects.filter(ticket=event.ticket).values_list("pk", flat=True).first()
    if number is None:
        return
    one = _locked(number)
    if one.ticket is None or one.ticket.there.get("gone"):
        return
    closed, by = one.ticket.closed_at is not None, f"ticket {one.ticket.called}"
    if closed and one.state == Improvement.State.OPEN:
        _end(one, by, at)
    elif not closed and one.state == Improvement.State.DONE:
        _go_on(one, by, at)
