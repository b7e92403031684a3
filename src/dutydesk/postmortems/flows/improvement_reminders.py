"""Reminding whoever owns an improvement: before it is due, then, and each week after."""

from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentEvent
from dutydesk.kernel.messages import Button, Message
from dutydesk.kernel.moments import when
from dutydesk.kernel.subjects import number_of
from dutydesk.postmortems.models import Improvement
from dutydesk.postmortems.rules.promises import IMPROVEMENT
from dutydesk.process.flows import process
from dutydesk.rota.flows import notices


def remind(*, event: CommitmentEvent, at: datetime) -> None:
    """Tell its owner; once it is late, in the team's channel too. Clause postmortem.improvements.

    Where the owner has left the team, the team is told that somebody else is needed.
    """
    owed = commitments.still_owed(event)
    if owed is None:
        return
    number = number_of(event.subject, "improvement")
    one = Improvement.objects.select_related("owner").get(pk=number)
    current, late = process.in_force(), at >= owed.due_at
    text = f"{one.title}: {'was due' if late else 'due'} {when(owed.due_at, current.zone, at)}."
    key = f"{event.subject}:remind:{owed.pk}:{at.astimezone(current.zone).date()}:{event.kind}"
    there = one.owner if one.owner is not None and one.owner.active else None
    said = Message(
        text,
        title="Overdue improvement" if late else "Improvement due soon",
        facts=(("Owned by", there.name if there else f"{owed.owner}, who has left the team"),),
        buttons=(
            Button(IMPROVEMENT.action, event.subject, IMPROVEMENT.label),
            Button("improvement.change", event.subject, "Change it"),
        ),
        tone="high" if late else "soon",
    )
    if there is not None:
        notices.tell(there, said, key=key, at=at)
    if late or there is None:
        channel = current.team.channel
        desk_posts.say(key=f"{key}:team", channel=channel, message=said, at=at)
