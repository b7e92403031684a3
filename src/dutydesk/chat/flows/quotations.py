"""What quotes people's posts: it follows what becomes of them, in the same transaction.

A room that keeps words of posts anywhere but in the post gives a `Quoter`. What somebody took back
is gone from there before anybody is told that it is.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import EarlierText, Post
from dutydesk.chat.rules import Retelling
from dutydesk.database import rows
from dutydesk.journal.flows import journal
from dutydesk.journal.flows.journal import ChangedWords
from dutydesk.kernel.messages import Message

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Quoter:
    """A room that quotes posts. `follow` is given the post, how it is retold, and when.

    `keeps`: whether it leaves something as it quotes it, of what is retold so once it is gone; a
    room that follows every change keeps nothing.
    """

    name: str
    follow: Callable[[Post, Retelling, datetime], None]
    keeps: Callable[[Post, Retelling], bool] = lambda _post, _gone: False


_quoters: dict[str, Quoter] = {}


def connect(quoter: Quoter) -> None:
    """Let this room follow too from now on. Called by wiring."""
    _quoters[quoter.name] = quoter


def change(post: Post, before: str, at: datetime) -> None:
    """Let whatever quotes a post say what it says now. What is quoted as `before` is remembered.

    Belongs in the transaction that changes it.
    """
    if post.words.body == before:
        return  # Only what is seen in its pictures was changed.
    _follow(post, Retelling(before, post.words.body), at)
    gone = Retelling(before, None)
    kept = post.earlier.filter(text=before)  # Once is enough; whoever changes it has it locked.
    if any(quoter.keeps(post, gone) for quoter in _quoters.values()) and not kept.exists():
        EarlierText.objects.create(post=post, text=before)


def take_back(post: Post, before: str, at: datetime) -> None:
    """Let nothing quote a post any more, as it read `before` or earlier. Likewise."""
    earlier = list(post.earlier.order_by("pk").values_list("text", flat=True))
    _follow(post, Retelling(before, None, earlier), at)
    post.earlier.all().delete()


def _follow(post: Post, retelling: Retelling, at: datetime) -> None:
    """Let whatever quotes a post be told so.

    The desk's own posts in its thread follow what begins the thread; no answer is quoted there.
    """
    if post.thread_id is None:
        retell_record([post.about], post, retelling, at)
        retell_posts(Post.objects.filter(thread=post), retelling, at)
    for quoter in _quoters.values():
        quoter.follow(post, retelling, at)


def retell_record(subjects: Iterable[str], post: Post, retelling: Retelling, at: datetime) -> None:
    """Let what the journal has of these subjects quote what a post says now."""
    changed = ChangedWords(post.author, at, retelling.gone, retelling.quoted)
    journal.retell(subjects=subjects, changed=changed)


TELLING = 4
"""In characters: what is shorter names a post nowhere."""


def naming(post: Post, retelling: Retelling, keys: Iterable[str]) -> QuerySet[Post]:
    """Give the posts said or rewritten since a post that may name it, of those whose keys begin so.

    Of `keys` that end with a colon, what has the key without it is meant too.
    """
    ours = Q(pk__in=[])
    for key in keys:
        ours |= Q(key__startswith=key) | Q(key=key.removesuffix(":"))
    since = Q(pk__gt=post.pk) | Q(changed_at__gte=post.at)
    return Post.objects.filter(ours, since, naming_it("message", retelling))


def naming_it(column: str, retelling: Retelling) -> Q:
    """Say that JSON in this column may name a post by its title."""
    named = Q(pk__in=[])
    for stem in retelling.stems:
        written = json.dumps(stem, ensure_ascii=False)[1:-1]
        if len(written) >= TELLING:
            named |= Q((f"{column}__icontains", written))
    return named


def retell_posts(posts: QuerySet[Post], retelling: Retelling, at: datetime) -> None:
    """Let those of these posts that are the desk's own quote what is said now."""
    desks = posts.filter(account=None, outside="").exclude(key__startswith="person:")
    told = {
        key: Message.from_json(new)
        for key, message in desks.values_list("key", "message")
        if (new := retelling.leaves(message)) != message
    }
    desk_posts.rewrite_all(told, at=at)


def retell_rows(
    quoting: QuerySet[Row], fields: Sequence[str], retelling: Retelling
) -> Sequence[Row]:
    """Let these texts of rows, or JSON, quote what is said now; give the rows that changed."""
    return rows.rewrite(quoting, fields, retelling.leaves)
