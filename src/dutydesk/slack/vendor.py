"""Slack: people are heard there and answered, if DUTYDESK_SLACK_BOT_TOKEN is set."""

from functools import partial

from dutydesk.chat.flows import post_mirror
from dutydesk.ports.outside import Manifest
from dutydesk.ports.vendor import Connection, Surroundings, Vendor
from dutydesk.settings import Settings
from dutydesk.slack import home, replies, usergroups
from dutydesk.slack.app import Slack, SlackAccount
from dutydesk.slack.manifest import manifest


def connect(desk: Surroundings) -> Connection:
    """Bring what hears Slack and speaks there; the manifest of its app in any case."""

    def describe(address: str, socket: bool) -> dict[str, object]:
        return manifest(address=address, socket=socket, actions=desk.actions.names())

    slack = build(desk)
    if slack is None:
        return Connection(offers={Manifest: describe})
    slack.listen()
    post_mirror.mirror_to("slack")
    say = partial(post_mirror.say_what_is_owed, mouth=slack.speaking, now=desk.clock.now)
    return Connection(
        senders=slack.senders(),
        offers={Manifest: describe},
        rounds=slack.rounds(),
        often={"slack.speaking": say},
        doors=slack.doors(),
    )


def build(desk: Surroundings) -> Slack | None:
    """Give Slack as it is set up; None if it is not."""
    given, address = account(desk.settings), desk.settings.url
    if not given.bot_token:
        return None
    return Slack(
        given,
        desk.actions,
        now=desk.clock.now,
        real_now=desk.real_clock.now,
        link=lambda path: address + path,
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


VENDOR = Vendor(
    "slack", connect, messages=(replies.KIND, home.KIND, usergroups.GROUP, usergroups.TOPIC)
)
