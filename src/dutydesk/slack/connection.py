"""Slack as it is set up: who is heard there, and what is said."""

from dutydesk.chat.flows import post_mirror
from dutydesk.ports.vendor import Connection, Surroundings
from dutydesk.settings import Settings
from dutydesk.slack import usergroups
from dutydesk.slack.app import Slack, SlackAccount


def connection(desk: Surroundings) -> Connection:
    """Bring what hears Slack and speaks there."""
    slack = build(desk)
    post_mirror.mirror_to("slack", slack.speaking)
    return Connection(
        senders=slack.senders(),
        rounds=slack.rounds(),
        doors=slack.doors(),
        arrivals=(slack.events.arrivals(),),
    )


def build(desk: Surroundings) -> Slack:
    """Give Slack as it is set up."""
    return Slack(
        account(desk.settings),
        desk.actions,
        now=desk.clock.now,
        real_now=desk.real_clock.now,
        link=lambda path: desk.settings.url + path,
        post_at=post_mirror.post_at,
    )


def account(settings: Settings) -> SlackAccount:
    """Give where Slack is and what opens it, as it is set; empty if it is not."""
    given = settings.slack
    kept = {whose: group for whose, group in given.groups.items() if whose in usergroups.DUTIES}
    return SlackAccount(
        bot_token=given.bot_token.get_secret_value(),
        signing_secret=given.signing_secret.get_secret_value(),
        app_token=given.app_token.get_secret_value(),
        url=given.api_url,
        keeping=usergroups.Keeping(kept, given.topic),
        team_group=given.groups.get("team", ""),
    )
