"""Asking for a page of the handbook out of an improvement: a ticket, as the page could begin."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from dutydesk.desk.flows import board, ticket_record, work_tickets, write_downs
from dutydesk.desk.models import Ticket
from dutydesk.desk.rules.write_downs import draft as page_draft
from dutydesk.desk.rules.write_downs import quoted
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.subjects import screen_of
from dutydesk.postmortems.flows import passages
from dutydesk.postmortems.flows.events import ImprovementRefused, ImprovementTicketRaised
from dutydesk.postmortems.models import Improvement

SAID = ("summary", "contributing-factors", "surprises")
"""The sections of which a page could make use, where the process has them."""


def draft(*, improvement: int) -> tuple[str, str]:
    """Give the title and the text that such a ticket begins with."""
    one = Improvement.objects.select_related("postmortem__incident").get(pk=improvement)
    found = one.postmortem
    link, texts = settings.BASE_URL + screen_of(one.about), passages.texts(found)
    said = "\n\n".join(texts[key].text.strip() for key in SAID if key in texts)
    text = page_draft(
        f"An improvement out of the postmortem of “{found.incident.title}”: {link}",
        write_downs.around(f"{one.title} {found.incident.title}"),
        ("What is to be known", one.title),
        ("What the postmortem says", quoted(said)),
    )
    return f"Write this down: {one.title}"[:200], text


@transaction.atomic
def ask_for(*, improvement: int, title: str, text: str, by: Person, at: datetime) -> Ticket:
    """Raise the ticket, here or in the tracker outside, once for an improvement. Clause docs.repo.

    Whoever owns the improvement has it; what is done of that ticket ends no improvement.
    """
    rows = Improvement.objects.select_for_update(of=("self",))
    one = rows.select_related("owner", "page_ticket").get(pk=improvement)
    if one.page_ticket is not None and not one.page_ticket.lost:
        raise ImprovementRefused(
            f"Ticket {one.page_ticket.called} asks for this already.", "Go on in that one."
        )
    if one.page_ticket is not None:
        board.replace(ticket_record.locked(one.page_ticket.pk), by.name, at)
    ticket = work_tickets.raise_ticket(
        title=title, body=text, engineer=one.owner, by=by.name, at=at
    )
    one.page_ticket = ticket
    one.save(update_fields=["page_ticket"])
    journal.record(
        event=ImprovementTicketRaised(one.pk),
        subject=one.about,
        text=f"Ticket {ticket.pk} asks to write this down: {title}",
        at=at,
        actor=by.name,
        clause="docs.repo",
    )
    return ticket
