"""Channels of ours that have to be in Slack, and why nothing is heard of one there."""

from collections.abc import Collection

from dutydesk.adapters.slack.api import SlackCall
from dutydesk.chat.models import ChannelMapping
from dutydesk.ports.delivery import Undelivered
from dutydesk.process.flows import process
from dutydesk.slack.events import DOOR

_AWAY = {
    "is_archived": "it is archived there.",
    "is_private": "it is private there, and everybody who is signed in reads every channel here.",
}
_NOWHERE = "no public channel of that name is there."
_OUTSIDE = "the app is not in it; invite it there."
_NEVER = "the app is in no public channel of that name; write /invite @Duty Desk in it."


def known(named: Collection[str]) -> dict[str, list[ChannelMapping]]:
    """Give those of these channels of ours that are in Slack, or have to be, as those there."""
    rows = ChannelMapping.objects.filter(outside__startswith=f"{DOOR}:")
    rows = rows.filter(channel__name__in=named).select_related("channel").order_by("-pk")
    found: dict[str, list[ChannelMapping]] = {process.in_force().ask.channel: []}
    for one in rows:
        found.setdefault(one.channel.name, []).append(one)
    return found


def lost(call: SlackCall, named: Collection[str], met: Collection[int]) -> dict[str, str]:
    """Give why nothing is heard of those of these channels of which nothing is.

    `met`: the numbers of those that were listed as the desk is in them. Raises Undelivered.
    """
    return {
        name: because
        for name, places in known(named).items()
        if not any(one.channel_id in met for one in places)
        and (because := _why(call, places[0].outside if places else ""))
    }


def _why(call: SlackCall, there: str) -> str:
    """Give why a channel isn't heard that isn't listed; empty if it is all the same."""
    if not there:
        return _NEVER
    try:
        asked = {"channel": there.rpartition(":")[2]}
        found = call("conversations.info", **asked).get("channel") or {}
    except Undelivered as failure:
        if not failure.permanent:
            raise
        if not failure.reason.endswith("channel_not_found"):
            return f"{failure.reason}."
        found = {}
    because = next((text for name, text in _AWAY.items() if found.get(name)), "")
    if not because and found:
        return "" if found.get("is_member") else _OUTSIDE
    return because or _NOWHERE
