"""Channels that the process or a team names, in which nothing is heard in the chat outside."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from dutydesk.chat.flows import channels, desk_posts
from dutydesk.chat.models import Channel
from dutydesk.kernel.messages import Message
from dutydesk.process.flows import process


@transaction.atomic
def note(why: Mapping[str, str], *, chat: str, at: datetime) -> None:
    """Remember why nothing is heard of these channels, by their names; all others are heard.

    The team is told of each that is lost, and of each that is heard again; one that nobody names
    any more is forgotten. `chat`: such as Slack.
    """
    meant = channels.meant()
    lost = {name: because for name, because in why.items() if name in meant}
    rows = Channel.objects.select_for_update().filter(Q(name__in=lost) | ~Q(unheard=""))
    for one in rows.order_by("pk"):
        before, one.unheard = one.unheard, lost.get(one.name, "")
        if before == one.unheard:
            continue
        one.save(update_fields=["unheard"])
        if one.name in meant and not (before and one.unheard):
            _tell(one, chat, at)


def _tell(one: Channel, chat: str, at: datetime) -> None:
    told = Message(f"What is written in {one.name} in {chat} is heard again.")
    if one.unheard:
        told = Message(
            f"What is written in {one.name} in {chat} isn't heard here any more: {one.unheard} "
            "What was asked before goes on on the desk.",
            tone="soon",
        )
    desk_posts.say(
        key=f"unheard:{one.pk}:{at.isoformat()}"[:120],
        channel=process.in_force().team.channel,
        message=told,
        at=at,
    )


def unheard() -> dict[str, str]:
    """Give why nothing is heard of each channel of which nothing is. One query."""
    rows = Channel.objects.exclude(unheard="").order_by("name")
    return dict(rows.values_list("name", "unheard"))
