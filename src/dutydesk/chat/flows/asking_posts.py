"""The desk's posts that ask for something: once it is over they say why, and ask no more."""

from dataclasses import replace
from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import Post
from dutydesk.kernel.messages import Button, Message


def end(
    *, keys: str, actions: str, since: str, at: datetime, about: str = "", besides: str = ""
) -> None:
    """Let the posts whose keys begin with `keys` offer no more of the actions that begin so.

    `since` says why. What only shows something is offered still; of `about` alone, if that is
    given. Those whose keys begin with `besides` are left as they are.
    """
    posts = Post.objects.filter(key__startswith=keys).exclude(message__buttons=[]).order_by("pk")
    if about:
        posts = posts.filter(message__buttons__contains=[{"about": about}])
    if besides:
        posts = posts.exclude(key__startswith=besides)
    told = {one.key: _ended(one.words, actions, about, since) for one in posts}
    desk_posts.rewrite_all({key: said for key, said in told.items() if said is not None}, at=at)


def _ended(said: Message, actions: str, about: str, since: str) -> Message | None:
    """Give what a post says once it asks no more; None if it asks for nothing."""
    left = tuple(one for one in said.buttons if not _asks(one, actions, about))
    if left == said.buttons:
        return None
    said = replace(said, body=f"{said.body}\n{since}", buttons=left, mentions=())
    return said if any(map(_offers, left)) else replace(said, tone="kept", counts_to="")


def _asks(button: Button, actions: str, about: str) -> bool:
    ours = button.action.startswith(actions) and about in ("", button.about)
    return ours and _offers(button)


def _offers(button: Button) -> bool:
    return not button.action.endswith(".show")
