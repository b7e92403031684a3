"""What happens when something that was promised in an incident or a maintenance comes due."""

from datetime import datetime

from dutydesk.chat.flows import saying as chat
from dutydesk.commitments import flows as commitments
from dutydesk.commitments.flows import (
    CommitmentChased,
    CommitmentDue,
    CommitmentFact,
    CommitmentWarned,
)
from dutydesk.commitments.models import Commitment
from dutydesk.incidents import words
from dutydesk.incidents.flows import limiting, owners
from dutydesk.incidents.flows.reaching import reach_limit
from dutydesk.incidents.models import Incident
from dutydesk.kernel.messages import Message
from dutydesk.kernel.moments import clock_time
from dutydesk.kernel.subjects import number_of
from dutydesk.process import flows as process

_BUTTONS = {
    "incident.update": ("incident.update", "Write the update"),
    "incident.gathering": ("incident.gather", "Record what was decided"),
    "incident.maintenance": ("incident.maintain", "Start maintenance"),
    "incident.inform": ("incident.inform", "Inform the team"),
    "incident.plan": ("incident.plan", "Write the plan"),
    "incident.maintenance-end": ("maintenance.end", "Put it back"),
}
_SAID_ELSEWHERE = ("incident.limit", "incident.takeover")


def warned(*, fact: CommitmentWarned, at: datetime) -> None:
    """Remind of an update or a limit that is due soon."""
    owed = _owed(fact)
    if owed is None:
        return
    if fact.sort == "incident.limit":
        current = process.in_force()
        time, who = clock_time(owed.due_at, current.zone), owners.owner_of(owed, at=at)
        text = owners.addressed(f"{owed.text} is reached at {time}.", who, at=at)
        _remind(owed, Message(text, title="Due soon", tone="soon"), at)
    elif fact.sort in _BUTTONS:
        _remind(owed, _reminder(owed, at, late=False), at)


def due(*, fact: CommitmentDue, at: datetime) -> None:
    """Call the gathering, reach the limit, hand over to support, or say what is overdue."""
    # First the incident, then its commitments: in the order in which every flow locks them.
    incident = _incident(fact) if fact.subject.startswith("incident:") else None
    owed = _owed(fact)
    if owed is None:
        return
    if incident is not None and fact.sort == "incident.limit":
        _limit_due(incident, owed, at)
    elif incident is not None and fact.sort == "incident.takeover":
        limiting.take_over(incident, at)
    elif incident is not None and fact.sort == "incident.gathering":
        _call_gathering(incident, owed, at)
    else:
        _remind(owed, _reminder(owed, at, late=True), at)


def _call_gathering(incident: Incident, owed: Commitment, at: datetime) -> None:
    """Call the team together in working hours, and out of them whoever owes it alone."""
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
    chat.show(key=key, channel=current.team.channel, message=message, at=at)


def _limit_due(incident: Incident, owed: Commitment, at: datetime) -> None:
    """Reach the limit, unless working hours have opened: then it is support's already."""
    working = process.in_force().clock("working")
    if working.is_open(owed.due_at):
        commitments.withdraw(kind=owed.kind, subject=owed.subject, at=at)
        return
    commitments.miss(kind=owed.kind, subject=owed.subject, at=at)
    if not working.is_open(at):
        reach_limit(incident, at)


def _incident(fact: CommitmentFact) -> Incident:
    number = number_of(fact.subject, "incident")
    return Incident.objects.select_for_update(of=("self",)).get(pk=number)


def chased(*, fact: CommitmentChased, at: datetime) -> None:
    """Say again, in the same place, that something is overdue."""
    owed = _owed(fact)
    if owed is not None and fact.sort in _BUTTONS:
        _remind(owed, _reminder(owed, at, late=True), at)


def _owed(fact: CommitmentFact) -> Commitment | None:
    """Give the incident's commitment that a fact tells of, unless it was settled since."""
    ours = fact.sort in _BUTTONS or fact.sort in _SAID_ELSEWHERE
    return commitments.still_owed(fact) if ours else None


def _reminder(owed: Commitment, at: datetime, *, late: bool) -> Message:
    action, label = _BUTTONS[owed.kind]
    zone, who = process.in_force().zone, owners.owner_of(owed, at=at)
    due_at = clock_time(owed.due_at, zone)
    text = f"{owed.text}: {'was due' if late else 'due'} at {due_at}."
    return words.reminder(
        about=owed.subject,
        text=owners.addressed(text, who, at=at),
        owner=words.owed_by(who, zone, at),
        action=action,
        label=label,
        late=late,
    )


def _remind(owed: Commitment, message: Message, at: datetime) -> None:
    """Keep one reminder of each promise in the team's channel, rewritten as time goes on."""
    key = f"{owed.subject}:remind:{owed.kind}:{owed.pk}"
    chat.show(key=key, channel=process.in_force().team.channel, message=message, at=at)
