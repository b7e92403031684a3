"""Slack as a whole: built from what is set, ready to be connected."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dutydesk.adapters.slack import api
from dutydesk.adapters.slack.poster import SlackPoster
from dutydesk.adapters.slack.signatures import Signatures
from dutydesk.chat.flows import emoji
from dutydesk.database import rows
from dutydesk.kernel.actions import Actions
from dutydesk.kernel.kinds import MessageKind
from dutydesk.ports.delivery import Sender
from dutydesk.ports.direct_messages import DIRECT
from dutydesk.ports.outside import PICTURE
from dutydesk.process.flows import process
from dutydesk.slack import addresses, direct_messages, events, home, kinds, replies, usergroups
from dutydesk.slack.backfill import Backfill
from dutydesk.slack.door import SlackDoor
from dutydesk.slack.interactions import Interactions
from dutydesk.slack.people import People
from dutydesk.slack.pictures import PictureSender
from dutydesk.slack.socket_mode import PING, Socket


@dataclass(frozen=True)
class SlackAccount:
    """Where Slack is and what opens it. Without a bot's token the desk isn't in Slack.

    `team_group`: the user group that the process's mention of the team calls.
    """

    bot_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    url: str = api.URL
    keeping: usergroups.Keeping = field(default_factory=usergroups.Keeping)
    team_group: str = ""


def _without_connection(call: api.SlackCall) -> api.SlackCall:
    """Call Slack with no connection to the database held while its answer is awaited."""

    def ask(method: str, /, **values: Any) -> Mapping[str, Any]:
        rows.give_back()
        return call(method, **values)

    return ask


class Slack:
    """What comes in from Slack, by HTTP or by socket: one way for both."""

    def __init__(
        self,
        account: SlackAccount,
        actions: Actions,
        *,
        now: Callable[[], datetime],
        real_now: Callable[[], datetime],
        link: Callable[[str], str],
        post_at: events.PostAt,
    ) -> None:
        """Go by `now`, which may be a rehearsal's; signatures and messages go by `real_now`."""
        self._account, self._now, self._real_now = account, now, real_now
        call = _without_connection(api.Api(account.bot_token, account.url))
        quick = _without_connection(api.Api(account.bot_token, account.url, 2))
        self.call = call
        self.speaking = SlackPoster(call, link, self._mentions)
        self.people = People(call)
        quick_people = People(quick)

        def show_home(user: str, at: datetime) -> None:
            self.home.show(user, at)

        self.events = events.Events(
            call, self.people, post_at=post_at, home=show_home, now=real_now
        )
        at_once = events.Events(quick, quick_people, post_at=post_at, home=show_home, now=real_now)
        self.acting = Interactions(
            quick,
            quick_people,
            actions,
            post_at=post_at,
            link=link,
            home=show_home,
            adopt=at_once.adopt,
        )
        self.home = home.HomeTab(self.people, actions, link, self.acting.offer)

    def _mentions(self) -> Mapping[str, str]:
        """Give the group that each mention calls, by how the desk writes it."""
        group = self._account.team_group
        return {process.in_force().team.mention: group} if group else {}

    def senders(self) -> dict[MessageKind, Sender]:
        """Give what delivers the answers, and what else Slack is told."""
        return {
            kinds.REPLY: replies.ReplySender(self.call),
            DIRECT: direct_messages.DirectMessageSender(self.call),
            PICTURE: PictureSender(self._account.bot_token, self._account.url),
            emoji.KIND: emoji.MarkSender(self.speaking),
            kinds.GROUP: usergroups.GroupSender(self.call),
            kinds.TOPIC: usergroups.TopicSender(self.call),
            kinds.HOME: home.HomeSender(self.call, self.home),
        }

    def rounds(self) -> dict[str, Callable[..., None]]:
        """Give what a worker does every half minute."""
        rounds = {"slack.history": Backfill(self.call, self.people, self._real_now).look_after}
        if self._account.keeping.groups or self._account.keeping.topic:
            rounds["slack.keeping"] = self._account.keeping.look_after
        socket = self.socket()
        if socket is not None:
            rounds["slack.socket"] = socket.look_after
        return rounds

    def socket(self, ping: float = PING) -> Socket | None:
        """Give the connection by which Slack tells, if the app's token is set."""
        account = self._account
        if not account.app_token:
            return None
        return Socket(account.app_token, account.url, self.acting, self._now, ping)

    def doors(self) -> Mapping[str, SlackDoor]:
        """Give the doors at which Slack posts."""
        secret = self._account.signing_secret
        signatures = Signatures(secret, self._real_now) if secret else None
        door = SlackDoor(signatures, self.acting, self._now)
        return dict.fromkeys((addresses.EVENTS, addresses.INTERACTIONS, addresses.COMMANDS), door)
