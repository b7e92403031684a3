"""Which channel of ours one of Slack's is: public ones only."""

from datetime import datetime
from urllib.parse import urlencode

from dutydesk.adapters.slack.api import SlackCall
from dutydesk.chat.flows import channels, desk_posts
from dutydesk.chat.models import Channel, ChannelMapping
from dutydesk.kernel.messages import Message
from dutydesk.ports.delivery import Undelivered
from dutydesk.process.flows import process
from dutydesk.slack.envelopes import outside


def public_channel(call: SlackCall, team: str, channel: str) -> ChannelMapping | None:
    """Give a channel by its number there, asked for if it isn't known; None if it isn't public.

    Everybody who is signed in reads every channel here. The app may look at public ones alone; that
    it may at those is seen to where all are listed. Raises Undelivered.
    """
    named = outside(team, channel)
    if (known := channels.known(named)) is not None:
        return known
    try:
        found = call("conversations.info", channel=channel).get("channel") or {}
    except Undelivered as failure:
        if not failure.reason.endswith(("channel_not_found", "missing_scope")):
            raise
        found = {}
    if not found.get("name") or found.get("is_private") or found.get("is_im"):
        return None
    return channels.meet(outside=named, name=f"#{found['name']}")


def link_to(name: str) -> str:
    """Give the address that leads to the channel of that name here in Slack; empty if none does.

    Source: https://docs.slack.dev/interactivity/deep-linking.
    """
    ours = Channel.objects.filter(name=name).first()
    there = channels.outside_of(ours, "slack") if ours is not None else ""
    if not there:
        return ""
    _, team, channel = there.split(":")
    return f"https://slack.com/app_redirect?{urlencode({'channel': channel, 'team': team})}"


def follow_name(where: ChannelMapping, name: str, at: datetime) -> None:
    """Follow the new name; where the process goes by the old one, tell the team."""
    found = channels.rename(outside=where.outside, name=f"#{name}") if name else None
    if found is None or found.channel.name == found.name:
        return
    desk_posts.say(
        key=f"slack:renamed:{where.outside}:{found.name}"[:120],
        channel=process.in_force().team.channel,
        message=Message(
            f"{found.channel.name} is called {found.name} in Slack now. It goes on here under its "
            "old name; change the process file, or the team's channel under People, to follow.",
            tone="soon",
        ),
        at=at,
    )
