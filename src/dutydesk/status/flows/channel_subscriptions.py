"""Subscribing a channel of the chat to what the status page says, and ending that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from dutydesk.chat.flows import channels, desk_posts
from dutydesk.chat.models import Channel
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.events import Event
from dutydesk.kernel.messages import Message
from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.status.models import ChannelSubscription
from dutydesk.status.words import post


class ChannelRefused(Refused):
    """The channel can't be subscribed, or isn't any more."""


@dataclass(frozen=True)
class ChannelSubscribed(Event):
    """A channel is told from now on what the status page says, or not any more: `what`."""

    kind: ClassVar[str] = "status.channel"
    channel: int
    what: str


def open_to_all() -> list[Channel]:
    """Give the channels that can be subscribed: not those that the process tells already."""
    return list(Channel.objects.exclude(name__in=channels.of_the_process()))


@transaction.atomic
@process.held()
def subscribe(
    *, channel: int, services: Sequence[int], by: Person, at: datetime
) -> ChannelSubscription:
    """Tell a channel from now on, of all services if none are named; a second time changes which.

    The channel is told who did it.
    """
    if process.in_force().status_page.shown == "off":
        raise ChannelRefused("There is no status page.", "The team's process file can show one.")
    place = next((one for one in open_to_all() if one.pk == channel), None)
    if place is None:
        raise ChannelRefused(
            "The process tells this channel already.", "Subscribe your team's own channel."
        )
    chosen = list(Service.objects.filter(user_facing=True, pk__in=services))
    made, new = ChannelSubscription.objects.update_or_create(
        channel=place,
        defaults={"everything": not chosen, "by": by.name},
        create_defaults={"everything": not chosen, "by": by.name, "at": at},
    )
    made.services.set(chosen)
    what = "subscribed" if new else "changed"
    names = [one.name for one in chosen]
    _tell(made, what, post.subscribed(about=made.about, by=by.name, services=names), by, at)
    return made


@transaction.atomic
def end(*, subscription: int, by: Person, at: datetime) -> ChannelSubscription:
    """Tell a channel no more; it is told who ended it."""
    rows = ChannelSubscription.objects.select_for_update(of=("self",)).select_related("channel")
    found = rows.filter(pk=subscription).first()
    if found is None:
        raise ChannelRefused("This channel isn't subscribed.", "There is nothing to end.")
    _tell(found, "ended", post.ended(by=by.name), by, at)
    found.delete()
    return found


def _tell(one: ChannelSubscription, what: str, message: Message, by: Person, at: datetime) -> None:
    entry = journal.record(
        event=ChannelSubscribed(one.channel_id, what),
        subject=one.about,
        text=f"{by.name}: {one.channel} is {what}",
        at=at,
        actor=by.name,
    )
    desk_posts.say(
        key=f"status-channel:{entry.pk}", channel=one.channel.name, message=message, at=at
    )
