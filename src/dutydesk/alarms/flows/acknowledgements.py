"""What a monitoring system says about people: that somebody there works on an alarm."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from dutydesk.alarms import words
from dutydesk.alarms.models import Alarm
from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import Post
from dutydesk.journal.flows import journal
from dutydesk.kernel.events import Event
from dutydesk.kernel.subjects import subject


@dataclass(frozen=True)
class AlarmAcknowledgedElsewhere(Event):
    """A monitoring system says that somebody works on an alarm. It doesn't say who."""

    kind: ClassVar[str] = "alarm.acknowledged_elsewhere"
    alarm: int
    client: str


@transaction.atomic
def acknowledged_elsewhere(*, group_key: str, client: str, at: datetime) -> Alarm | None:
    """Say under the alarm that somebody works on it elsewhere; None if nothing of it fires.

    Nobody is named, so calling goes on until one of the engineers has it. Clause oncall.respond.
    """
    found = Alarm.objects.filter(group_key=group_key, state=Alarm.State.FIRING).first()
    if found is None:
        return None
    about, who = subject("alarm", found.pk), client[:100] or "The monitoring system"
    root = Post.objects.filter(key=found.post_key).select_related("channel").first()
    if root is not None:
        desk_posts.say(
            key=f"{about}:acknowledged:{who}"[:120],
            channel=root.channel.name,
            thread=root,
            message=words.acknowledged_elsewhere(client=who),
            at=at,
        )
    journal.record(
        event=AlarmAcknowledgedElsewhere(found.pk, client),
        subject=about,
        text=f"{who} says that somebody works on it",
        at=at,
        actor="monitoring",
        clause="oncall.respond",
    )
    return found
