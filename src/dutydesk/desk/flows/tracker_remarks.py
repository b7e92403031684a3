"""Comments that are made in the tracker, in the records of their tickets here."""

from datetime import datetime

from django.db import transaction

from dutydesk.desk.flows import ticket_record, tracker_outbound
from dutydesk.desk.models import Ticket, TicketComment
from dutydesk.ports.tracker import Remark
from dutydesk.process.flows import process

_FROM_THERE = "tracker:"
"""How the keys of comments begin that were made there."""


def read(*, said: Remark, at: datetime) -> None:
    """Add a comment that was made there, which an issue's number names, once; or change it."""
    rows = Ticket.objects.filter(number=said.issue) if said.issue.isdecimal() else ()
    ticket = next((one for one in rows if tracker_outbound.in_place(one)), None)
    if ticket is not None:
        with transaction.atomic():
            hear(ticket_record.locked(ticket.pk), said, at, read=True)


def hear(ticket: Ticket, said: Remark, at: datetime, *, read: bool = False) -> None:
    """Add a comment to a locked ticket, once, or let it say what it says there now."""
    mine = TicketComment.objects.filter(ticket=ticket, there=said.number).first()
    written_here = mine is not None and not mine.key.startswith(_FROM_THERE)
    if written_here or said.marker.startswith(tracker_outbound.marker(ticket)):
        return
    if mine is None:
        name = process.in_force().ask.ticket.name_of(said.author) or said.author
        mine = ticket_record.add(
            ticket,
            key=f"{_FROM_THERE}{said.number}",
            author=name,
            body=said.body[: ticket_record.LONGEST],
            at=said.at,
            there=said.number,
        )
    ticket_record.follow(mine, said=said, at=at, read=read)
