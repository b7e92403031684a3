"""Reading channels and threads."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from dutydesk.chat.models import Channel, Post
from dutydesk.kernel.subjects import subject

# The marks that can be put on posts here, and how they look; a chat outside may have more.
MARKS = {"eyes": "👀", "white_check_mark": "✅", "pushpin": "📌"}
_SAYS = {
    "eyes": ("Looking", "I am looking into this"),
    "white_check_mark": ("Solved", "This is solved"),
    "pushpin": ("For the ticket", "This belongs on the ticket"),
}


SHOWN = ("marks", "pictures", "outside_pictures")
"""What posts are shown with."""


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
    return list(posts.prefetch_related(*SHOWN).order_by("-id")[:count])[::-1]


def thread(*, root: Post, account: int | None, joined: Collection[int] = ()) -> list[Post]:
    """Give the answers in a thread, oldest first; with posts that are `joined` to its root."""
    said = Post.objects.filter(Q(thread__in=[root.pk, *joined]) | Q(pk__in=joined))
    return list(visible(said.prefetch_related(*SHOWN), account).order_by("pk"))


@dataclass(frozen=True, slots=True)
class Marked:
    """One mark on a post: how it looks, what it says, how many put it there, this reader too.

    `label` stands beside its looks, for whoever has no font for them.
    """

    name: str
    looks: str
    label: str
    says: str
    count: int
    mine: bool


def marks(post: Post, account: int | None) -> list[Marked]:
    """Give the marks of a post, those that may be put here first. No query if prefetched."""
    on = list(post.marks.all())
    me = None if account is None else subject("account", account)
    mine = {one.name for one in on if one.who == me}
    names = [*MARKS, *sorted({one.name for one in on} - MARKS.keys())]
    counts = Counter(one.name for one in on)
    return [
        Marked(
            name,
            MARKS.get(name, f":{name}:"),
            *_SAYS.get(name, ("", name)),
            count=counts[name],
            mine=name in mine,
        )
        for name in names
    ]
