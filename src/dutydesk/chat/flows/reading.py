"""Reading channels and threads."""

from django.db.models import Q, QuerySet

from dutydesk.chat.models import Channel, Post


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
