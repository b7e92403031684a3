"""What happens when something that was promised in an incident or a maintenance comes due."""

from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import (
    CommitmentChased,
    CommitmentDue,
    CommitmentEvent,
    CommitmentWarned,
)
from dutydesk.commitments.models import Commitment
from dutydesk.incidents import words
from dutydesk.incidents.flows import oncall_limit, owners
from dutydesk.incidents.flows.after_limit import reach_limit
from dutydesk.incidents.models import Incident
from dutydesk.incidents.rules.owners import Owner
from dutydesk.incidents.rules.promises import LIMIT
from dutydesk.kernel.messages import Message
from dutydesk.kernel.moments import clock_time
from dutydesk.kernel.subjects import number_of
from dutydesk.oncall.flows import notices
from dutydesk.process.flows import process


def remind(*, event: CommitmentWarned, at: datetime) -> None:
    """Remind whoever owes it of what is due soon."""
    owed = commitments.still_owed(event)
    if owed is not None:
        _remind_owner(owed, at, late=False)


def say_overdue(*, event: CommitmentDue, at: datetime) -> None:
    """Tell whoever owes it that it is due in an incident and not done."""
    _, owed = _incident_and_owed(event)
    if owed is not None:
        _remind_owner(owed, at, late=True)


def say_still_out(*, event: CommitmentDue, at: datetime) -> None:
    """Tell whoever owes it that a service should be back from maintenance, and is not."""
    owed = commitments.still_owed(event)
    if owed is not None:
        _remind_owner(owed, at, late=True)


def say_again(*, event: CommitmentChased, at: datetime) -> None:
    """Say again, in the same place, that something is overdue."""
    owed = commitments.still_owed(event)
    if owed is not None:
        _remind(owed, _reminder(owed, owners.owner_of(owed, at=at), at, late=True), at)


def warn_of_limit(*, event: CommitmentWarned, at: datetime) -> None:
    """Tell whoever works on it when on call's limit is reached."""
    owed = commitments.still_owed(event)
    if owed is None:
        return
    time, who = clock_time(owed.due_at, process.in_force().zone), owners.owner_of(owed, at=at)
    text = owners.addressed(f"{owed.text} is reached at {time}.", who, at=at)
    _remind(owed, Message(text, title="Due soon", tone="soon"), at)
    _notify(owed, who, text, at)


def call_gathering(*, event: CommitmentDue, at: datetime) -> None:
    """Call the team together in working hours, and out of them whoever owes it alone."""
    incident, owed = _incident_and_owed(event)
    if owed is None:
        return
    current, who = process.in_force(), owners.owner_of(owed, at=at)
    call = owners.addressed("Time to gather about this.", who, at=at)
    if who.name and current.clock("working").is_open(at):
        call = f"{current.team.mention} {call}"
    message = words.gather(
        about=owed.subject,
        title=incident.title,
        call=call,
        questions=current.incidents.gathering.questions,
    )
    key = f"{owed.subject}:gather"
    desk_posts.show(key=key, channel=current.team.channel, message=message, at=at)
    _notify(owed, who, call, at)


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


def _remind_owner(owed: Commitment, at: datetime, *, late: bool) -> None:
    who = owners.owner_of(owed, at=at)
    message = _reminder(owed, who, at, late=late)
    _remind(owed, message, at)
    _notify(owed, who, message.body, at)


def _notify(owed: Commitment, who: Owner, text: str, at: datetime) -> None:
    """Out of working hours, when nobody looks, tell whoever owes it in the ways they chose too."""
    if who.engineer is None or process.in_force().clock("working").is_open(at):
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


def _remind(owed: Commitment, message: Message, at: datetime) -> None:
    """Keep one reminder of each promise in the team's channel, rewritten as time goes on."""
    key = f"{owed.subject}:remind:{owed.kind}:{owed.pk}"
    desk_posts.show(key=key, channel=process.in_force().team.channel, message=message, at=at)
