"""Which channel of a chat outside is which of ours."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import F, ForeignObjectRel, Value
from django.db.models.functions import Greatest

from dutydesk.chat.flows import post_mirror
from dutydesk.chat.flows.desk_posts import place
from dutydesk.chat.models import Channel, ChannelMapping, Post, PostMirror
from dutydesk.database import notifications
from dutydesk.people.models import Team
from dutydesk.process.flows import process


def open_channels() -> None:
    """Let the channels that the process in force names be there, before anything is said there."""
    for name in sorted(of_the_process()):
        place(name)


@transaction.atomic
def known(outside: str) -> ChannelMapping | None:
    """Give a channel outside if we know it; its channel here is the one that counts now."""
    found = ChannelMapping.objects.select_related("channel").filter(outside=outside).first()
    if found is None or found.channel.name == found.name:
        return found
    if found.name in meant():  # The process came to call it as it is called there.
        found.channel = _called(found.channel, found.name)
        found.save(update_fields=["channel"])
    return found


def _used(channel: Channel) -> bool:
    """Say whether anything but what was said there is about a channel."""
    kept = (
        one for one in Channel._meta.get_fields(True, True) if isinstance(one, ForeignObjectRel)
    )
    return any(
        one.related_model._base_manager.filter(**{one.field.name: channel}).exists()
        for one in kept
        if one.related_model not in (Post, PostMirror)
    )


def _called(ours: Channel, name: str) -> Channel:
    """Give our channel of that name: the same as before, with all that was said there.

    What the desk has said under the new name already goes on there too. While the process or a team
    means the old name as well, or the new one is known for another place, they stay two.
    """
    new = place(name)
    if ours.name in meant() or _used(new):
        return new
    # Nobody's post comes there between its being emptied and its end, which would take it along.
    if Channel.objects.select_for_update().filter(pk=new.pk).first() is None:
        return place(name)  # Somebody else did it just now.
    Post.objects.filter(channel=new).update(channel=ours)
    PostMirror.objects.filter(channel=new).update(channel=ours)
    new.delete()
    ours.name = name
    ours.save(update_fields=["name"])
    return ours


@transaction.atomic
def meet(*, outside: str, name: str) -> ChannelMapping:
    """Know a channel outside from now on, as `#name`, by our channel of that name.

    What was owed there until now is said.
    """
    found = known(outside)
    if found is None:
        found, _ = ChannelMapping.objects.get_or_create(
            outside=outside, defaults={"channel": place(name[:80]), "name": name[:90]}
        )
        notifications.wake(post_mirror.SPEAKING.name)
    return found


@transaction.atomic
def rename(*, outside: str, name: str) -> ChannelMapping | None:
    """Follow a channel's new name outside; None if it isn't known.

    Ours is renamed with it, but one that the process or a team names keeps its name and what is
    said there: who calls it so must be told.
    """
    found = ChannelMapping.objects.select_for_update(of=("self",)).filter(outside=outside).first()
    if found is None:
        return None
    found.name = name[:90]
    ours = found.channel
    if name in meant():
        found.channel = _called(ours, name)
    elif ours.name not in meant() and not Channel.objects.filter(name=name[:80]).exists():
        ours.name = name[:80]
        ours.save(update_fields=["name"])
    found.save(update_fields=["name", "channel"])
    return found


def outside_of(channel: Channel, chat: str) -> str:
    """Give which channel of that chat, such as `slack`, ours is; empty if none is known."""
    found = ChannelMapping.objects.filter(channel=channel, outside__startswith=f"{chat}:")
    return found.order_by("-id").values_list("outside", flat=True).first() or ""


def saw(*, outside: str, mark: str) -> None:
    """Remember up to where a channel outside was read back. Marks sort as text does."""
    ChannelMapping.objects.filter(outside=outside).update(seen=Greatest(F("seen"), Value(mark)))


def meant() -> Collection[str]:
    """Give the names that the process and the teams call channels by."""
    return {*of_the_process(), *Team.objects.values_list("channel", flat=True)}


def of_the_process() -> Collection[str]:
    """Give the names of the channels that the process in force names."""
    current = process.in_force()
    alarms = current.alarms
    return {current.ask.channel, current.team.channel, alarms.high_channel, alarms.low_channel}
