"""Saying things in channels and threads."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import F, Q, QuerySet

from dutydesk import rows
from dutydesk.chat.models import Channel, Post
from dutydesk.journal import flows as journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.facts import Fact
from dutydesk.kernel.messages import Message
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject

LONGEST = 8000


class PostRefused(Refused):
    """The post can't be taken."""


@dataclass(frozen=True)
class PersonPosted(Fact):
    """Somebody, not the desk, posted. `thread` is the post it answers, or None."""

    kind: ClassVar[str] = "chat.posted"
    post: int
    channel: str
    thread: int | None


def channel(name: str) -> Channel:
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


@transaction.atomic
def show(
    *, key: str, channel: str, message: Message, at: datetime, thread: Post | None = None
) -> None:
    """Say something, or change what was said under that key, so that it stands there now."""
    _, new = _say(key, channel, message, at, thread, None)
    if not new:
        rewrite(key=key, message=message, at=at)


@dataclass(frozen=True, slots=True)
class Shown:
    """One of the desk's posts as it is to stand in a channel."""

    key: str
    channel: str
    message: Message


_PLACES = """
INSERT INTO chat_channel (name) SELECT name FROM unnest(%s::text[]) AS given (name)
WHERE NOT EXISTS (SELECT FROM chat_channel AS known WHERE known.name = given.name)
ON CONFLICT (name) DO NOTHING
"""
_STAND = """
WITH stood AS (
    INSERT INTO chat_post (key, channel_id, author, message, at, reply_count)
    SELECT given.key, place.id, 'Duty Desk', given.message, %s, 0
    FROM jsonb_to_recordset(%s::jsonb) AS given (key text, channel text, message jsonb)
    JOIN chat_channel AS place ON place.name = given.channel
    ON CONFLICT (key) DO UPDATE SET message = excluded.message, changed_at = excluded.at
    WHERE chat_post.message IS DISTINCT FROM excluded.message
    RETURNING id, channel_id
), stirred AS (
    SELECT 'thread:' || id AS subject FROM stood UNION SELECT 'channel:' || channel_id FROM stood
)
SELECT pg_notify(%s, subject) FROM stirred
"""


def show_all(posts: Sequence[Shown], *, at: datetime) -> None:
    """Let posts stand in their channels as `show` does, many in one statement.

    Belongs inside a transaction.
    """
    if not posts:
        return
    given = [
        {"key": post.key, "channel": post.channel, "message": post.message.as_json()}
        for post in posts
    ]
    rows.run(_PLACES, [sorted({post.channel for post in posts})])
    rows.run(_STAND, [at, json.dumps(given), journal.LIVE_CHANNEL])


def _say(
    key: str,
    channel: str,
    message: Message,
    at: datetime,
    thread: Post | None,
    only_for: int | None,
) -> tuple[Post, bool]:
    where = thread.channel if thread else _channel(channel)
    post, new = Post.objects.get_or_create(
        key=key,
        defaults={
            "channel": where,
            "thread": thread,
            "author": "Duty Desk",
            "only_for_id": only_for,
            "message": message.as_json(),
            "at": at,
        },
    )
    if new:
        _count(post)
    return post, new


_channel = channel


def _count(post: Post) -> None:
    if post.thread_id is not None and post.only_for_id is None:
        Post.objects.filter(pk=post.thread_id).update(reply_count=F("reply_count") + 1)
    _stir(post)


def _stir(post: Post) -> None:
    journal.stir(subject("channel", post.channel_id))
    journal.stir(subject("thread", post.thread_id or post.pk))


@transaction.atomic
def rewrite(*, key: str, message: Message, at: datetime) -> None:
    """Change what one of the desk's posts says, in place; one that isn't there is left."""
    post = Post.objects.select_for_update(of=("self",)).filter(key=key).first()
    if post is None or post.message == message.as_json():
        return
    post.message = message.as_json()
    post.changed_at = at
    post.save(update_fields=["message", "changed_at"])
    _stir(post)


@transaction.atomic
def post(*, by: Person, channel: str, text: str, at: datetime, thread: int | None = None) -> Post:
    """Take a person's post in a channel or a thread, and let the rooms hear of it."""
    text = text.strip()
    if not text:
        raise PostRefused("There is nothing to post.", "Write something first.")
    if len(text) > LONGEST:
        raise PostRefused(
            f"The post has {len(text)} characters; {LONGEST} is the most.", "Make it shorter."
        )
    root = Post.objects.filter(pk=thread, thread=None).first() if thread else None
    if thread and root is None:
        raise PostRefused("That thread isn't there.", "Post it in the channel.")
    made = Post.objects.create(
        key=f"person:{uuid.uuid4()}",
        channel=root.channel if root else _channel(channel),
        thread=root,
        author=by.name,
        account_id=by.account,
        message=Message(text).as_json(),
        at=at,
    )
    _count(made)
    journal.record(
        fact=PersonPosted(made.pk, made.channel.name, thread),
        subject=subject("thread", thread or made.pk),
        text=f"{by.name} posted in {made.channel.name}",
        at=at,
        actor=by.name,
    )
    return made


def visible(posts: QuerySet[Post], account: int | None) -> QuerySet[Post]:
    """Give those of the posts that this account may see."""
    return posts.filter(Q(only_for=None) | Q(only_for=account))


def recent(
    *, channel: Channel, account: int | None, before: int = 0, count: int = 50
) -> list[Post]:
    """Give a channel's newest posts that answer no other, oldest first; older than `before`."""
    posts = visible(Post.objects.filter(channel=channel, thread=None), account)
    if before:
        posts = posts.filter(pk__lt=before)
    return list(posts.order_by("-id")[:count])[::-1]


def thread(*, root: Post, account: int | None) -> list[Post]:
    """Give the answers in a thread, oldest first."""
    return list(visible(root.replies.all(), account))
