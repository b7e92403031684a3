"""Reminding of planned work, and asking whether it has begun, and whether it is over."""

from datetime import datetime

from dutydesk.announcements import words
from dutydesk.announcements.flows import announcers, unconfirmed
from dutydesk.announcements.models import Announcement
from dutydesk.announcements.rules.promises import START
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentEvent
from dutydesk.commitments.models import Commitment
from dutydesk.incidents import words as incident_words
from dutydesk.incidents.flows import owners, reminders
from dutydesk.incidents.rules.owners import Owner
from dutydesk.kernel.messages import Message
from dutydesk.kernel.moments import clock_time
from dutydesk.kernel.subjects import number_of
from dutydesk.process.flows import process


def warn(*, event: CommitmentEvent, at: datetime) -> None:
    """Tell whoever owes it that the work's start, or its end, is near."""
    owed = commitments.still_owed(event)
    if owed is None:
        return
    who, zone = _owner(owed, at), process.in_force().zone
    text = f"{owed.text}: due at {clock_time(owed.due_at, zone)}."
    message = incident_words.reminder(
        about=owed.subject,
        text=owners.addressed(text, who, at=at),
        owner=incident_words.owed_by(who, zone, at),
        kind=commitments.kind_of(owed),
        late=False,
    )
    reminders.remind(owed, message, at)
    reminders.notify(owed, who, message.body, at)


def ask(*, event: CommitmentEvent, at: datetime) -> None:
    """Ask whoever owes it in the team's channel, and out of hours where they are reached too.

    Whether work is over that nobody says has begun is not asked.
    """
    owed = commitments.still_owed(event)
    if owed is not None and not unconfirmed.never_began(owed, at):
        who = _owner(owed, at)
        message = _question(owed, who, at)
        reminders.remind(owed, message, at)
        reminders.notify(owed, who, message.body, at)


def ask_again(*, event: CommitmentEvent, at: datetime) -> None:
    """Say in the same place how long it is overdue, or by how much the work overruns."""
    owed = commitments.still_owed(event)
    if owed is not None and not unconfirmed.given_up(owed, at):
        reminders.remind(owed, _question(owed, _owner(owed, at), at), at)


def chase_update(*, event: CommitmentEvent, at: datetime) -> None:
    """Say again that an update is overdue; not for ever, of work that never began."""
    owed = commitments.still_owed(event)
    if owed is not None and not unconfirmed.given_up(owed, at):
        reminders.chase(event=event, at=at)


def _question(owed: Commitment, who: Owner, at: datetime) -> Message:
    zone = process.in_force().zone
    due = words.since(owed.due_at, zone, at)
    start = owed.kind == START
    text = words.was_to_begin(owed.text, due) if start else words.was_to_end(owed.text, due)
    asked = words.has_it_begun if start else words.is_it_over
    return asked(
        about=owed.subject,
        text=owners.addressed(text, who, at=at),
        owner=incident_words.owed_by(who, zone, at),
    )


def _owner(owed: Commitment, at: datetime) -> Owner:
    """Give who owes it; if nobody is on at that time, whoever announced it, if they are there."""
    who = owners.owner_of(owed, at=at)
    if who.engineer is not None:
        return who
    found = Announcement.objects.get(pk=number_of(owed.subject, "announcement"))
    by = announcers.announcer(found)
    return Owner(by.name, "announced it", by.pk) if by is not None else who
