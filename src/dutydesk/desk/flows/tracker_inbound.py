"""Hearing from the tracker what became of tickets there, and of tickets that were made there.

What is being told to the tracker just now is not taken back from it: its answer follows.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.database import notifications
from dutydesk.desk import words
from dutydesk.desk.flows import (
    board,
    lost_issues,
    quoted_posts,
    ticket_record,
    tickets,
    tracker_outbound,
    tracker_problems,
    tracker_remarks,
)
from dutydesk.desk.flows.events import TicketArrived
from dutydesk.desk.models import Ticket, TicketComment, TrackerDelivery, TrackerState
from dutydesk.desk.models.holders import name_of
from dutydesk.inbox.flows import arrivals
from dutydesk.kernel.arrivals import Arrived
from dutydesk.kernel.connected import Connected
from dutydesk.kernel.subjects import number_of
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import MessageSettled
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Engineer
from dutydesk.ports import tracker
from dutydesk.ports.delivery import Undelivered
from dutydesk.ports.tracker import Issue, TrackerEvent, TrackerEvents
from dutydesk.ports.webhooks import NobodyListens
from dutydesk.process.flows import process

DOOR, LONGEST_KEY = "github", 160
# How often the tracker is asked although it posts to us.
SELDOM = timedelta(minutes=5)

LISTENER = Connected[TrackerEvents]()
"""Reads what is posted to us."""


def listening() -> bool:
    """Say whether the tracker can post to us."""
    return LISTENER.who is not None


def hear_post(*, body: bytes, headers: Mapping[str, str], at: datetime) -> None:
    """Keep what was posted to us, to be worked out soon. Raises Forged, and NobodyListens."""
    if LISTENER.who is None or process.in_force().ask.ticket.tracker == "built-in":
        raise NobodyListens(
            "This desk doesn't follow GitHub.",
            "Set DUTYDESK_GITHUB_WEBHOOK_SECRET and `ask.ticket.tracker`.",
        )
    kept = LISTENER.who.check(body, headers)
    key = f"{DOOR}:{LISTENER.who.key(headers)}"
    arrivals.keep(Arrived(DOOR, DOOR, body, at, key[:LONGEST_KEY], sender="GitHub", headers=kept))


def take(arrived: Arrived, at: datetime) -> list[str]:
    """Do what an arrival says of tickets; give those that it is about."""
    if LISTENER.who is None:
        raise Undelivered("nobody here reads what GitHub tells")
    word = LISTENER.who.read(arrived.body, arrived.headers)
    return hear(word=word, at=at) if word is not None else []


@transaction.atomic
def hear(*, word: TrackerEvent, at: datetime) -> list[str]:
    """Do here what was done there; give the tickets. The same word again changes nothing."""
    if not TrackerDelivery.objects.get_or_create(key=word.key, defaults={"at": at})[1]:
        return []
    moved = _look(word, at) if word.moved else None
    ticket = _follow_word(word, word.issue, at) if word.issue is not None else None
    if word.remark is not None and ticket is not None:
        tracker_remarks.hear(ticket, word.remark, at)
    return [found.about for found in (moved, ticket) if found is not None]


def _look(word: TrackerEvent, at: datetime) -> Ticket | None:
    """Owe to find out into which column an issue was moved: the word doesn't say."""
    ticket = Ticket.objects.filter(node=word.moved).first()
    if ticket is not None:
        payload = {"node": word.moved, "what": "The ticket's column in the tracker"}
        key = f"{ticket.about}:{word.key}"
        outbox.enqueue(key=key, kind=tracker.LOOK, subject=ticket.about, payload=payload, at=at)
    return ticket


def _follow_word(word: TrackerEvent, issue: Issue, at: datetime) -> Ticket | None:
    if not word.gone:
        return follow(issue=issue, at=at, elsewhere=word.elsewhere)
    ticket = _known(issue, "", at)
    if ticket is None or ticket.node not in ("", issue.node):
        return ticket
    stale = issue.at.isoformat() < str(ticket.there.get("at", ""))  # It is there again by now.
    if ticket.there.get("gone") or not stale:
        lost_issues.lose(ticket, at, version=issue.at, elsewhere=word.elsewhere)
    return ticket


def _known(issue: Issue, elsewhere: str, at: datetime) -> Ticket | None:
    """Give the ticket, locked, of an issue: by its node, else by the marker that we gave it.

    `elsewhere`: the node that it had in another repository, from which it came.
    """
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("engineer", "post")
    found = rows.filter(node=issue.node).first()
    if found is None and issue.marker:
        return lost_issues.marked(issue, elsewhere)
    if found is None and (elsewhere or _is_ours(issue)):
        return lost_issues.find(issue, elsewhere, at)
    return found


@transaction.atomic
def follow(
    *, issue: Issue, at: datetime, read: bool = False, elsewhere: str = "", doubtful: bool = False
) -> Ticket | None:
    """Let a ticket stand here as it does there; one that is none of ours gives None.

    `doubtful`: one that is new here may be one that was lost, and is left to the next round.

    What is older than what is known changes nothing. Versions are seconds: of two words of one
    second nobody can tell which is older, so only what is `read` now counts then. One that was gone
    and is there again, by whatever number, goes on as the ticket that it was.
    """
    ticket = _known(issue, elsewhere, at)
    wanted = ticket is None and (elsewhere or _is_ours(issue))
    if wanted and (doubtful or (not read and lost_issues.may_be(issue, elsewhere, at))):
        _read_soon(at)  # Another, or ours before the word that it had left: the next round knows.
        return None
    if ticket is None:
        return _arrive(issue, at) if _is_ours(issue) else None
    version, known = issue.at.isoformat(), str(ticket.there.get("at", ""))
    if ticket.number is None:
        adopt(ticket, issue.number, issue.node, issue.url, at)
    elif ticket.node != issue.node or (ticket.there.get("gone") and version > known):
        lost_issues.bring_back(ticket, issue, at)
        known = ""
    elif ticket.there.get("gone"):
        return ticket
    if version == known and not read:
        _read_soon(at)
    if version < known or (version == known and not read):
        return ticket
    _take(ticket, issue, at)
    tracker_outbound.push(ticket, at)
    return ticket


@transaction.atomic
def come_back(*, ticket: int, issue: Issue, at: datetime) -> None:
    """Go on with a ticket that was lost by its issue, as it is read now, which is there again."""
    found = ticket_record.locked(ticket)
    others = Ticket.objects.filter(node=issue.node).exclude(pk=found.pk)
    if found.there.get("gone") and not others.exists():
        lost_issues.bring_back(found, issue, at)
        follow(issue=issue, at=at, read=True)


def _read_soon(at: datetime) -> None:
    """Let the next round read what changed, although it was read a moment ago."""
    TrackerState.objects.filter(read_until__gt=at - SELDOM).update(read_until=at - SELDOM)


def adopt(ticket: Ticket, number: int, node: str, url: str, at: datetime) -> None:
    """Learn what a ticket of ours is called in the tracker, and let its thread say so."""
    outbox.withdraw(subject=ticket.about, kind=tracker.CREATE, at=at)
    ticket.number, ticket.node, ticket.url = number, node, url
    ticket.there = {**ticket.there, "closed": False, "login": ""}
    ticket.save(update_fields=["number", "node", "url", "there"])
    desk_posts.rewrite(key=f"{ticket.about}:raised", message=tickets.raised(ticket), at=at)


def _take(ticket: Ticket, issue: Issue, at: datetime) -> None:
    owed, before = tracker_outbound.owed_of(ticket), ticket.there
    current = process.in_force().ask.ticket
    login = _first(issue, current.login_of(name_of(ticket.engineer)))
    # What was closed here while it was left behind is told there only once it is kept again.
    here = bool(before.get("left")) and ticket.closed_at is not None and not before.get("closed")
    if tracker.STATE not in owed and not here and issue.closed != (ticket.closed_at is not None):
        (board.end if issue.closed else board.go_on)(ticket, "the tracker", at)
    if tracker.ASSIGN not in owed and login != before.get("login", ""):
        who, outside = _person(login)
        board.give(ticket, who, outside, "the tracker", at)
    ticket.there = {
        **before,
        "closed": issue.closed,
        "undone": issue.closed and issue.undone,
        "login": login,
        "labelled": _labelled(issue),
        "at": issue.at.isoformat(),
    }
    # Where words were taken back here, they may stand there still.
    back = tracker_outbound.taken_back(ticket)
    titled, told = (tracker_outbound.digest(one) in back for one in (issue.title[:200], issue.body))
    if not titled:
        ticket.title = issue.title[:200]
    if ticket.there.pop("unsaid", False) and (titled or told):
        quoted_posts.say_what_stays(ticket, at)
    stays = before.get("body_taken_back") or told
    if not stays and issue.body.strip() != ticket.body.strip():
        ticket.body = issue.body
        notifications.notify(ticket.about)
    ticket.number, ticket.url = issue.number, issue.url  # Its repository may be called otherwise.
    ticket.save(update_fields=["there", "title", "body", "number", "url"])


def _first(issue: Issue, mine: str) -> str:
    """Give who has it there: whoever has it here, else the first of the team, else the first.

    Who has left the team comes last of those.
    """
    low = [login.lower() for login in issue.logins]
    if mine.lower() in low:
        return mine
    ours = (login for login in issue.logins if (who := _person(login)[0]) and who.active)
    return next(ours, issue.logins[0] if issue.logins else "")


def _person(login: str) -> tuple[Engineer | None, str]:
    """Give the engineer who is called so there, and may have left, or the name of somebody else."""
    name = process.in_force().ask.ticket.name_of(login)
    who = Engineer.objects.filter(name=name).first() if name else None
    return who, "" if who else login


def _labelled(issue: Issue) -> bool:
    label = process.in_force().ask.ticket.label.lower()
    return label in {one.lower() for one in issue.labels}


def _is_ours(issue: Issue) -> bool:
    """Say whether an issue asks for support: by our label, or by the template's title."""
    start = tickets.template().title.strip().lower()
    titled = bool(start) and issue.title.lower().startswith(start)
    return not issue.closed and (_labelled(issue) or titled)


def _arrive(issue: Issue, at: datetime) -> Ticket:
    """Take an issue that somebody made in the tracker: onto the board, and to the team."""
    current = process.in_force()
    who, outside = _person(_first(issue, ""))
    ticket = Ticket.objects.create(
        title=issue.title[:200],
        body=issue.body,
        label=current.ask.ticket.label,
        column=current.ask.ticket.columns[0],
        asked_by=issue.author[:100],
        raised_by=issue.author[:100],
        raised_at=at,
        moved_at=at,
        engineer=who,
        assigned=outside[:100],
        number=issue.number,
        node=issue.node,
        url=issue.url,
        there={
            "closed": issue.closed,
            "login": _first(issue, ""),
            "labelled": _labelled(issue),
            "at": issue.at.isoformat(),
        },
    )
    text = f"{ticket.called} was made in the tracker by {issue.author}: {ticket.title}"
    ticket_record.written(ticket, TicketArrived, text, issue.author, at)
    message = words.ticket_arrived(
        text=current.ask.words.ticket_arrived.format(by=issue.author),
        ticket=ticket.pk,
        title=ticket.title,
        url=issue.url,
    )
    key = f"{ticket.about}:arrived"
    desk_posts.say(key=key, channel=current.team.channel, message=message, at=at)
    tracker_outbound.push(ticket, at)
    return ticket


def concerns(event: MessageSettled) -> bool:
    """Say whether this was owed to the tracker."""
    return event.message_kind in tracker.TOLD or event.message_kind == tracker.LOOK


def settled(*, event: MessageSettled, at: datetime) -> None:
    """Remember what the tracker says now, and tell it what comes next; say what is in the way."""
    message = OutboxMessage.objects.get(key=event.key)
    ticket = ticket_record.locked(number_of(message.subject, "ticket"))
    if not event.delivered:
        tracker_problems.say_trouble(because=event.reason, at=at)
        return
    _LEARN[message.kind](ticket, message, at)
    tracker_outbound.push(ticket, at)


def _created(ticket: Ticket, message: OutboxMessage, at: datetime) -> None:
    number, node, url, labelled, version = message.reference.split(" ")
    if ticket.number is None:
        adopt(ticket, int(number), node, url, at)
        _keep(ticket, version, labelled=labelled == "1")


def _keep(ticket: Ticket, version: str = "", **learned: Any) -> None:
    """Remember what is known to be there, at a version; words of older ones are stale from now."""
    known = str(ticket.there.get("at", ""))
    if version:
        known = max(known, datetime.fromisoformat(version).isoformat())
    ticket.there = {**ticket.there, **learned, "at": known}
    ticket.save(update_fields=["there"])


def _commented(ticket: Ticket, message: OutboxMessage, at: datetime) -> None:
    mine = TicketComment.objects.filter(pk=message.payload["comment"])
    mine.update(there=message.reference)


def column(*, ticket: Ticket, name: str, at: datetime) -> None:
    """Let a locked ticket be in the column in which it is there; an unknown one is left."""
    columns = {one.lower(): one for one in process.in_force().ask.ticket.columns}
    found = columns.get(name.lower())
    if found is None or tracker.COLUMN in tracker_outbound.owed_of(ticket):
        return
    board.place(ticket, found, "the tracker", at)
    _keep(ticket, column=found)


def _stated(ticket: Ticket, message: OutboxMessage, at: datetime) -> None:
    _keep(ticket, message.reference, closed=message.payload["closed"])


def _assigned(ticket: Ticket, message: OutboxMessage, at: datetime) -> None:
    _keep(ticket, message.reference, login=message.payload["login"])


_LEARN: Mapping[str, Callable[[Ticket, OutboxMessage, datetime], None]] = {
    tracker.CREATE: _created,
    tracker.STATE: _stated,
    tracker.ASSIGN: _assigned,
    tracker.LABEL: lambda ticket, message, at: _keep(ticket, labelled=True),
    tracker.COLUMN: lambda ticket, message, at: _keep(ticket, column=message.payload["column"]),
    tracker.COMMENT: _commented,
    tracker.LOOK: lambda ticket, message, at: column(ticket=ticket, name=message.reference, at=at),
}
