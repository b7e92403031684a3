"""Owing posts to a chat outside, and saying them there: in order, once, the newest state of each.

A post that is owed is a row of its own rather than an outbox message: what counts is the order
within a channel, and what a post says at the moment that it goes out. See decision 13.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Greatest

from dutydesk.chat.flows.outgoing_posts import as_said
from dutydesk.chat.models import ChannelMapping, Post, PostMirror
from dutydesk.database import durable, notifications, rows, works
from dutydesk.database.threaded import ThreadedKind
from dutydesk.database.trouble import FAULT, least_tries
from dutydesk.journal.flows import journal
from dutydesk.kernel.events import Event
from dutydesk.kernel.subjects import subject
from dutydesk.ports.delivery import Undelivered
from dutydesk.ports.outside import Blocked, OutgoingPost, Poster

logger = logging.getLogger(__name__)
PACE = timedelta(seconds=1)
BLOCKED = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=1)
_NO_REST_IS_LONGER = timedelta(hours=1)
PATIENCE = 6
"""After so many faults of ours in a row a post is put aside: others wait behind it."""
_chats: list[str] = []
_mouths: list[Poster] = []


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


def mirror_to(chat: str, mouth: Poster | None = None) -> None:
    """Owe posts to this chat, such as `slack`, and say them with `mouth`. Called by wiring."""
    _chats[:] = [chat] if chat else []
    _mouths[:] = [mouth] if mouth is not None else []


def chat() -> str:
    """Name the chat outside that posts are owed to; empty if there is none."""
    return _chats[0] if _chats else ""


_OWE = """
WITH owed AS (
    INSERT INTO chat_postmirror
        (post_id, channel_id, reference, said, owed, urgent, uncertain, problem, owed_at)
    SELECT id, channel_id, '', '', true, message ->> 'tone' = 'high', false, '', %s
    FROM chat_post WHERE key = ANY(%s::text[]) AND NOT starts_with(key, %s)
    ON CONFLICT (post_id) DO UPDATE
    SET owed = true, problem = '', urgent = excluded.urgent, owed_at =
        CASE WHEN chat_postmirror.owed THEN chat_postmirror.owed_at ELSE excluded.owed_at END
    RETURNING 1
)
SELECT pg_notify(%s, %s) FROM owed LIMIT 1
"""


def owe(keys: Collection[str], *, at: datetime) -> None:
    """Owe the posts of these keys to the chat outside as they are now; nothing if there is none.

    Belongs inside the transaction that says or changes them. One statement, which wakes a worker
    once that is committed.
    """
    if _chats and keys:
        rows.run(_OWE, [at, list(keys), _from_there(), notifications.WORK, Speaking.name])


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


class _NotPut(Exception):
    """What a post is to say outside can't be put together."""

    def __init__(self, mirror: PostMirror, digest: str, fault: Exception) -> None:
        super().__init__(mirror.pk)
        self.mirror, self.digest, self.fault = mirror, digest, fault


class _Blocked(Undelivered):
    """Nothing can be said in a channel until somebody mends that."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What became of one post: where it stands and what it says there, or why it never can.

    `digest`: of what was to be said.
    """

    mirror: PostMirror
    reference: str = ""
    digest: str = ""
    never: str = ""


class Speaking(ThreadedKind[ChannelMapping]):
    """Saying in a channel outside what is owed there: one post a try, one try a second.

    What a channel owes is what its posts say; its row says only from when on it may be tried.
    """

    name, noun, threads = "chat.say", "channel", 4
    columns, related = ("trouble",), ("channel",)
    longest = LONGEST_WAIT

    def owed(self) -> "QuerySet[ChannelMapping]":
        """Give the channels of the chat outside in which a post is owed.

        Where two of theirs are one of ours, what it owes is said in the newer one.
        """
        if not _chats:
            return ChannelMapping.objects.none()
        owed = PostMirror.objects.filter(channel=OuterRef("channel"), owed=True)
        there = ChannelMapping.objects.filter(outside__startswith=_from_there())
        newer = there.filter(channel=OuterRef("channel"), pk__gt=OuterRef("pk"))
        return there.filter(Exists(owed), ~Exists(newer))

    def is_due(self, at: datetime) -> Q:
        """Let a channel be tried that never was, too; and that rests for longer than any does.

        That was set while the clock was ahead.
        """
        rests = Q(trouble="", due_at__gt=at + durable.LEASE) | Q(due_at__gt=at + _NO_REST_IS_LONGER)
        return Q(due_at=None) | super().is_due(at) | Q(rests, claimed_at=None)

    def hold(self, number: int, at: datetime) -> ChannelMapping | None:
        """Lock a channel in which something is owed, and may be said now."""
        due = self.owed().filter(self.is_due(at), pk=number).select_related("channel")
        return due.select_for_update(skip_locked=True, of=("self",)).first()

    def oldest(self) -> "QuerySet[Any, Any]":
        """Count from when a channel may be tried, and is owed something."""
        owed = PostMirror.objects.filter(channel=OuterRef("channel"), owed=True).order_by()
        first = owed.values("channel").annotate(first=Min("owed_at")).values("first")
        late = self.owed().annotate(late=Greatest("due_at", Subquery(first)))
        named = late.annotate(noun=Value(self.noun)).values("noun")
        return named.annotate(oldest=Min("late")).values_list("noun", "oldest")

    def outside(self, row: ChannelMapping, now: Callable[[], datetime]) -> _Said | None:
        """Say what comes first; give what became of it, or None if nothing needs to be said."""
        try:
            following = _next(row, now())
        except _NotPut as trouble:
            return self._put_up_with(row, trouble.mirror, trouble.digest, trouble.fault)
        if following is None:
            return None
        mirror, what, digest = following
        unsure = PostMirror.objects.filter(pk=mirror.pk)
        unsure.update(uncertain=True)  # As long as nobody knows how this ends.
        rows.give_back()
        try:
            return _Said(mirror, _mouths[-1].say(what), digest)
        except Undelivered as failure:
            if failure.permanent:
                return _Said(mirror, digest=digest, never=failure.reason)
            unsure.update(uncertain=mirror.uncertain or failure.uncertain)
            raise
        except Blocked as blocked:
            unsure.update(uncertain=mirror.uncertain)
            because = f"{blocked.reason} {blocked.remedy}"
            raise _Blocked(because, retry_after=BLOCKED) from blocked
        except Exception as fault:  # noqa: BLE001 -- it is raised again
            return self._put_up_with(row, mirror, digest, fault)

    def _put_up_with(
        self, row: ChannelMapping, mirror: PostMirror, digest: str, fault: Exception
    ) -> _Said:
        """Let a fault of ours fail a try, or put a post aside at which that happens again."""
        if row.attempts < max(PATIENCE, least_tries(fault)):
            raise fault
        if row.trouble != FAULT:
            raise fault  # The tries before may have been the other side's, which passes.
        logger.error("a post can't be said outside, and is put aside", exc_info=fault)
        return _Said(mirror, digest=digest, never=FAULT)

    def inside(self, row: ChannelMapping, outcome: _Said | None, at: datetime) -> None:
        """Note what became of the post, and let the channel rest for a moment."""
        row.attempts, row.trouble = 0, ""
        if outcome is None:
            return
        row.due_at = at + PACE
        if outcome.never:
            _put_aside(outcome, at)
        else:
            _said(outcome.mirror.pk, outcome.reference, outcome.digest, at)

    def failed(self, row: ChannelMapping, failure: Undelivered, at: datetime) -> None:
        """Tell once what is in the way, and what must be mended also after what may pass."""
        told, row.trouble = row.trouble, failure.reason
        blocked = isinstance(failure, _Blocked)
        if blocked:
            row.attempts = 0  # That is no failure of the other side: it says what to mend.
        if told and not (blocked and told != failure.reason):
            return
        journal.record(
            event=MirrorTrouble(row.name, failure.reason, blocked=blocked),
            subject=subject("channel", row.channel_id),
            text=f"{row.name} outside can't be written to: {failure.reason} All of it stays owed",
            at=at,
        )


SPEAKING = works.register(Speaking(ChannelMapping))


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
        try:
            said = as_said(row, place, thread=_thread(row.post))
        except Exception as fault:
            raise _NotPut(row, digest, fault) from fault
        if said is not None and digest != row.said:
            return row, said, digest
        _said(row.pk, row.reference, digest, at)
    return None


def _mirror(post: Post) -> PostMirror | None:
    found: PostMirror | None = getattr(post, "mirror", None)
    return found


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


def _put_aside(outcome: _Said, at: datetime) -> None:
    """Owe a post no more that can't be said there at all, and say so; newer words are owed."""
    mirror, because = outcome.mirror, outcome.never
    now = PostMirror.objects.select_for_update(of=("self",)).select_related("post")
    row = now.get(pk=mirror.pk)
    if _digest(row.post) != outcome.digest:
        return
    row.owed, row.problem = False, because
    row.save(update_fields=["owed", "problem"])
    journal.record(
        event=MirrorTrouble(mirror.post.channel.name, because, mirror.post.key),
        subject=subject("thread", mirror.post.thread_id or mirror.post_id),
        text=f"This can't be said outside: {because}",
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
