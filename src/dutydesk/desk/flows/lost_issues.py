"""Issues that are no more where tickets are kept, deleted or transferred, and those that come back.

One that was transferred comes back with another number and node. It is known by the marker that we
gave it, by what it was called elsewhere, or by all that its author wrote. So is one that went from
where tickets were kept to where they are kept now.
"""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from dutydesk.chat.flows import desk_posts
from dutydesk.desk.flows import board, deadlines, ticket_record, tickets, tracker_outbound
from dutydesk.desk.models import Ticket
from dutydesk.outbox.flows import outbox
from dutydesk.ports import tracker
from dutydesk.ports.tracker import Issue

# So long one that is alike is taken for what was lost; later it is another.
LATELY = timedelta(days=3)


@transaction.atomic
def gone(*, ticket: int, at: datetime) -> None:
    """Keep a ticket whose issue was found to be deleted or transferred, where they are kept now."""
    found = ticket_record.locked(ticket)
    if tracker_outbound.in_place(found):  # Else it was looked for where it never was.
        lose(found, at, version=at)


def lose(ticket: Ticket, at: datetime, *, version: datetime, elsewhere: str = "") -> None:
    """Keep a locked ticket whose issue is gone; nothing is told there any more.

    What is said of it up to that `version` is stale from now. `elsewhere`: the node that it has
    where it was transferred to, if that is known.
    """
    before = ticket.there
    known = max(str(before.get("at", "")), version.astimezone(UTC).isoformat())
    going = {} if ticket.closed_at is not None else {"lost": int(at.timestamp())}
    there = {"gone": True, "elsewhere": elsewhere or before.get("elsewhere", ""), "at": known}
    ticket.there = {**before, **there, **going}
    ticket.behind = False
    ticket.save(update_fields=["there", "behind"])
    if before.get("gone"):
        return
    for kind in tracker.TOLD:
        outbox.withdraw(subject=ticket.about, kind=kind, at=at)
    if ticket.closed_at is None:
        board.end(ticket, "the tracker", at, f"{ticket.called} isn't in the tracker any more")


def marked(issue: Issue, elsewhere: str) -> Ticket | None:
    """Give the ticket, locked, whose issue this is by our marker; None if it is another's copy.

    A copy is another's as long as the issue that we know is where tickets are kept.
    """
    found = tracker_outbound.marked_by_us(issue.marker)
    if found is None or found.number is None or found.there.get("gone"):
        return found
    came = elsewhere and elsewhere in (found.node, found.there.get("elsewhere"))
    return found if came or not tracker_outbound.in_place(found) else None


def find(issue: Issue, elsewhere: str, at: datetime) -> Ticket | None:
    """Give the ticket, locked, that an issue without a marker of ours was; None for none.

    Its own node may be the one to which it was transferred. Without a word of where it was it is
    known by all that was written, if its ticket went on until it was lost a short while ago, or
    goes on where tickets are no longer kept.
    """
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("engineer", "post")
    nodes = [node for node in (elsewhere, issue.node) if node]
    was = Q(node__in=nodes) | Q(there__gone=True, there__elsewhere__in=nodes)
    if (found := rows.filter(was).order_by("-pk").first()) is not None:
        return found
    if not issue.body.strip():
        return None
    lately = Q(there__gone=True, there__lost__gte=int((at - LATELY).timestamp()))
    said = {"raised_by": issue.author[:100], "title": issue.title[:200], "body": issue.body}
    alike = rows.filter(lately | Q(closed_at=None, number__isnull=False), question=None, **said)
    lost = (
        one
        for one in alike.order_by("-pk")
        if one.there.get("gone") or not tracker_outbound.in_place(one)
    )
    return next(lost, None)


def lately(at: datetime) -> list[Ticket]:
    """Give the tickets that went on until they were lost of late in their place, last first."""
    since = int((at - LATELY).timestamp())
    rows = Ticket.objects.filter(there__gone=True, there__lost__gte=since, number__isnull=False)
    found = [one for one in rows if one.node and tracker_outbound.in_place(one)]
    return sorted(found, key=lambda one: (one.there["lost"], one.pk), reverse=True)


def may_be(issue: Issue, elsewhere: str, at: datetime) -> bool:
    """Say whether an issue of which we know no ticket may be what was lost, as far as a word says.

    Whether it is, the next round finds out; where none comes, it is taken for another.
    """
    if issue.marker:
        return bool(elsewhere)
    return tracker_outbound.outside() and bool(elsewhere or lately(at))


def bring_back(ticket: Ticket, issue: Issue, at: datetime) -> None:
    """Go on with a locked ticket by its issue that is there again. What is over here stays over."""
    before, lost = ticket.there, ("gone", "left", "lost", "elsewhere", "column", "at")
    kept = {name: value for name, value in before.items() if name not in lost}
    ticket.there = {**kept, "closed": issue.closed}
    ticket.number, ticket.node, ticket.url = issue.number, issue.node, issue.url
    ticket.save(update_fields=["there", "number", "node", "url"])
    over = ticket.question is not None and ticket.question.over
    over = over or not (before.get("gone") or before.get("closed"))  # It was closed only here.
    over = over or bool(before.get("replaced"))
    if ticket.closed_at is not None and not issue.closed and not over:
        board.go_on(ticket, "the tracker", at)
    if before.get("left") and ticket.question is not None:
        deadlines.unchased(ticket.question, at)
    tracker_outbound.push(ticket, at)
    if ticket.post is not None:
        desk_posts.rewrite(key=f"{ticket.about}:raised", message=tickets.raised(ticket), at=at)
    if ticket.post is not None and not before.get("replaced"):
        desk_posts.say(
            key=f"{ticket.about}:back:{at.isoformat()}",
            channel=ticket.post.channel.name,
            thread=ticket.post,
            message=tickets.raised(ticket),
            at=at,
        )
