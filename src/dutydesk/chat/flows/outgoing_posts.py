"""Posts as they are to stand in a chat outside."""

from dataclasses import replace

from django.conf import settings

from dutydesk.chat.models import ChannelMapping, Post, PostMirror
from dutydesk.kernel.messages import Message
from dutydesk.kernel.subjects import screen_of, subject
from dutydesk.people.flows import identities
from dutydesk.ports.outside import OutgoingPost


def as_said(row: PostMirror, place: ChannelMapping, *, thread: str) -> OutgoingPost | None:
    """Give a post as it is to stand outside; None if nothing of it is to stand there.

    `thread`: where the post that it answers stands there.
    """
    chat = place.outside.partition(":")[0]
    post, removed = row.post, row.post.removed_at is not None
    if removed and not row.reference:
        return None
    only_for = ""
    if post.only_for_id is not None:
        only_for = _person(post.only_for_id, chat)
        if not only_for or row.reference:  # Not there, or seen once and not to be changed.
            return None
    return OutgoingPost(
        key=post.key,
        channel=place.outside.rpartition(":")[2],
        message=_words(post),
        screen=screen_of(subject("post", post.pk)),
        author=post.author if post.written_by else "",
        thread=thread,
        reference=row.reference,
        only_for=only_for,
        removed=removed,
        uncertain=row.uncertain,
        mentions=tuple(filter(None, (_person(one, chat) for one in post.words.mentions))),
    )


def _words(post: Post) -> Message:
    """Give what a post says; the pictures that somebody added here are seen here."""
    words = post.words
    count = post.pictures.count() if post.written_by else 0
    if not count:
        return words
    many = "1 picture" if count == 1 else f"{count} pictures"
    where = settings.BASE_URL + screen_of(subject("post", post.pk))
    return replace(words, body=f"{words.body}\n\n({many}: {where})")


def _person(account: int, chat: str) -> str:
    """Give who an account is in that chat; empty for nobody there."""
    return identities.outside_of(account, chat).rpartition(":")[2]
