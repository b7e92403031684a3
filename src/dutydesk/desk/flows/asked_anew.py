"""A reply that asks something of its own: it stands in the channel too, as a question."""

from collections.abc import Callable
from datetime import datetime

from dutydesk.chat.flows import desk_posts, people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.desk import words
from dutydesk.desk.models import Question
from dutydesk.process.flows import process


def ask(*, post: Post, ask: Callable[[Post, datetime], Question], at: datetime) -> None:
    """Let a reply's author ask the same in the channel, and say so in the thread.

    `ask` makes a question of the post in the channel.
    """
    if post.thread is None:
        return
    copy = people_posts.post(
        by=_author(post),
        channel=post.channel.name,
        text=post.words.body,
        at=at,
        key=_key(post.pk),
    )
    question = ask(copy, at)
    text = process.in_force().ask.words.asked_anew.format(asker=post.author)
    desk_posts.say(
        key=f"{question.about}:anew",
        channel=post.channel.name,
        thread=post.thread,
        message=words.other_question(text=text, number=question.pk, title=question.title),
        at=at,
    )


def follow_edit(post: int, *, at: datetime) -> None:
    """Let what was asked anew say what the reply says now."""
    copy = _copy(post)
    if copy is None:
        return
    reply = Post.objects.get(pk=post)
    if reply.removed_at is None:
        people_posts.edit(post=copy.pk, by=_author(copy), text=reply.words.body, at=at)


def follow_removal(post: int, *, at: datetime) -> None:
    """Take back what was asked anew with the reply that it comes from."""
    copy = _copy(post)
    if copy is not None:
        people_posts.remove(post=copy.pk, by=_author(copy), at=at)


def _copy(post: int) -> Post | None:
    return Post.objects.filter(key=_key(post), removed_at=None).first()


def _key(post: int) -> str:
    return f"person:anew:{post}"


def _author(post: Post) -> Author:
    return Author(post.author, post.account_id, post.outside)
