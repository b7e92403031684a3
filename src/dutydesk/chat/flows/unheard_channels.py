"""Channels that the process or a team names, in which nothing is heard in the chat outside."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from dutydesk.chat.flows import channels, desk_posts
from dutydesk.chat.models import Channel, ChannelMapping
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
    read = ChannelMapping.objects.filter(channel=OuterRef("pk")).exclude(seen="")
    for one in rows.annotate(heard=Exists(read)).order_by("pk"):
        before, one.unheard = one.unheard, lost.get(one.name, "")
        if before == one.unheard:
            continue
        one.save(update_fields=["unheard"])
        if one.name in meant and not (before and one.unheard):
            _tell(one, chat, at, was=one.heard)


def _tell(one: Channel, chat: str, at: datetime, *, was: bool) -> None:
    """Tell the team of a channel. `was`: it was heard before, ever."""
    told = Message(f"What is written in {one.name} in {chat} is heard again.")
    if one.unheard and was:
        told = Message(
            f"What is written in {one.name} in {chat} isn't heard here any more: {one.unheard} "
            "What was asked before goes on on the desk.",
            tone="soon",
        )
    elif one.unheard:
        text = f"What is written in {one.name} in {chat} isn't heard here: {one.unheard}"
        told = Message(text, tone="soon")
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
