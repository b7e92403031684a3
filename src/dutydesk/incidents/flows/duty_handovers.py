"""What is owed goes with the duty: whoever takes over is told, by name and once, what is theirs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import ClassVar

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from dutydesk.chat.flows import desk_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentDue
from dutydesk.commitments.models import Commitment
from dutydesk.commitments.rules import Promise
from dutydesk.database import rows
from dutydesk.incidents.flows import owner_notices, owners, role_handovers
from dutydesk.incidents.rules.handovers import handed_over, next_change, takes_over
from dutydesk.incidents.rules.owners import DUTIES
from dutydesk.incidents.rules.promises import HANDOVER
from dutydesk.incidents.words import role_words
from dutydesk.journal.flows import journal
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.connected import Connected
from dutydesk.kernel.events import Event
from dutydesk.kernel.moments import when
from dutydesk.people.models import Engineer
from dutydesk.ports.handovers import HandoverPosts
from dutydesk.process.flows import process
from dutydesk.rota.flows import notices, roster

SUBJECT = "handover"
POSTS = Connected[HandoverPosts]()
"""Says whether a handover's own post tells the channel what somebody takes over."""
_HANDED_ON = ("incident.", "announcement.", "page.held")
_JUST = timedelta(seconds=1)
_SAME_TURN = timedelta(hours=3)
_SHOWN = 12


@dataclass(frozen=True)
class DutyHandedOver(Event):
    """Somebody was told what they owe from a moment on: these promises."""

    kind: ClassVar[str] = "duty.handed-over"
    engineer: int
    promises: list[int]


def look_after(*, at: datetime) -> None:
    """Wait for the next moment at which somebody takes over, as the rota stands.

    While nothing is owed there is nothing to wait for. Workers may do this at the same time.
    """
    asked = [HANDOVER, SUBJECT, [f"{kind}%" for kind in _HANDED_ON]]
    found: list[tuple[datetime | None, bool]] = rows.run(_WAITS, asked).fetchall()
    due, owed = found[0]
    following = _next_change(at) if owed else None
    if due != following and (due is None or due > at):
        _wait_for(following, at)


_WAITS = """
SELECT (
    SELECT due_at FROM commitments_commitment WHERE state = 'open' AND kind = %s AND subject = %s
), EXISTS (
    SELECT FROM commitments_commitment WHERE state = 'open' AND owner <> '' AND kind LIKE ANY(%s)
)
"""


@transaction.atomic
def _wait_for(following: datetime | None, at: datetime) -> None:
    rows.lock([HANDOVER])  # Of two who look at once, the second finds what the first left.
    if following is None:
        commitments.withdraw(kind=HANDOVER, subject=SUBJECT, at=at)
        return
    commitments.promise(
        kind=HANDOVER,
        subject=SUBJECT,
        owner="",
        text=HANDOVER.text,
        times=Promise(due_at=following),
        at=at,
    )


def _next_change(at: datetime) -> datetime | None:
    """Give when somebody else may have a duty next."""
    ends = next_change(roster.who(at=at, duties=DUTIES), at)
    return min(filter(None, (ends, roster.next_start(at))), default=None)


def handed_on() -> QuerySet[Commitment]:
    """Give what a duty may owe: of incidents and announcements, and alarms that are held."""
    kinds = (Q(kind__startswith=kind) for kind in _HANDED_ON)
    return commitments.owed().filter(reduce(or_, kinds))


def hand_over(*, event: CommitmentDue, at: datetime) -> None:
    """Tell whoever takes over what is theirs, in the team's channel and by themselves.

    What a handover's post tells in the channel is not said there again. Nothing owed is nothing
    said. Clauses support.day-start, support.day-end.
    """
    due = commitments.still_owed(event)
    if due is None:
        return
    commitments.keep(kind=HANDOVER, subject=SUBJECT, at=at)
    role_handovers.ask(before=min(due.due_at, at) - _JUST, at=at)
    owed = {one.pk: one for one in handed_on()}
    since = takes_over(process.in_force(), at)
    before = owners.owners(owed.values(), at=min(due.due_at, at) - _JUST)
    after = owners.owners(owed.values(), at=since)
    told = _told_before(at)
    moved = handed_over(before, after)
    for who in Engineer.objects.filter(pk__in=moved).select_related("account"):
        new = [owed[number] for number in moved[who.pk] if (who.pk, number) not in told]
        if new:
            _tell(who, new, since, at)
    look_after(at=at)


def _told_before(at: datetime) -> set[tuple[int, int]]:
    """Give what was told to whom at the beginning of this turn of the day already."""
    entries = JournalEntry.objects.filter(
        kind=DutyHandedOver.kind, subject=SUBJECT, at__gt=at - _SAME_TURN
    )
    return {
        (data["engineer"], number)
        for data in entries.values_list("data", flat=True)
        for number in data["promises"]
    }


def _tell(who: Engineer, owed: list[Commitment], since: datetime, at: datetime) -> None:
    current = process.in_force()
    begins = "from now on" if since == at else f"from {when(since, current.zone, at)} on"
    message = role_words.handed_over(
        name=who.name,
        since=begins,
        lines=[f"{one.text}: due {when(one.due_at, current.zone, at)}" for one in owed[:_SHOWN]],
        count=len(owed),
        link=settings.BASE_URL + path_to("owed"),
    )
    key = f"{SUBJECT}:{at.isoformat()}:{who.pk}"
    numbers = [one.pk for one in owed]
    if not POSTS.who or not POSTS.who.tells(who.pk, numbers, since=since, at=at):
        post = owner_notices.mentioning(message, who.pk)
        desk_posts.say(key=key, channel=current.team.channel, message=post, at=at)
    notices.tell(who, message, key=f"{key}:alone", at=at)
    journal.record(
        event=DutyHandedOver(who.pk, numbers),
        subject=SUBJECT,
        text=f"{who.name} was told what they owe {begins}",
        at=at,
        clause="support.day-end",
    )
