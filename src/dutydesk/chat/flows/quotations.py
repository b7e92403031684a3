"""What quotes people's posts: it follows what becomes of them, in the same transaction.

A room that keeps words of posts anywhere but in the post gives a `Quoter`. What somebody took back
is gone from there before anybody is told that it is.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import Post
from dutydesk.chat.rules import Retelling
from dutydesk.journal.flows import journal
from dutydesk.kernel.messages import Message

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Quoter:
    """A room that quotes posts. `follow` is given the post, how it is retold, and when."""

    name: str
    follow: Callable[[Post, Retelling, datetime], None]


TELLING = 4
"""In characters: what is shorter names a post nowhere."""
_quoters: dict[str, Quoter] = {}


def connect(quoter: Quoter) -> None:
    """Let this room follow too from now on. Called by wiring."""
    _quoters[quoter.name] = quoter


def follow(post: Post, retelling: Retelling, at: datetime) -> None:
    """Let whatever quotes a post say what it says now. Belongs in the transaction that changes it.

    The desk's own posts since then follow in its thread, and wherever they name it by its title.
    """
    root = post.thread or post
    journal.retell(subjects=[root.about], text=retelling.title)
    desks = Post.objects.filter(pk__gt=post.pk, account=None, outside="")
    named = Q(thread=root)
    if len(retelling.stem) >= TELLING:
        named |= Q(message__icontains=json.dumps(retelling.stem, ensure_ascii=False)[1:-1])
    quoting = desks.exclude(key__startswith="person:").filter(named)
    for one in quoting.order_by("pk"):
        told = retelling.leaves(one.message)
        if told != one.message:
            desk_posts.rewrite(key=one.key, message=Message.from_json(told), at=at)
    for quoter in _quoters.values():
        quoter.follow(post, retelling, at)


def retell_rows(rows: QuerySet[Row], fields: Sequence[str], retelling: Retelling) -> Sequence[Row]:
    """Let these texts of rows, or JSON, quote what is said now; give the rows that changed."""
    changed: list[Any] = []
    for row in rows.select_for_update(of=("self",)).order_by("pk"):
        told = {name: retelling.leaves(getattr(row, name), name) for name in fields}
        if any(getattr(row, name) != value for name, value in told.items()):
            for name, value in told.items():
                setattr(row, name, value)
            changed.append(row)
    rows.model._default_manager.bulk_update(changed, fields)
    return changed
