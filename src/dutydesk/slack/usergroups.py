"""User groups and a channel's topic in Slack, kept in step with who is on.

Sources: https://docs.slack.dev/reference/methods/usergroups.users.update (a group is never empty:
while nobody is on, it keeps whoever was last) and …/conversations.setTopic.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from dutydesk.adapters.slack.api import SlackCall
from dutydesk.adapters.slack.paragraphs import cut
from dutydesk.chat.flows import channels
from dutydesk.chat.models import Channel
from dutydesk.kernel.kinds import MessageKind
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Engineer
from dutydesk.ports.delivery import Delivery, Undelivered
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Duty
from dutydesk.rota.flows import roster
from dutydesk.slack.kinds import GROUP, TOPIC

logger = logging.getLogger(__name__)
DUTIES: Mapping[str, tuple[Duty, ...]] = {
    "support": ("support",),
    "primary": ("primary",),
    "secondary": ("secondary",),
    "on_call": ("primary", "secondary"),
}
_TOPIC = 250


@dataclass(frozen=True)
class Keeping:
    """What is to be kept in step: groups by whose they are, and a topic's template if wanted.

    In the template stand `{support}`, `{primary}` and `{secondary}`.
    """

    groups: Mapping[str, str] = field(default_factory=dict)
    topic: str = ""

    def look_after(self, *, at: datetime) -> None:
        """Owe Slack what changed since it was last told."""
        on = _on(at)
        for whose, group in self.groups.items():
            who = sorted({one for duty in DUTIES[whose] for one in on[duty]})
            if who:
                self._owe(GROUP, f"slack-group:{group}", {"group": group, "who": who}, at)
        if self.topic:
            self._owe(TOPIC, "slack-topic", {"topic": self._topic(on)}, at)

    def _topic(self, on: Mapping[Duty, list[str]]) -> str:
        engineers = Engineer.objects.filter(email__in=[e for who in on.values() for e in who])
        names = dict(engineers.values_list("email", "name"))
        shown = {
            duty: ", ".join(names.get(one, one) for one in who) or "nobody"
            for duty, who in on.items()
        }
        topic = self.topic
        for duty, who in shown.items():
            topic = topic.replace(f"{{{duty}}}", who)
        return cut(topic, _TOPIC)

    @transaction.atomic
    def _owe(self, kind: MessageKind, subject: str, what: dict[str, Any], at: datetime) -> None:
        """Owe it unless it was the last thing owed; workers that race owe it once."""
        last = OutboxMessage.objects.filter(kind=kind, subject=subject).order_by("-id").first()
        if last is not None and last.payload | what == last.payload:
            return
        outbox.enqueue(
            key=f"{subject}:{last.pk if last else 0}",
            kind=kind,
            subject=subject,
            payload={**what, "what": "Who is on, in Slack"},
            at=at,
        )


def _on(at: datetime) -> dict[Duty, list[str]]:
    """Give the addresses of who is on, by duty."""
    duties: tuple[Duty, ...] = ("support", "primary", "secondary")
    covers = roster.who(at=at, duties=duties)
    emails = dict(
        Engineer.objects.filter(
            pk__in=[one.engineer for one in covers if one.engineer is not None]
        ).values_list("pk", "email")
    )
    return {
        duty: [emails[one.engineer] for one in covers if one.duty == duty and one.engineer]
        for duty in duties
    }


class GroupSender:
    """Puts people into a user group, and everybody else out of it."""

    def __init__(self, call: SlackCall) -> None:
        """Tell Slack with `call`."""
        self._call = call

    def deliver(self, parcel: Delivery) -> str:
        """Set the group's members; whoever isn't in Slack is left out."""
        found = [self._number(email) for email in parcel.payload["who"]]
        users = [one for one in found if one]
        if not users:
            raise Undelivered("None of them is in Slack by their address", permanent=True)
        group = parcel.payload["group"]
        self._call("usergroups.users.update", usergroup=group, users=",".join(users))
        return str(group)

    def _number(self, email: str) -> str:
        try:
            user = self._call("users.lookupByEmail", email=email).get("user") or {}
        except Undelivered as failure:
            if failure.reason.endswith("users_not_found"):
                return ""
            raise
        return "" if user.get("deleted") else str(user.get("id", ""))


class TopicSender:
    """Sets the topic of the ask channel."""

    def __init__(self, call: SlackCall) -> None:
        """Tell Slack with `call`."""
        self._call = call

    def deliver(self, parcel: Delivery) -> str:
        """Set it; until the channel is known in Slack, later."""
        ask = Channel.objects.filter(name=process.in_force().ask.channel).first()
        where = channels.outside_of(ask, "slack") if ask else ""
        if not where:
            raise Undelivered("The ask channel isn't known in Slack yet; invite the desk to it")
        number = where.rpartition(":")[2]
        self._call("conversations.setTopic", channel=number, topic=parcel.payload["topic"])
        return number
