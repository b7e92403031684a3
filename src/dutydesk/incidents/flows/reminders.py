"""Reminding whoever owes something: in the team's channel, and where they are reached at night."""

from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentEvent
from dutydesk.commitments.models import Commitment
from dutydesk.incidents import words
from dutydesk.incidents.flows import escalations, owner_notices, owners
from dutydesk.incidents.rules.owners import Owner
from dutydesk.kernel.messages import Message
from dutydesk.kernel.moments import clock_time
from dutydesk.process.flows import process


def warn(*, event: CommitmentEvent, at: datetime) -> None:
    """Tell whoever owes it that something is due soon."""
    owed = commitments.still_owed(event)
    if owed is not None:
        remind_owner(owed, at, late=False)


def say_due(*, event: CommitmentEvent, at: datetime) -> None:
    """Tell whoever owes it that something is due and not done."""
    owed = commitments.still_owed(event)
    if owed is not None:
        remind_owner(owed, at, late=True)


def chase(*, event: CommitmentEvent, at: datetime) -> None:
    """Say again, in the same place, that something is overdue; nobody moved, so tell the next."""
    owed = commitments.still_owed(event)
    if owed is not None:
        line = owners.line_of(owed, at=at)
        _remind(owed, line[0], at, late=True)
        escalations.escalate(owed, line, at)


def remind_owner(owed: Commitment, at: datetime, *, late: bool) -> None:
    """Remind whoever owes it in the team's channel, and out of hours by themselves too."""
    _remind(owed, owners.owner_of(owed, at=at), at, late=late)


def _remind(owed: Commitment, who: Owner, at: datetime, *, late: bool) -> None:
    message = _reminder(owed, who, at, late=late)
    remind(owed, message, at)
    notify(owed, who, message.body, at)


def notify(owed: Commitment, who: Owner, text: str, at: datetime) -> None:
    """Out of working hours tell whoever owes it by contact methods too: once soon, and once late.

    Somebody who owes it from then on is told too.
    """
    stage = "late" if at >= owed.due_at else "soon"
    key = f"{owed.subject}:owes:{owed.pk}:{stage}:{who.engineer}"
    owner_notices.notify(owed, who, text, at, key=key)


def _reminder(owed: Commitment, who: Owner, at: datetime, *, late: bool) -> Message:
    zone = process.in_force().zone
    due_at = clock_time(owed.due_at, zone)
    text = f"{owed.text}: {'was due' if late else 'due'} at {due_at}."
    message = words.reminder(
        about=owed.subject,
        text=owners.addressed(text, who, at=at, about=owed.subject),
        owner=words.owed_by(who, zone, at),
        kind=commitments.kind_of(owed),
        late=late,
    )
    return owner_notices.mentioning(message, who.engineer)


def remind(owed: Commitment, message: Message, at: datetime) -> None:
    """Keep one reminder of each promise in the team's channel, rewritten as time goes on."""
    key = f"{owed.subject}:remind:{owed.kind}:{owed.pk}"
    desk_posts.show(key=key, channel=process.in_force().team.channel, message=message, at=at)
