"""Answering somebody alone, where they did something.

Source: https://docs.slack.dev/reference/methods/chat.postEphemeral.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from dutydesk.adapters.slack.api import SlackCall
from dutydesk.adapters.slack.paragraphs import whole_message
from dutydesk.outbox.flows import outbox
from dutydesk.ports.delivery import Delivery, Undelivered
from dutydesk.slack.kinds import REPLY


@dataclass(frozen=True)
class Where:
    """A person, and the channel and thread where they did something, if it was in one."""

    user: str
    channel: str = ""
    thread: str = ""


def reply(*, key: str, where: Where, text: str, at: datetime) -> None:
    """Owe somebody an answer, once for each key."""
    outbox.enqueue(
        key=f"slack.reply:{key}"[:200],
        kind=REPLY,
        subject=f"slack-user:{where.user}"[:60],
        payload={**asdict(where), "text": text, "what": "An answer in Slack"},
        at=at,
    )


class ReplySender:
    """Delivers answers: in the channel to that person alone, else in their own with the desk."""

    def __init__(self, call: SlackCall) -> None:
        """Answer with `call`."""
        self._call = call

    def deliver(self, parcel: Delivery) -> str:
        """Answer; where the desk isn't in the channel, in the person's messages with it."""
        given = parcel.payload
        says = whole_message(given["text"])
        if given["channel"]:
            thread = given["thread"] or None
            try:
                answer = self._call(
                    "chat.postEphemeral",
                    channel=given["channel"],
                    user=given["user"],
                    thread_ts=thread,
                    **says,
                )
                return str(answer.get("message_ts", ""))
            except Undelivered as failure:
                if not failure.permanent:
                    raise
        return str(self._call("chat.postMessage", channel=given["user"], **says).get("ts", ""))
