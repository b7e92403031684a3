"""Telling the team that something that came in can't be worked out."""

from collections.abc import Sequence
from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.inbox.models import Arrival
from dutydesk.kernel.arrivals import Arrived
from dutydesk.kernel.messages import Button, Message
from dutydesk.kernel.subjects import subject
from dutydesk.process.flows import process


def tell_team(
    arrivals: Sequence[Arrived], why: Sequence[str], at: datetime
) -> Sequence[Sequence[str]]:
    """Say it in the team's channel: one post a day for their door, which counts."""
    current, last = process.in_force(), arrivals[-1]
    day = f"{at.astimezone(current.zone):%Y-%m-%d}"
    aside = Arrival.objects.filter(door=last.door, outcome=Arrival.Outcome.ASIDE)
    before = aside.exclude(pk__in=[one.number for one in arrivals]).count()
    desk_posts.show(
        key=f"arrivals:{last.door}:{day}",
        channel=current.team.channel,
        message=_message(last, why[-1], before + len(arrivals)),
        at=at,
    )
    return [()] * len(arrivals)


def _message(arrived: Arrived, why: str, count: int) -> Message:
    things = (
        f"{count} things that {arrived.sender} told"
        if count > 1
        else (f"Something that {arrived.sender} told")
    )
    return Message(
        body=f"{things} can't be worked out, and {'are' if count > 1 else 'is'} kept. "
        f"The last, arrival {arrived.number}: {why} Mend what is in the way, then try again.",
        title=f"Put aside: {arrived.sender}",
        buttons=(Button("arrival.retry", subject("arrival", arrived.number), "Try again"),),
        tone="soon",
    )
