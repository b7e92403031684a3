"""What the desk says in channels and threads."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from dutydesk.chat.flows import post_mirror
from dutydesk.chat.models import Channel, Post
from dutydesk.database import notifications, rows
from dutydesk.kernel.messages import Message
from dutydesk.kernel.subjects import subject


def place(name: str) -> Channel:
    """Give the channel of that name; made if it wasn't there."""
    return Channel.objects.get_or_create(name=name)[0]


@transaction.atomic
def say(
    *,
    key: str,
    channel: str,
    message: Message,
    at: datetime,
    thread: Post | None = None,
    only_for: int | None = None,
) -> Post:
    """Let the desk say something, once for each key. `only_for`: the account that sees it."""
    return _say(key, channel, message, at, thread, only_for)[0]


@transaction.atomic(savepoint=False)
def show(
    *, key: str, channel: str, message: Message, at: datetime, thread: Post | None = None
) -> None:
    """Say something, or change what was said under that key, so that it stands there now."""
    _, new = _say(key, channel, message, at, thread, None)
    if not new:
        rewrite(key=key, message=message, at=at)


@dataclass(frozen=True, slots=True)
class DeskPost:
    """One of the desk's posts as it is to stand in a channel."""

    key: str
    channel: str
    message: Message


def show_all(posts: Sequence[DeskPost], *, at: datetime) -> None:
    """Let posts stand in their channels as `show` does, many in one statement.

    Belongs inside a transaction.
    """
    if posts:
        rows.run("SELECT chat_show(%s, %s)", [at, dump(posts)])
        post_mirror.owe([post.key for post in posts], at=at)


def dump(posts: Sequence[DeskPost]) -> str:
    """Give posts as the JSON that the database's `chat_show` takes."""
    given = [
        {"key": post.key, "channel": post.channel, "message": post.message.as_json()}
        for post in posts
    ]
    return json.dumps(given)


def _say(
    key: str,
    channel: str,
    message: Message,
    at: datetime,
    thread: Post | None,
    only_for: int | None,
) -> tuple[Post, bool]:
    there = Post.objects.filter(key=key)
    if (said := there.first()) is not None:
        return said, False
    post = Post(
        key=key,
        channel=thread.channel if thread else place(channel),
        thread=thread,
        author="Duty Desk",
        only_for_id=only_for,
        message=message.as_json(),
        at=at,
    )
    if not rows.insert_new(post):
        return there.get(), False
    count(post)
    post_mirror.owe([key], at=at)
    return post, True


def count(post: Post) -> None:
    """Count a new post with its thread, and stir the screens that show it."""
    if post.thread_id is not None and post.only_for_id is None:
        Post.objects.filter(pk=post.thread_id).update(reply_count=F("reply_count") + 1)
    stir(post)


def stir(post: Post) -> None:
    """Stir the screens that show a post."""
    notifications.notify(subject("channel", post.channel_id))
    notifications.notify(subject("thread", post.thread_id or post.pk))


@transaction.atomic(savepoint=False)
def rewrite(*, key: str, message: Message, at: datetime) -> None:
    """Change what one of the desk's posts says, in place; one that isn't there is left."""
    post = Post.objects.select_for_update(of=("self",)).filter(key=key).first()
    if post is None or post.message == message.as_json():
        return
    post.message = message.as_json()
    post.changed_at = at
    post.save(update_fields=["message", "changed_at"])
    post_mirror.owe([key], at=at)
    stir(post)
