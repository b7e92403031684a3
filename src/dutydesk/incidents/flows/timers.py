"""What happens when something that was promised in an incident or a maintenance comes due."""

from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import (
    CommitmentDue,
    CommitmentEvent,
    CommitmentWarned,
)
from dutydesk.commitments.models import Commitment
from dutydesk.incidents import words
from dutydesk.incidents.flows import gatherings, oncall_limit, owner_notices, owners, reminders
from dutydesk.incidents.flows.after_limit import reach_limit
from dutydesk.incidents.models import Incident
from dutydesk.incidents.rules.promises import LIMIT
from dutydesk.kernel.messages import Message
from dutydesk.kernel.moments import clock_time
from dutydesk.kernel.subjects import number_of
from dutydesk.process.flows import process


def say_overdue(*, event: CommitmentDue, at: datetime) -> None:
    """Tell whoever owes it that it is due in an incident and not done."""
    _, owed = _incident_and_owed(event)
    if owed is not None:
        reminders.remind_owner(owed, at, late=True)


def warn_of_limit(*, event: CommitmentWarned, at: datetime) -> None:
    """Tell whoever works on it when on call's limit is reached."""
    owed = commitments.still_owed(event)
    if owed is None:
        return
    time, who = clock_time(owed.due_at, process.in_force().zone), owners.owner_of(owed, at=at)
    text = owners.addressed(f"{owed.text} is reached at {time}.", who, at=at)
    reminders.remind(owed, Message(text, title="Due soon", tone="soon"), at)
    reminders.notify(owed, who, text, at)


def call_gathering(*, event: CommitmentDue, at: datetime) -> None:
    """Call the team together in working hours, and out of them whoever owes it alone."""
    incident, owed = _incident_and_owed(event)
    if owed is None:
        return
    current, who = process.in_force(), owners.owner_of(owed, at=at)
    call = owners.addressed("Time to gather about this.", who, at=at, about=owed.subject)
    if who.name and current.clock("working").is_open(at) and not incident.exercise:
        call = f"{current.team.mention} {call}"
    message = words.gather(
        about=owed.subject,
        title=incident.title,
        call=call,
        questions=current.incidents.gathering.questions,
        expected=gatherings.expected(incident, at),
    )
    key, post = gatherings.call_key(owed), owner_notices.mentioning(message, who.engineer)
    desk_posts.show(key=key, channel=current.team.channel, message=post, at=at)
    reminders.notify(owed, who, call, at)


def reach_or_drop_limit(*, event: CommitmentDue, at: datetime) -> None:
    """Reach the limit, unless working hours have opened: then it is support's already."""
    incident, owed = _incident_and_owed(event)
    if owed is None:
        return
    working = process.in_force().clock("working")
    if working.is_open(owed.due_at):
        commitments.withdraw(kind=LIMIT, subject=owed.subject, at=at)
        return
    commitments.miss(kind=LIMIT, subject=owed.subject, at=at)
    if not working.is_open(at):
        reach_limit(incident, at)


def hand_over(*, event: CommitmentDue, at: datetime) -> None:
    """Give the incident to support, as working hours open."""
    incident, owed = _incident_and_owed(event)
    if owed is not None:
        oncall_limit.take_over(incident, at)


def _incident_and_owed(event: CommitmentEvent) -> tuple[Incident, Commitment | None]:
    """Give the incident, locked, and what a fact tells of, unless that was settled since.

    First the incident, then its commitments: in the order in which every flow locks them.
    """
    number = number_of(event.subject, "incident")
    incident = Incident.objects.select_for_update(of=("self",)).get(pk=number)
    return incident, commitments.still_owed(event)
