"""What posts say, as far as the desk acts on it: people's names in them say nothing."""

from collections.abc import Collection, Iterable, Iterator

from dutydesk.chat.models import Post
from dutydesk.desk.rules.consequences import Consequence, Scene, consequence
from dutydesk.desk.rules.meanings import Meaning, said
from dutydesk.people.models import Engineer


def meant(post: Post, words: str = "") -> frozenset[Meaning]:
    """Give what a post says, or these words of it."""
    return _meant(post, words, _names())


def followed(scene: Scene, posts: Iterable[Post]) -> Iterator[tuple[Post, Consequence]]:
    """Give these posts, each with what would follow of it there. One query for all."""
    names = _names()
    yield from ((one, consequence(scene, _meant(one, "", names))) for one in posts)


def _names() -> Collection[str]:
    return list(Engineer.objects.values_list("name", flat=True))


def _meant(post: Post, words: str, names: Collection[str]) -> frozenset[Meaning]:
    return said(words or post.words.body, [*names, post.author])
