"""A ticket's way over the board: moved, moved back, taken, closed and open again."""

from datetime import datetime

from django.db import transaction

from dutydesk.desk.flows import tracker_outbound
from dutydesk.desk.flows.events import (
    TicketAssigned,
    TicketClosed,
    TicketMoved,
    TicketRefused,
    TicketReopened,
)
from dutydesk.desk.flows.ticket_record import locked, written
from dutydesk.desk.models import UNTAKEN, Question, Ticket
from dutydesk.kernel.actions import Person
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process

_STATE = ("column", "column_before", "moved_at", "closed_at")


@transaction.atomic
def move(*, ticket: int, column: str, by: Person, at: datetime) -> Ticket:
    """Move a ticket over the board; in the last column it is closed. Clause ask.board."""
    found = locked(ticket)
    place(found, column, by.name, at)
    tracker_outbound.push(found, at)
    return found


@transaction.atomic
def shift(*, ticket: int, by: Person, steps: int, at: datetime) -> Ticket:
    """Move a ticket so many columns to the right, or to the left if `steps` is negative."""
    columns = process.in_force().ask.ticket.columns
    found = locked(ticket)
    here = columns.index(found.column) if found.column in columns else 0
    there = min(max(here + steps, 0), len(columns) - 1)
    return move(ticket=found.pk, column=columns[there], by=by, at=at)


@transaction.atomic
def undo(*, ticket: int, by: Person, at: datetime) -> Ticket:
    """Put a ticket back where it was before its last move. Raises TicketRefused."""
    found = locked(ticket)
    if found.column_before not in process.in_force().ask.ticket.columns:
        raise TicketRefused("There is nothing to undo.", "Move it to where it belongs.")
    return move(ticket=found.pk, column=found.column_before, by=by, at=at)


def place(found: Ticket, column: str, by: str, at: datetime) -> None:
    """Put a locked ticket into a column, and close or open it as the column says."""
    if found.column == column:
        return
    _to(found, column, at)
    text = f"{found.called} went from {found.column_before} to {column}"
    over, before = column == process.in_force().ask.ticket.last, found.closed_at is not None
    if over != before:
        found.closed_at = at if over else None
    found.save(update_fields=_STATE)
    written(found, TicketReopened if before and not over else TicketMoved, text, by, at)


@transaction.atomic
def close(*, ticket: int, by: Person, at: datetime) -> Ticket:
    """Say that the work is over: it goes to the last column. Raises TicketRefused."""
    found = locked(ticket)
    if found.closed_at is not None:
        raise TicketRefused(f"{found.called} is closed already.", "Open it again if it isn't over.")
    end(found, by.name, at)
    tracker_outbound.push(found, at)
    return found


def end(found: Ticket, by: str, at: datetime, because: str = "") -> None:
    """Close a locked ticket. `because`: what is written of it instead."""
    _to(found, process.in_force().ask.ticket.last, at)
    found.closed_at = at
    found.save(update_fields=_STATE)
    written(found, TicketClosed, because or f"{found.called} is closed", by, at)


def replace(found: Ticket, by: str, at: datetime) -> None:
    """End a locked ticket that is lost, for good: it keeps no record, though it may be found again.

    Whatever it kept the record of has let go of it already.
    """
    found.there = {**found.there, "replaced": True}
    found.save(update_fields=["there"])
    if found.closed_at is None:
        end(found, by, at, f"{found.called} keeps the record no more")
    tracker_outbound.push(found, at)


@transaction.atomic
def reopen(*, ticket: int, by: Person, at: datetime) -> Ticket:
    """Go on with a ticket that was closed: it begins in the first column again."""
    found = locked(ticket)
    if found.closed_at is None:
        raise TicketRefused(f"{found.called} is open.", "Go on in it.")
    go_on(found, by.name, at)
    tracker_outbound.push(found, at)
    return found


def go_on(found: Ticket, by: str, at: datetime) -> None:
    """Open a locked ticket again."""
    ticket = process.in_force().ask.ticket
    if found.column == ticket.last or found.column not in ticket.columns:
        _to(found, ticket.columns[0], at)
    found.closed_at = None
    found.save(update_fields=_STATE)
    written(found, TicketReopened, f"{found.called} is open again", by, at)


def _to(found: Ticket, column: str, at: datetime) -> None:
    if found.column != column:
        found.column_before, found.column, found.moved_at = found.column, column, at


@transaction.atomic
def assign(*, ticket: int, engineer: int | None, by: Person, at: datetime) -> Ticket:
    """Give a ticket to an engineer of the team, or to nobody. Raises TicketRefused."""
    found = locked(ticket)
    who = Engineer.objects.filter(pk=engineer, active=True).first() if engineer else None
    if engineer and who is None:
        raise TicketRefused("Nobody of the team has that number.", "Choose somebody of the list.")
    give(found, who, "", by.name, at)
    tracker_outbound.push(found, at)
    return found


def give_of(question: Question, who: Engineer, at: datetime) -> None:
    """Let who has a question have its open ticket too, if nobody has that."""
    ticket = Ticket.objects.filter(UNTAKEN, question=question).first()
    if ticket is not None:
        found = locked(ticket.pk)
        give(found, who, "", who.name, at)
        tracker_outbound.push(found, at)


def give(found: Ticket, who: Engineer | None, outside: str, by: str, at: datetime) -> None:
    """Let somebody have a locked ticket: of the team, or of whom only the tracker knows."""
    if (found.engineer, found.assigned) == (who, outside):
        return
    found.engineer, found.assigned = who, outside[:100]
    found.save(update_fields=["engineer", "assigned"])
    text = f"{found.has_it or 'Nobody'} has {found.called}"
    written(found, TicketAssigned, text, by, at)
