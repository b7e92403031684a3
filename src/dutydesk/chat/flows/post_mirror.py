"""Owing posts to a chat outside, and saying them there: in order, once, the newest state of each.

A post that is owed is a row of its own rather than an outbox message: what counts is the order
within a channel, and what a post says at the moment that it goes out. See decision 13.
"""

import hashlib
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from dutydesk.chat.models import ChannelMapping, Post, PostMirror
from dutydesk.database import rows
from dutydesk.journal.flows import journal
from dutydesk.kernel.events import Event
from dutydesk.kernel.messages import Message
from dutydesk.kernel.subjects import screen_of, subject
from dutydesk.people.flows import identities
from dutydesk.ports.delivery import Undelivered
from dutydesk.ports.outside import Blocked, OutgoingPost, Poster

LEASE = timedelta(seconds=15)
PACE = timedelta(seconds=1)
BLOCKED = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=1)
_chats: list[str] = []


@dataclass(frozen=True)
class MirrorTrouble(Event):
    """Something that is said here can't be said in the chat outside.

    `post`: the key of the one post that never can; without it, nothing can be said for now.
    `blocked`: nothing can, until somebody mends what is in the way.
    """

    kind: ClassVar[str] = "chat.mirror-trouble"
    channel: str
    reason: str
    post: str = ""
    blocked: bool = False


def mirror_to(chat: str) -> None:
    """Owe posts to this chat, such as `slack`, from now on. Called by wiring."""
    _chats[:] = [chat] if chat else []


def chat() -> str:
    """Name the chat outside that posts are owed to; empty if there is none."""
    return _chats[0] if _chats else ""


_OWE = """
INSERT INTO chat_postmirror
    (post_id, channel_id, reference, said, owed, urgent, uncertain, problem, owed_at)
SELECT id, channel_id, '', '', true, message ->> 'tone' = 'high', false, '', %s
FROM chat_post WHERE key = ANY(%s::text[]) AND NOT starts_with(key, %s)
ON CONFLICT (post_id) DO UPDATE
SET owed = true, problem = '', urgent = excluded.urgent,
    owed_at = CASE WHEN chat_postmirror.owed THEN chat_postmirror.owed_at ELSE excluded.owed_at END
"""


def owe(keys: Collection[str], *, at: datetime) -> None:
    """Owe the posts of these keys to the chat outside as they are now; nothing if there is none.

    Belongs inside the transaction that says or changes them. One statement.
    """
    if _chats and keys:
        rows.run(_OWE, [at, list(keys), _from_there()])


def _from_there() -> str:
    """Give what the keys of posts begin with that came from the chat outside."""
    return f"{_chats[0]}:"


def post_at(channel: str, reference: str) -> Post | None:
    """Give the desk's own post that stands there; `channel` is named as that chat does."""
    found = PostMirror.objects.filter(
        reference=reference, channel__elsewhere__outside__endswith=f":{channel}"
    )
    row = found.select_related("post__channel").first()
    return row.post if row else None


def say_what_is_owed(*, mouth: Poster, now: Callable[[], datetime]) -> int:
    """Say one post in each channel that is owed one and may have it; give how many were said.

    Workers may do this at the same time: each takes a channel that no other has.
    """
    if not _chats:
        return 0
    owed = PostMirror.objects.filter(channel=OuterRef("channel"), owed=True)
    at = now()
    free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    due = Q(next_at=None) | Q(next_at__lte=at)
    places = ChannelMapping.objects.filter(
        free, due, Exists(owed), outside__startswith=_from_there()
    )
    return sum(_say_one(place, mouth, now) for place in places.order_by("next_at", "id"))


def _say_one(place: ChannelMapping, mouth: Poster, now: Callable[[], datetime]) -> int:
    at = now()
    mine = ChannelMapping.objects.filter(
        Q(claimed_until=None) | Q(claimed_until__lte=at), pk=place.pk
    )
    if not mine.update(claimed_until=at + LEASE):
        return 0
    wait, trouble, failures = timedelta(), "", 0
    try:
        said = _next(place, at)
        if said is None:
            return 0
        row, what, digest = said
        try:
            reference = mouth.say(what)
        except Undelivered as failure:
            if not failure.permanent:
                failures, wait = place.failures + 1, _wait(place.failures, failure)
                trouble = failure.reason
            _failed(row, failure, now())
        except Blocked as blocked:
            wait, trouble = BLOCKED, f"{blocked.reason} {blocked.remedy}"
        else:
            _said(row.pk, reference, digest, now())
            wait = PACE
        return 1
    finally:
        _release(place, now(), wait, trouble, failures)


def _wait(failures: int, failure: Undelivered) -> timedelta:
    if failure.retry_after is not None:
        return failure.retry_after
    return min(timedelta(seconds=2 ** min(failures, 20)), LONGEST_WAIT)


def _release(
    place: ChannelMapping, at: datetime, wait: timedelta, trouble: str, failures: int
) -> None:
    """Let others have the channel again, from later on; tell once what is in the way."""
    with transaction.atomic():
        ChannelMapping.objects.filter(pk=place.pk).update(
            claimed_until=None, next_at=at + wait, trouble=trouble, failures=failures
        )
        if trouble and not place.trouble:
            journal.record(
                event=MirrorTrouble(place.name, trouble, blocked=not failures),
                subject=subject("channel", place.channel_id),
                text=f"{place.name} outside can't be written to: {trouble} All of it stays owed",
                at=at,
            )


def _next(place: ChannelMapping, at: datetime) -> tuple[PostMirror, OutgoingPost, str] | None:
    """Give what is said next in a channel; what needs no saying after all is owed no more.

    The urgent first, else in order; a reply after the post that it answers.
    """
    owed = PostMirror.objects.filter(channel=place.channel_id, owed=True)
    owed = owed.select_related("post__thread__mirror", "post__only_for")
    waits = Q(post__thread__mirror__reference="", post__thread__mirror__owed=True)
    for row in owed.exclude(waits).order_by("-urgent", "post")[:50]:
        root = row.post.thread
        if root is not None and not root.key.startswith(_from_there()) and _mirror(root) is None:
            owe([root.key], at=at)  # It was said here before there was a chat outside.
            return _next(place, at)
        digest = _digest(row.post)
        said = _as_said(row, place)
        if said is not None and digest != row.said:
            return row, said, digest
        _said(row.pk, row.reference, digest, at)
    return None


def _mirror(post: Post) -> PostMirror | None:
    found: PostMirror | None = getattr(post, "mirror", None)
    return found


def _as_said(row: PostMirror, place: ChannelMapping) -> OutgoingPost | None:
    """Give a post as it is to stand outside; None if nothing of it is to stand there."""
    post, removed = row.post, row.post.removed_at is not None
    if removed and not row.reference:
        return None
    only_for = ""
    if post.only_for_id is not None:
        only_for = _person(post.only_for_id)
        if not only_for or row.reference:  # Not there, or seen once and not to be changed.
            return None
    return OutgoingPost(
        key=post.key,
        channel=place.outside.rpartition(":")[2],
        message=_words(post),
        screen=screen_of(subject("post", post.pk)),
        author=post.author if post.written_by else "",
        thread=_thread(post),
        reference=row.reference,
        only_for=only_for,
        removed=removed,
        uncertain=row.uncertain,
        mentions=tuple(filter(None, map(_person, post.words.mentions))),
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


def _person(account: int) -> str:
    """Give who an account is in the chat outside; empty for nobody there."""
    return identities.outside_of(account, _chats[0]).rpartition(":")[2]


def _thread(post: Post) -> str:
    return reference(post.thread) if post.thread else ""


def reference(post: Post) -> str:
    """Give where a post stands in the chat outside; empty if it doesn't yet."""
    if post.key.startswith(_from_there()):
        return post.key.rpartition(":")[2]
    found = _mirror(post)
    return found.reference if found else ""


def _digest(post: Post) -> str:
    said = json.dumps([post.message, post.removed_at is not None], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


@transaction.atomic
def _said(number: int, reference: str, digest: str, at: datetime) -> None:
    """Keep where a post stands and what it says there; it stays owed if it says more by now."""
    row = PostMirror.objects.select_for_update(of=("self",)).select_related("post").get(pk=number)
    if reference and not row.reference:
        row.said_at = at
    row.reference, row.said, row.uncertain = reference[:40], digest, False
    row.owed = _digest(row.post) != digest
    row.save(update_fields=["reference", "said", "said_at", "uncertain", "owed"])


@transaction.atomic
def _failed(row: PostMirror, failure: Undelivered, at: datetime) -> None:
    """Keep that a post may be there, or that it can't be said there at all."""
    if not failure.permanent:
        PostMirror.objects.filter(pk=row.pk).update(uncertain=row.uncertain or failure.uncertain)
        return
    PostMirror.objects.filter(pk=row.pk).update(owed=False, problem=failure.reason)
    journal.record(
        event=MirrorTrouble(row.post.channel.name, failure.reason, row.post.key),
        subject=subject("thread", row.post.thread_id or row.post_id),
        text=f"This can't be said outside: {failure.reason}",
        at=at,
    )


def behind(*, at: datetime, by: timedelta) -> list[str]:
    """Give the channels in which something has been owed outside for so long. One query."""
    if not _chats:
        return []
    late = PostMirror.objects.filter(owed=True, owed_at__lte=at - by)
    return list(
        late.order_by("channel__name").values_list("channel__name", flat=True).distinct()[:9]
    )
