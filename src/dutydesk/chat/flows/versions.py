"""Which of a chat's words about a post are older than what is known: it tells of no order."""

from dutydesk.chat.models import Post


def is_older(post: Post, version: str) -> bool:
    """Say whether a post says what it was changed to later already. Versions are numbers."""
    return bool(version and post.version) and float(version) < float(post.version)


def know(*, key: str, version: str) -> None:
    """Remember as of which version the post of that key is known."""
    if version:
        Post.objects.filter(key=key).update(version=version[:40])
