"""Issues that are no more where tickets are kept, deleted or transferred, and those that come back.

One that was transferred comes back with another number and node. It is known by the marker that we
gave it, by what it was called elsewhere, or by all that its author wrote.
"""

from datetime import datetime

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.desk.flows import board, ticket_record, tickets, tracker_outbound
from dutydesk.desk.models import Ticket
from dutydesk.outbox.flows import outbox
from dutydesk.ports import tracker
from dutydesk.ports.tracker import Issue


@transaction.atomic
def gone(*, ticket: int, at: datetime) -> None:
    """Keep a ticket whose issue was found to be deleted or transferred."""
    lose(ticket_record.locked(ticket), at)


def lose(ticket: Ticket, at: datetime, *, elsewhere: str = "") -> None:
    """Keep a locked ticket whose issue is gone; nothing is told there any more.

    `elsewhere`: the node that it has where it was transferred to, if that is known.
    """
    before = ticket.there
    ticket.there = {**before, "gone": True, "elsewhere": elsewhere or before.get("elsewhere", "")}
    ticket.behind = False
    ticket.save(update_fields=["there", "behind"])
    if before.get("gone"):
        return
    for kind in tracker.TOLD:
        outbox.withdraw(subject=ticket.about, kind=kind, at=at)
    if ticket.closed_at is None:
        board.end(ticket, "the tracker", at, f"{ticket.called} isn't in the tracker any more")


def find(issue: Issue, elsewhere: str) -> Ticket | None:
    """Give the lost ticket, locked, that an issue without a marker of ours was; None for none."""
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("engineer", "post")
    lost = rows.filter(there__gone=True)
    if elsewhere and (found := lost.filter(there__elsewhere=elsewhere).first()) is not None:
        return found
    said = {"raised_by": issue.author[:100], "title": issue.title[:200], "question": None}
    alike = lost.filter(**said, body=issue.body) if issue.body.strip() else lost.none()
    return alike.order_by("-pk").first()


def bring_back(ticket: Ticket, issue: Issue, at: datetime) -> None:
    """Go on with a locked ticket by its issue that is there again. What is over here stays over."""
    lost = ("gone", "elsewhere", "column", "at")
    kept = {name: value for name, value in ticket.there.items() if name not in lost}
    ticket.there = {**kept, "closed": issue.closed}
    ticket.number, ticket.node, ticket.url = issue.number, issue.node, issue.url
    ticket.save(update_fields=["there", "number", "node", "url"])
    over = ticket.question is not None and ticket.question.over
    if ticket.closed_at is not None and not issue.closed and not over:
        board.go_on(ticket, "the tracker", at)
    tracker_outbound.push(ticket, at)
    if ticket.post is not None:
        desk_posts.rewrite(key=f"{ticket.about}:raised", message=tickets.raised(ticket), at=at)
        desk_posts.say(
            key=f"{ticket.about}:back:{issue.number}",
            channel=ticket.post.channel.name,
            thread=ticket.post,
            message=tickets.raised(ticket),
            at=at,
        )
