"""What is in the tracker's way, said once to the people who can mend it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.desk import words
from dutydesk.desk.models import Ticket
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.tracker import LOOK, TOLD
from dutydesk.process.flows import process

_TROUBLED = timedelta(minutes=1)


def trouble(*, at: datetime) -> str:
    """Give why the tracker isn't told of tickets just now; empty if it is."""
    owed = OutboxMessage.objects.filter(
        due_at__isnull=False,
        kind__in=(*TOLD, LOOK),
        queued_at__lte=at - _TROUBLED,
    ).exclude(reason="")
    waiting = owed.order_by("queued_at").first()
    return waiting.reason if waiting is not None else ""


@transaction.atomic
def say_trouble(*, because: str, at: datetime) -> None:
    """Tell the team, once a day for each reason, what keeps the tracker from following."""
    current = process.in_force()
    day = at.astimezone(current.zone).date()
    named = hashlib.sha256(because.encode()).hexdigest()[:12]
    desk_posts.say(
        key=f"tracker:trouble:{day}:{named}",
        channel=current.team.channel,
        message=words.tracker_trouble(
            text=current.ask.words.tracker_trouble.format(because=because),
            waiting=Ticket.objects.filter(behind=True).count(),
        ),
        at=at,
    )


@transaction.atomic
def say_left(tickets: Sequence[Ticket], *, at: datetime) -> None:
    """Tell the team, once for each place, which tickets are not where they are kept now."""
    current = process.in_force()
    where = sorted({one.url.partition("/issues/")[0] for one in tickets})
    now, numbers = current.ask.ticket.repository, [one.called for one in tickets]
    named = hashlib.sha256(" ".join((*where, now)).encode()).hexdigest()[:12]
    desk_posts.say(
        key=f"tracker:left:{named}",
        channel=current.team.channel,
        message=words.tickets_left(numbers, where=where, now=now),
        at=at,
    )
