"""Tickets for work that nobody asked about in a channel."""

from datetime import datetime

from django.db import transaction

from dutydesk.database import notifications
from dutydesk.desk.flows import tracker_outbound
from dutydesk.desk.flows.events import TicketRaised
from dutydesk.desk.models import Ticket
from dutydesk.journal.flows import journal
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process


@transaction.atomic
def raise_ticket(
    *, title: str, body: str, engineer: Engineer | None, by: str, at: datetime
) -> Ticket:
    """Raise a ticket that keeps the record of such work, on the board and in the tracker."""
    current = process.in_force().ask.ticket
    ticket = Ticket.objects.create(
        title=title[:200],
        body=body,
        label=current.label,
        column=current.columns[0],
        asked_by=by,
        raised_by=by,
        raised_at=at,
        moved_at=at,
        engineer=engineer,
    )
    tracker_outbound.push(ticket, at)
    journal.record(
        event=TicketRaised(0),
        subject=ticket.about,
        text=f"Ticket {ticket.pk} was raised: {ticket.title}",
        at=at,
        actor=by,
        clause="ask.ticket-record",
    )
    notifications.notify("board", ticket.about)
    return ticket
