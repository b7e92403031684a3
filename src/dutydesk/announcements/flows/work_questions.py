"""Asking whether work has begun when it was to begin, and whether it is over when it was to be."""

from datetime import datetime

from dutydesk.announcements import words
from dutydesk.announcements.rules.promises import START
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentEvent
from dutydesk.commitments.models import Commitment
from dutydesk.incidents import words as incident_words
from dutydesk.incidents.flows import owners, reminders
from dutydesk.incidents.rules.owners import Owner
from dutydesk.kernel.messages import Message
from dutydesk.process.flows import process


def ask(*, event: CommitmentEvent, at: datetime) -> None:
    """Ask whoever owes it in the team's channel, and out of hours where they are reached too."""
    owed = commitments.still_owed(event)
    if owed is not None:
        who = owners.owner_of(owed, at=at)
        message = _question(owed, who, at)
        reminders.remind(owed, message, at)
        reminders.notify(owed, who, message.body, at)


def ask_again(*, event: CommitmentEvent, at: datetime) -> None:
    """Say in the same place how long it is overdue, or by how much the work overruns."""
    owed = commitments.still_owed(event)
    if owed is not None:
        reminders.remind(owed, _question(owed, owners.owner_of(owed, at=at), at), at)


def _question(owed: Commitment, who: Owner, at: datetime) -> Message:
    zone = process.in_force().zone
    asked = words.has_it_begun if owed.kind == START else words.is_it_over
    return asked(
        about=owed.subject,
        text=owners.addressed(owed.text, who, at=at),
        owner=incident_words.owed_by(who, zone, at),
        due=words.since(owed.due_at, zone, at),
    )
