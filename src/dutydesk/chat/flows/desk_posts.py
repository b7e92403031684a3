"""What the desk says in channels and threads."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from dutydesk.chat.flows import post_mirror
from dutydesk.chat.models import Channel, Post
from dutydesk.database import notifications, rows
from dutydesk.kernel.messages import Message
from dutydesk.kernel.subjects import subject

_PLACE = "SELECT {row} FROM chat_channel AS row WHERE name = %s"
_COUNT = "UPDATE chat_post SET reply_count = reply_count + 1 WHERE id = %s"
_SAID = "SELECT {row} FROM chat_post AS row WHERE key = %s"


def place(name: str) -> Channel:
    """Give the channel of that name; made if it wasn't there."""
    return rows.first(_PLACE, Channel, [name]) or Channel.objects.get_or_create(name=name)[0]


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
    post, new = _say(key, channel, message, at, thread, None)
    if not new and post.message != message.as_json():
        rewrite(key=key, message=message, at=at)


@dataclass(frozen=True, slots=True)
class DeskPost:
    """One of the desk's posts as it is to stand in a channel, or under another post there."""

    key: str
    channel: str
    message: Message
    thread: int | None = None


_PLACES = """
SELECT post.key, post.id, channel.name
FROM chat_post AS post JOIN chat_channel AS channel ON channel.id = post.channel_id
WHERE post.key = ANY(%s)
"""


def places(keys: Collection[str]) -> dict[str, tuple[int, str]]:
    """Give the numbers and channels of those of these posts that are there, by their keys."""
    found = rows.run(_PLACES, [list(keys)]).fetchall() if keys else ()
    return {key: (number, channel) for key, number, channel in found}


def show_all(posts: Sequence[DeskPost], *, at: datetime) -> None:
    """Let posts stand in their channels, or under others there, as `show` does.

    Belongs inside a transaction. One statement for those in channels, a few for the others.
    """
    _show_under([post for post in posts if post.thread is not None], at)
    if placed := [post for post in posts if post.thread is None]:
        rows.run("SELECT chat_show(%s, %s)", [at, dump(placed)])
        post_mirror.owe([post.key for post in placed], at=at)


def _show_under(posts: Sequence[DeskPost], at: datetime) -> None:
    """Say those of the posts that are new; then let each say what it says now."""
    posts = list({post.key: post for post in posts}.values())  # What is told last is to stand.
    new = say_all(posts, at=at)
    if there := {post.key: post.message for post in posts if post.key not in new}:
        rewrite_all(there, at=at)


_SAY = f"""
WITH said AS (
    INSERT INTO chat_post (key, channel_id, thread_id, author, message, at, reply_count)
    SELECT given.key, coalesce(root.channel_id, place.id), root.id, 'Duty Desk', given.message,
        %s, 0
    FROM ROWS FROM (
        jsonb_to_recordset(%s::jsonb) AS (key text, channel text, message jsonb, thread bigint)
    ) WITH ORDINALITY AS given (key, channel, message, thread, turn)
    LEFT JOIN chat_channel AS place ON place.name = given.channel
    LEFT JOIN chat_post AS root ON root.id = given.thread
    ORDER BY given.turn
    ON CONFLICT (key) DO NOTHING
    RETURNING id, key, channel_id, thread_id
), counted AS (
    UPDATE chat_post AS root SET reply_count = root.reply_count + new.replies
    FROM (SELECT thread_id, count(*) AS replies FROM said GROUP BY thread_id) AS new
    WHERE root.id = new.thread_id
)
SELECT key, pg_notify('{notifications.CHANNEL}', 'channel:' || channel_id),
    pg_notify('{notifications.CHANNEL}', 'thread:' || coalesce(thread_id, id))
FROM said
"""


def say_all(posts: Sequence[DeskPost], *, at: datetime) -> set[str]:
    """Let the desk say many things, once for each key, in few statements however many they are.

    Gives the keys of what was not said before. Belongs inside a transaction.
    """
    if not posts:
        return set()
    names = {post.channel for post in posts if post.thread is None}
    if names:
        Channel.objects.bulk_create([Channel(name=n) for n in sorted(names)], ignore_conflicts=True)
    new = {key for key, *_ in rows.run(_SAY, [at, dump(posts)]).fetchall()}
    post_mirror.owe([post.key for post in posts if post.key in new], at=at)
    return new


def dump(posts: Sequence[DeskPost]) -> str:
    """Give posts as the JSON that the database's `chat_show` takes."""
    given = [
        {
            "key": post.key,
            "channel": post.channel,
            "message": post.message.as_json(),
            "thread": post.thread,
        }
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
    if (said := rows.first(_SAID, Post, [key])) is not None:
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
        return Post.objects.get(key=key), False
    count(post)
    post_mirror.owe([key], at=at)
    return post, True


def count(post: Post) -> None:
    """Count a new post with its thread, and stir the screens that show it."""
    if post.thread_id is not None and post.only_for_id is None:
        rows.run(_COUNT, [post.thread_id])
    stir(post)


def stir(*posts: Post) -> None:
    """Stir the screens that show these posts."""
    channels = [subject("channel", post.channel_id) for post in posts]
    threads = [subject("thread", post.thread_id or post.pk) for post in posts]
    notifications.notify(*channels, *threads)


@transaction.atomic(savepoint=False)
def rewrite(*, key: str, message: Message, at: datetime) -> None:
    """Change what one of the desk's posts says, in place; one that isn't there is left."""
    rewrite_all({key: message}, at=at)


@transaction.atomic(savepoint=False)
def rewrite_all(messages: Mapping[str, Message], *, at: datetime) -> None:
    """Change what many of the desk's posts say, each by its key, in few statements."""
    found = Post.objects.select_for_update(of=("self",)).filter(key__in=messages).order_by("pk")
    changed = [post for post in found if post.message != messages[post.key].as_json()]
    if not changed:
        return
    for post in changed:
        post.message, post.changed_at = messages[post.key].as_json(), at
    rows.update(changed, ["message", "changed_at"])
    post_mirror.owe([post.key for post in changed], at=at)
    stir(*changed)
