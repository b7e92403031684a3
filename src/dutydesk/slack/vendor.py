"""Slack: people are heard there and answered, if DUTYDESK_SLACK_BOT_TOKEN is set."""

import logging
from functools import partial

from dutydesk.chat.flows import post_mirror
from dutydesk.ports.outside import Manifest
from dutydesk.ports.vendor import Connection, Settings, Surroundings, Vendor
from dutydesk.slack import home, replies, usergroups
from dutydesk.slack.app import Slack, SlackAccount
from dutydesk.slack.manifest import manifest

logger = logging.getLogger(__name__)


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
    given, address = account(desk.settings), desk.settings.read("DUTYDESK_URL").rstrip("/")
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
    return SlackAccount(
        bot_token=settings.secret("DUTYDESK_SLACK_BOT_TOKEN"),
        signing_secret=settings.secret("DUTYDESK_SLACK_SIGNING_SECRET"),
        app_token=settings.secret("DUTYDESK_SLACK_APP_TOKEN"),
        url=settings.read("DUTYDESK_SLACK_API_URL") or SlackAccount.url,
        keeping=usergroups.Keeping(
            _groups(settings.read("DUTYDESK_SLACK_GROUPS")), settings.read("DUTYDESK_SLACK_TOPIC")
        ),
    )


def _groups(setting: str) -> dict[str, str]:
    """Give the user groups that the operator named; a setting that can't be read is logged."""
    try:
        return dict(usergroups.read_groups(setting))
    except ValueError as error:
        logger.error("DUTYDESK_SLACK_GROUPS is left aside: %s", error)
        return {}


VENDOR = Vendor(
    "slack", connect, messages=(replies.KIND, home.KIND, usergroups.GROUP, usergroups.TOPIC)
)
