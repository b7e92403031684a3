"""Which channel of ours one of Slack's is: public ones only."""

from dutydesk.adapters.slack.api import SlackCall
from dutydesk.chat.flows import channels
from dutydesk.chat.models import ChannelMapping
from dutydesk.ports.delivery import Undelivered
from dutydesk.slack.envelopes import outside


def public_channel(call: SlackCall, team: str, channel: str) -> ChannelMapping | None:
    """Give a channel by its number there, asked for if it isn't known; None if it isn't public.

    Everybody who is signed in reads every channel here. Raises Undelivered.
    """
    named = outside(team, channel)
    if (known := channels.known(named)) is not None:
        return known
    try:
        found = call("conversations.info", channel=channel).get("channel") or {}
    except Undelivered as failure:
        if not failure.reason.endswith("channel_not_found"):
            raise
        found = {}
    if not found.get("name") or found.get("is_private") or found.get("is_im"):
        return None
    return channels.meet(outside=named, name=f"#{found['name']}")
