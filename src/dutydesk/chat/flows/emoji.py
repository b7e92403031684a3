"""Showing in a chat outside which marks people put on posts in the desk's own chat.

However many of them put a mark on, the desk puts it on there once, as itself.
"""

import uuid
from datetime import datetime

from dutydesk.chat.flows import channels, post_mirror
from dutydesk.chat.models import Mark, Post
from dutydesk.outbox.flows import outbox
from dutydesk.ports.delivery import Delivery, Undelivered
from dutydesk.ports.outside import MARK, EmojiMarker

KIND = MARK


def owe(post: Post, name: str, *, at: datetime) -> None:
    """Owe the chat outside what is so of a mark by then; nothing if there is none.

    Belongs inside the transaction that puts the mark on or takes it off.
    """
    if post_mirror.chat():
        subject = f"mark:{post.pk}:{name}"
        payload = {"post": post.pk, "mark": name, "what": f"The mark {name} on a post"}
        key = f"{subject}:{uuid.uuid4()}"
        outbox.enqueue(key=key, kind=KIND, subject=subject, payload=payload, at=at)


class MarkSender:
    """Puts the desk's mark on a post there, or takes it off."""

    def __init__(self, marker: EmojiMarker) -> None:
        """Mark with `marker`."""
        self._marker = marker

    def deliver(self, parcel: Delivery) -> str:
        """Let the mark there be as it is here; until the post stands there, later."""
        number, name = parcel.payload["post"], parcel.payload["mark"]
        post = Post.objects.select_related("channel", "mirror").get(pk=number)
        channel = channels.outside_of(post.channel, post_mirror.chat()).rpartition(":")[2]
        reference = post_mirror.reference(post)
        if not channel or not reference:
            raise Undelivered("The post isn't there yet")
        on = Mark.objects.filter(post=post, name=name, here=True).exists()
        self._marker.mark(channel=channel, reference=reference, name=name, on=on)
        return reference
