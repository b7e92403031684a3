"""Telling the next in order when something is late in an incident and its owner has not moved."""

from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.incidents.flows import exercises, owner_notices
from dutydesk.incidents.flows.owners import Line
from dutydesk.incidents.rules.owners import Owner
from dutydesk.incidents.rules.promises import GATHERING, LEAD_CHOICE, UPDATE
from dutydesk.incidents.words import role_words
from dutydesk.kernel.moments import clock_time
from dutydesk.people.flows import names
from dutydesk.process.flows import process

ESCALATED = (UPDATE, LEAD_CHOICE, GATHERING)


def escalate(owed: Commitment, line: Line, at: datetime) -> None:
    """Tell one more of those who may owe it, each once; after the last whoever leads support.

    `line`: who may owe it at `at`. Called each so long after it was due; an exercise is not whoever
    leads support's. Clause announce.commitment.
    """
    if owed.kind not in ESCALATED or not owed.chase_every:
        return
    late = line[0].name
    turn = (at - owed.due_at) // owed.chase_every
    others = _others(line, late)
    if turn == len(others) + 1 and not exercises.named(owed.subject):
        others = _others((*line, *_support_lead()), late)
    if 1 <= turn <= len(others):
        _tell(owed, others[turn - 1], late, at)


def _others(line: Line, late: str) -> list[Owner]:
    """Give those of a line who are not late with it themselves, each once."""
    there = (one for one in line if one.name and one.name != late)
    return list({one.engineer: one for one in there}.values())


def _support_lead() -> tuple[Owner, ...]:
    """Give whoever leads support, if the process names somebody on the team."""
    lead = names.support_lead()
    return (Owner(lead.name, "leads support", lead.pk),) if lead else ()


def _tell(owed: Commitment, who: Owner, late: str, at: datetime) -> None:
    current, kind = process.in_force(), commitments.kind_of(owed)
    due = clock_time(owed.due_at, current.zone)
    message = role_words.escalated(
        about=owed.subject,
        text=f"{owed.text} was due at {due}.",
        late=late,
        name=who.name,
        kind=kind.action,
        label=kind.label,
    )
    key = f"{owed.subject}:late:{owed.pk}:{who.engineer}"
    post = owner_notices.mentioning(message, who.engineer)
    desk_posts.say(key=key, channel=current.team.channel, message=post, at=at)
    owner_notices.notify(owed, who, message.body, at, key=key)
