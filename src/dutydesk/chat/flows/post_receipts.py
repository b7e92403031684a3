"""What became of posts of the desk: whether they stand where people read them, and if not, why."""

from collections.abc import Callable, Collection, Iterable

from dutydesk.chat.flows import post_mirror
from dutydesk.chat.models import ChannelMapping, Post, PostMirror
from dutydesk.kernel.tellings import Receipt


def receipts(keys: Collection[str], *, audience: Callable[[str], str]) -> dict[str, Receipt]:
    """Give what became of the posts of these keys, by key, in two queries however many they are.

    `audience` says whose channel it is, by the channel's name. In a chat outside, a post has
    arrived once it stands there; without one, once it was said.
    """
    posts = list(Post.objects.filter(key__in=keys).select_related("channel", "mirror"))
    places = _places({post.channel.name for post in posts if hasattr(post, "mirror")})
    return {
        post.key: _receipt(post, audience(post.channel.name), places.get(post.channel.name))
        for post in posts
    }


def blocked(channels: Collection[str]) -> dict[str, str]:
    """Give those of the channels that nothing can be said in outside for now, and why. One query.

    Nothing if there is no chat outside. What only fails and is tried again is not blocked.
    """
    if not post_mirror.chat():
        return {}
    places = _places(channels)
    missing = {one: _missing(one) for one in channels if one not in places}
    stuck = {name: one.trouble for name, one in places.items() if _is_blocked(one)}
    return missing | stuck


def _is_blocked(place: ChannelMapping) -> bool:
    """Say whether its last try, before the one that may be under way, met what must be mended."""
    return bool(place.trouble) and place.attempts == (place.claimed_at is not None)


def _missing(channel: str) -> str:
    return f"There is no channel {channel} that the app is in. Invite it there."


def _places(channels: Iterable[str]) -> dict[str, ChannelMapping]:
    chat = post_mirror.chat()
    if not chat:
        return {}
    found = ChannelMapping.objects.filter(
        channel__name__in=list(channels), outside__startswith=f"{chat}:"
    )
    return {one.channel.name: one for one in found.select_related("channel").order_by("id")}


def _receipt(post: Post, audience: str, place: ChannelMapping | None) -> Receipt:
    name = post.channel.name
    mirror: PostMirror | None = getattr(post, "mirror", None)
    if mirror is None:
        return Receipt(audience, name, "delivered", post.at)
    if mirror.problem:
        return Receipt(audience, name, "failed", mirror.owed_at, reason=mirror.problem)
    if mirror.reference or not mirror.owed:
        return Receipt(audience, name, "delivered", mirror.said_at or mirror.owed_at)
    if place is None:
        return Receipt(audience, name, "waiting", reason=_missing(name))
    return Receipt(audience, name, "waiting", tries=place.attempts, reason=place.trouble)
