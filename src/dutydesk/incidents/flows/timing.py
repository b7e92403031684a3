"""What happens when something that was promised in an incident comes due."""

from datetime import datetime

from dutydesk.chat import flows as chat
from dutydesk.commitments import flows as commitments
from dutydesk.commitments.flows import CommitmentChased, CommitmentDue, CommitmentWarned
from dutydesk.incidents import words
from dutydesk.incidents.flows.limiting import AFTER_LIMIT, reach_limit
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
}


def warned(*, fact: CommitmentWarned, at: datetime) -> None:
    """Remind of an update or a limit that is due soon."""
    incident = _running(fact.sort, fact.subject)
    if incident is None:
        return
    if fact.sort == "incident.limit":
        due = commitments.owed([fact.subject]).get(kind=fact.sort).due_at
        text = f"On call's limit for “{incident.title}” is reached at "
        message = Message(
            f"{text}{clock_time(due, process.in_force().zone)}.", title="Due soon", tone="soon"
        )
        _remind(fact.subject, fact.sort, message, at)
    elif fact.sort in _BUTTONS:
        _remind(fact.subject, fact.sort, _reminder(fact.sort, fact.subject, late=False), at)


def due(*, fact: CommitmentDue, at: datetime) -> None:
    """Call the gathering, reach the limit, or say that something is overdue."""
    incident = _running(fact.sort, fact.subject)
    if incident is None:
        return
    current = process.in_force()
    if fact.sort == "incident.limit":
        commitments.miss(kind=fact.sort, subject=fact.subject, at=at)
        reach_limit(incident, at)
    elif fact.sort == "incident.gathering":
        message = words.gather(
            about=fact.subject,
            title=incident.title,
            questions=current.incidents.gathering.questions,
            mention=current.team.mention,
        )
        chat.say(key=f"{fact.subject}:gather", channel=current.team.channel, message=message, at=at)
        chat.rewrite(key=f"{fact.subject}:gather", message=message, at=at)
    elif fact.sort in _BUTTONS:
        _remind(fact.subject, fact.sort, _reminder(fact.sort, fact.subject, late=True), at)


def chased(*, fact: CommitmentChased, at: datetime) -> None:
    """Say again, in the same place, that something is overdue."""
    if _running(fact.sort, fact.subject) is not None and fact.sort in _BUTTONS:
        _remind(fact.subject, fact.sort, _reminder(fact.sort, fact.subject, late=True), at)


def _running(sort: str, about: str) -> Incident | None:
    if sort not in {*_BUTTONS, *AFTER_LIMIT, "incident.limit"}:
        return None
    found = Incident.objects.get(pk=number_of(about, "incident"))
    return found if found.state == Incident.State.OPEN else None


def _reminder(sort: str, about: str, *, late: bool) -> Message:
    owed = commitments.owed([about]).get(kind=sort)
    action, label = _BUTTONS[sort]
    time = clock_time(owed.due_at, process.in_force().zone)
    return words.reminder(
        about=about,
        text=f"{owed.text}: {'was due' if late else 'due'} at {time}.",
        action=action,
        label=label,
        late=late,
    )


def _remind(about: str, sort: str, message: Message, at: datetime) -> None:
    """Keep one reminder of each kind in the team's channel, rewritten as time goes on."""
    owed = commitments.owed([about]).filter(kind=sort).first()
    key = f"{about}:remind:{sort}:{owed.pk if owed else 0}"
    chat.say(key=key, channel=process.in_force().team.channel, message=message, at=at)
    chat.rewrite(key=key, message=message, at=at)
