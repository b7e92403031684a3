"""Reminding whoever owes something: in the team's channel, and where they are reached at night."""

from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentEvent
from dutydesk.commitments.models import Commitment
from dutydesk.incidents import words
from dutydesk.incidents.flows import exercises, owners
from dutydesk.incidents.rules.owners import Owner
from dutydesk.kernel.messages import Message
from dutydesk.kernel.moments import clock_time
from dutydesk.oncall.flows import notices
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
    """Say again, in the same place, that something is overdue."""
    owed = commitments.still_owed(event)
    if owed is not None:
        remind(owed, _reminder(owed, owners.owner_of(owed, at=at), at, late=True), at)


def remind_owner(owed: Commitment, at: datetime, *, late: bool) -> None:
    """Remind whoever owes it in the team's channel, and out of hours by themselves too."""
    who = owners.owner_of(owed, at=at)
    message = _reminder(owed, who, at, late=late)
    remind(owed, message, at)
    notify(owed, who, message.body, at)


def notify(owed: Commitment, who: Owner, text: str, at: datetime) -> None:
    """Out of working hours, when nobody looks, tell whoever owes it in the ways they chose too.

    Nobody is called for an exercise that they aren't in.
    """
    if who.engineer is None or process.in_force().clock("working").is_open(at):
        return
    if exercises.spares(owed.subject, who.engineer):
        return
    key = f"{owed.subject}:owes:{owed.pk}:{'late' if at >= owed.due_at else 'soon'}"
    title = owed.text[:150]
    notices.notify(
        engineer=who.engineer, key=key, about=owed.subject, title=title, text=text, at=at
    )


def _reminder(owed: Commitment, who: Owner, at: datetime, *, late: bool) -> Message:
    zone = process.in_force().zone
    due_at = clock_time(owed.due_at, zone)
    text = f"{owed.text}: {'was due' if late else 'due'} at {due_at}."
    return words.reminder(
        about=owed.subject,
        text=owners.addressed(text, who, at=at),
        owner=words.owed_by(who, zone, at),
        kind=commitments.kind_of(owed),
        late=late,
    )


def remind(owed: Commitment, message: Message, at: datetime) -> None:
    """Keep one reminder of each promise in the team's channel, rewritten as time goes on."""
    key = f"{owed.subject}:remind:{owed.kind}:{owed.pk}"
    desk_posts.show(key=key, channel=process.in_force().team.channel, message=message, at=at)
