"""Telling the tracker outside what became of tickets: in order, once in effect, without echo.

`Ticket.there` is what the tracker is known to say. What differs from it is owed to it, at most one
outbox message of a kind for each ticket; what comes next is decided when that is settled.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from dutydesk.desk.models import Ticket
from dutydesk.kernel import bounds
from dutydesk.kernel.kinds import MessageKind
from dutydesk.kernel.subjects import screen_of
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.tracker import (
    ASSIGN,
    COLUMN,
    COMMENT,
    CREATE,
    LABEL,
    STATE,
    TOLD,
    TrackerPlace,
)
from dutydesk.process.flows import process

_WHAT = {
    CREATE: "The ticket to the tracker",
    STATE: "The ticket's state to the tracker",
    ASSIGN: "Who has the ticket to the tracker",
    LABEL: "The ticket's label to the tracker",
    COLUMN: "The ticket's column to the tracker",
    COMMENT: "What was added to the ticket to the tracker",
}


def place() -> TrackerPlace:
    """Give where tickets are kept outside, by the process file."""
    ticket = process.in_force().ask.ticket
    return TrackerPlace(ticket.repository, ticket.project)


def outside() -> bool:
    """Say whether tickets are kept in a tracker outside."""
    return outbox.can_deliver(CREATE) and process.in_force().ask.ticket.tracker != "built-in"


def is_place(url: str) -> bool:
    """Say whether this is the address of an issue where the process file says."""
    repository = process.in_force().ask.ticket.repository
    return f"/{repository}/issues/".casefold() in url.casefold()


def in_place(ticket: Ticket) -> bool:
    """Say whether a ticket is, or will be, where the process file says that tickets are kept."""
    return not ticket.url or is_place(ticket.url)


def marker(ticket: Ticket) -> str:
    """Give what a ticket of ours is known by in the tracker, for good; nobody else can make it."""
    signed = salted_hmac("dutydesk.tickets", ticket.about).hexdigest()[:16]
    return f"dutydesk:{settings.BASE_URL}{screen_of(ticket.about)}:{signed}"


def digest(text: str) -> str:
    """Give by what a title or text that was taken back is known again, which doesn't say it."""
    return salted_hmac("dutydesk.tickets.title", text.strip()).hexdigest()


def taken_back(ticket: Ticket) -> list[str]:
    """Give the digests of all titles and texts of a ticket that were taken back, first ones first.

    They may stand in the tracker still, and are not to come back from there.
    """
    kept = ticket.there.get("taken_back", [])
    return [kept] if isinstance(kept, str) else list(kept)  # Only the last was kept before.


def marked_by_us(marker_found: str) -> Ticket | None:
    """Give the ticket of ours, locked, whose marker this is; None if it is none."""
    number = bounds.number(marker_found.rpartition("/")[2].partition(":")[0]) or 0
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("engineer", "post")
    found = rows.filter(pk=number).first()
    ours = found is not None and constant_time_compare(marker(found), marker_found)
    return found if ours else None


def push(ticket: Ticket, at: datetime) -> None:
    """Owe to the tracker what it is not known to say.

    Belongs inside the transaction that holds the ticket's lock.
    """
    if not outside() or ticket.there.get("gone"):
        return
    missing = _missing(ticket)
    owed = owed_of(ticket) if missing else {}
    # In another repository its number is another issue's.
    for kind, payload in missing.items() if in_place(ticket) else ():
        if owed.get(kind) == payload:
            continue
        if kind in (CREATE, COMMENT) and kind in owed:  # It says what it said when it was put.
            continue
        outbox.withdraw(subject=ticket.about, kind=kind, at=at)
        count = OutboxMessage.objects.filter(subject=ticket.about, kind=kind).count()
        outbox.enqueue(
            key=f"{ticket.about}:{kind}:{count}",
            kind=kind,
            subject=ticket.about,
            payload={**payload, "what": _WHAT[kind]},
            at=at,
        )
    if ticket.behind != bool(missing):
        ticket.behind = bool(missing)
        ticket.save(update_fields=["behind"])


def owed_of(ticket: Ticket) -> dict[str, dict[str, Any]]:
    """Give what is being told to the tracker just now, by the outbox message's kind."""
    mine = OutboxMessage.objects.filter(
        subject=ticket.about, state=OutboxMessage.State.OWED, kind__in=TOLD
    )
    found = mine.filter(settled_at=None).order_by("pk").values_list("kind", "payload")
    return {
        kind: {name: value for name, value in payload.items() if name != "what"}
        for kind, payload in found
    }


def _missing(ticket: Ticket) -> dict[MessageKind, dict[str, Any]]:
    """Give what the tracker has to be told, by the kind of outbox message that does it."""
    if ticket.number is None:
        return {CREATE: _creation(ticket)}
    there, found = ticket.there, dict[MessageKind, dict[str, Any]]()
    current = process.in_force().ask.ticket
    at_it = {"number": ticket.number, "node": ticket.node, "repository": current.repository}
    if there.get("closed") != (ticket.closed_at is not None):
        found[STATE] = {**at_it, "closed": ticket.closed_at is not None}
    login = _login(ticket)
    if login is not None and there.get("login", "") != login:
        found[ASSIGN] = {**at_it, "login": login, "before": there.get("login", "")}
    if not there.get("labelled"):
        found[LABEL] = {**at_it, "labels": [ticket.label]}
    in_process = ticket.column in current.columns
    if current.project and in_process and there.get("column") != ticket.column:
        found[COLUMN] = {**at_it, "column": ticket.column}
    comment = ticket.comments.filter(there="", removed_at=None).first()
    if comment is not None:
        found[COMMENT] = {
            **at_it,
            "comment": comment.pk,
            "author": comment.author,
            "body": comment.body,
            "marker": f"{marker(ticket)}#comment-{comment.pk}",
        }
    return found


def _login(ticket: Ticket) -> str | None:
    """Give the login of who has it; None if the tracker can't be told."""
    if ticket.engineer is None:
        return ticket.assigned
    return process.in_force().ask.ticket.login_of(ticket.engineer.name) or None


def _creation(ticket: Ticket) -> dict[str, Any]:
    labels = dict.fromkeys((ticket.label, *ticket.there.get("labels", ())))
    return {
        "title": ticket.title,
        "body": ticket.body,
        "labels": list(labels),
        "marker": marker(ticket),
    }
