"""Pictures of posts in a chat outside: known at once, and brought here once they are to be kept."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from dutydesk.chat.flows.desk_posts import stir
from dutydesk.chat.models import OutsidePicture, Post
from dutydesk.kernel.files import SentFile
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
from dutydesk.outbox.flows import outbox
from dutydesk.pictures.flows import pictures
from dutydesk.pictures.rules.pictures import LONGEST_DESCRIPTION, MOST
from dutydesk.ports.outside import PICTURE

_State = OutsidePicture.State


@dataclass(frozen=True, slots=True)
class OutsideFile:
    """A picture as the chat outside tells of it. `number` names it there."""

    number: str
    name: str
    address: str
    description: str = ""


def know(post: Post, files: Sequence[OutsideFile]) -> None:
    """Know of the pictures of a post, so that they can be brought here; known ones stay."""
    if post.removed_at is not None:
        return
    OutsidePicture.objects.bulk_create(
        [
            OutsidePicture(
                post=post,
                number=file.number[:40],
                name=file.name[:100],
                address=file.address,
                description=file.description[:LONGEST_DESCRIPTION],
            )
            for file in files[:MOST]
        ],
        ignore_conflicts=True,
    )


def told_of(post: Post) -> list[OutsideFile]:
    """Give the pictures of a post as the chat outside told of them."""
    return [
        OutsideFile(one.number, one.name, one.address, one.description)
        for one in post.outside_pictures.all()
    ]


@transaction.atomic
def stay(post: Post, numbers: Collection[str]) -> None:
    """Forget the pictures of a post that are not among these any more, where it stands.

    What was brought of them is gone too once none that was brought stays there.
    """
    _hold(Post.objects.filter(pk=post.pk))
    gone = post.outside_pictures.exclude(number__in=[one[:40] for one in numbers])
    brought = gone.filter(state=_State.HERE).exists()
    if not gone.delete()[0]:
        return
    if brought and not post.outside_pictures.filter(state=_State.HERE).exists():
        pictures.drop(post.pictures.all())
    stir(post)


@transaction.atomic
def keep(*, post: int, at: datetime) -> None:
    """Let a post's pictures be brought here; those that are, or were asked for, are left."""
    _hold(Post.objects.filter(pk=post))
    there = OutsidePicture.objects.select_for_update().filter(post=post, state=_State.THERE)
    for one in there.select_related("post"):
        one.state = _State.OWED
        one.save(update_fields=["state"])
        outbox.enqueue(
            key=f"chat.picture:{one.pk}",
            kind=PICTURE,
            subject=_thread(one.post),
            payload={
                "picture": one.pk,
                "address": one.address,
                "what": f"The picture “{one.name}” of {one.post.author}",
            },
            at=at,
        )


@transaction.atomic
def bring(*, number: int, data: bytes, at: datetime) -> None:
    """Keep what a picture turned out to be; one that is here already, or gone, changes nothing.

    What isn't taken is said at its post.
    """
    one = _owed(number)
    if one is None:
        return
    file = SentFile(one.name, data, one.description)
    try:
        made = pictures.keep([file], by=one.post.author, at=at, there=one.post.pictures.count())
    except Refused as refusal:
        one.state, one.problem = _State.LOST, refusal.reason
    else:
        one.post.pictures.add(*made)
        one.state, one.problem = _State.HERE, ""
    _said(one)


@transaction.atomic
def miss(*, number: int, reason: str, for_good: bool) -> None:
    """Say at a post why a picture of it isn't here, or not yet."""
    one = _owed(number)
    if one is not None:
        one.state = _State.LOST if for_good else _State.OWED
        one.problem = f"{reason}." if for_good else f"{reason}. It is tried again."
        _said(one)


def _hold(posts: QuerySet[Post]) -> None:
    """Lock a post before its pictures, as whoever takes it back does."""
    posts.select_for_update(of=("self",)).first()


def _owed(number: int) -> OutsidePicture | None:
    _hold(Post.objects.filter(outside_pictures=number))
    rows = OutsidePicture.objects.select_for_update(of=("self",)).select_related("post")
    return rows.filter(pk=number, state=_State.OWED, post__removed_at=None).first()


def _said(one: OutsidePicture) -> None:
    one.save(update_fields=["state", "problem"])
    stir(one.post)


def _thread(post: Post) -> str:
    return subject("thread", post.thread_id or post.pk)
