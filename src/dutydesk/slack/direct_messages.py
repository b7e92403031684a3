"""Writing to one person alone, changing what was written, and answering what they write back.

What somebody writes to the desk alone is no question: those are asked where everybody sees them.
Source: https://docs.slack.dev/reference/methods/chat.postMessage (a user's number as channel),
chat.update.
"""

from datetime import datetime

from dutydesk.adapters.slack.api import SlackCall
from dutydesk.adapters.slack.paragraphs import whole_message
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.flows import identities
from dutydesk.ports.delivery import Delivery, Undelivered, told
from dutydesk.process.flows import process
from dutydesk.slack.places import link_to
from dutydesk.slack.replies import Where, reply

QUIET = 600
"""In seconds: of several lines within so long one is answered."""


def answer(user: str, team: str, at: datetime) -> None:
    """Tell somebody who wrote to the desk alone that nobody reads it, and where to ask."""
    ask = process.in_force().ask
    where = ": ".join(filter(None, (ask.channel, link_to(ask.channel))))
    reply(
        key=f"direct:{team}:{user}:{int(at.timestamp()) // QUIET}",
        where=Where(user),
        text=ask.words.direct.format(channel=where),
        at=at,
    )


class DirectMessageSender:
    """Delivers what is for one account, to whoever that is in Slack when it goes out."""

    def __init__(self, call: SlackCall) -> None:
        """Write with `call`."""
        self._call = call

    def deliver(self, parcel: Delivery) -> str:
        """Write it, or change what it replaces; give where it stands. Raises Undelivered."""
        given = parcel.payload
        text = f"{given['subject']}\n\n{told(parcel)}".strip()
        says = whole_message(text)
        there = _reference(given.get("replaces", ""))
        if there:
            channel, _, ts = there.partition(":")
            self._call("chat.update", channel=channel, ts=ts, **says)
            return there
        user = identities.outside_of(given["account"], "slack").rpartition(":")[2]
        if not user:
            raise Undelivered("nobody knows who they are in Slack any more", permanent=True)
        answer = self._call("chat.postMessage", channel=user, **says)
        return f"{answer.get('channel', user)}:{answer.get('ts', '')}"


def _reference(key: str) -> str:
    """Give where an earlier one stands; empty if it never did."""
    found = OutboxMessage.objects.filter(key=key).values_list("reference", flat=True)
    return (found.first() or "") if key else ""
