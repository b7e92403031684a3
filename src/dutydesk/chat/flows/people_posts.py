"""What people post, change, remove and mark, here or in a chat outside."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import transaction

from dutydesk.chat.flows import emoji, post_mirror, quotations
from dutydesk.chat.flows.desk_posts import count, place, stir
from dutydesk.chat.flows.threads import visible
from dutydesk.chat.models import Mark, Post
from dutydesk.chat.rules import REMOVED, amendment
from dutydesk.database import rows
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import NotYours, Person
from dutydesk.kernel.events import Event
from dutydesk.kernel.files import SentFile
from dutydesk.kernel.messages import Message
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
from dutydesk.pictures.flows import descriptions, pictures
from dutydesk.pictures.flows.descriptions import Descriptions

LONGEST = 40_000  # As much as a message in Slack takes.


class PostRefused(Refused):
    """The post can't be taken."""


@dataclass(frozen=True)
class PostEvent(Event):
    """Somebody, not the desk, did something to a post. `thread` is the post it answers, or None."""

    kind: ClassVar[str]
    post: int
    channel: str
    thread: int | None


@dataclass(frozen=True)
class PersonPosted(PostEvent):
    """Somebody posted; `outside`: in a chat outside."""

    kind: ClassVar[str] = "chat.posted"
    outside: bool = False


@dataclass(frozen=True)
class PersonEdited(PostEvent):
    """Somebody changed what they had posted; `amends`: what they mark as added is new."""

    kind: ClassVar[str] = "chat.edited"
    amends: bool = False


class PersonRemoved(PostEvent):
    """Somebody took back what they had posted."""

    kind: ClassVar[str] = "chat.removed"


@dataclass(frozen=True)
class PersonMarked(PostEvent):
    """Somebody put a mark on a post, or took it off again; `mark` is its name, as in `eyes`."""

    kind: ClassVar[str] = "chat.marked"
    mark: str
    on: bool
    account: int | None
    who: str
    name: str


@dataclass(frozen=True, slots=True)
class Author:
    """Whoever posts or marks. `account`: None for somebody in a chat outside whom nobody knows.

    `outside` names them in that chat, as in `slack:T024BE7LD:U012AB3CD`; empty in the built-in one.
    """

    name: str
    account: int | None
    outside: str = ""

    @classmethod
    def of(cls, person: Person) -> Self:
        """Give the author that somebody who uses the desk itself is."""
        return cls(person.name, person.account)

    @classmethod
    def wrote(cls, post: Post) -> Self:
        """Give whoever posted it."""
        return cls(post.author, post.account_id, post.outside)

    @property
    def who(self) -> str:
        """Name them for good."""
        return self.outside if self.account is None else subject("account", self.account)


@transaction.atomic
def post(
    *,
    by: Author,
    channel: str,
    text: str,
    at: datetime,
    thread: int | None = None,
    key: str = "",
    files: Sequence[SentFile] = (),
) -> Post:
    """Take a person's post in a channel or a thread, and let the rooms hear of it.

    In a thread that one person sees, nobody else posts or reads what is posted. `key`: what it is
    called in the chat that it comes from; one that was posted before is left as it is. `files`
    are pictures to show with it, which may say all that there is to say.
    Raises PostRefused, PictureRefused.
    """
    text = _text(text.strip() or _shown(files))
    seen = visible(Post.objects.filter(thread=None), by.account)
    root = seen.filter(pk=thread).first() if thread else None
    if thread and root is None:
        raise PostRefused("That thread isn't there.", "Post it in the channel.")
    made = Post(key=key or f"person:{uuid.uuid4()}", **_told(by, channel, root, text, at))
    if not rows.insert_new(made):
        return Post.objects.get(key=made.key)
    if files:
        made.pictures.set(pictures.keep(files, by=by.name, at=at))
    count(made)
    post_mirror.owe([made.key], at=at)
    event = PersonPosted(made.pk, made.channel.name, thread, bool(key))
    _record(event, made, "posted in", by, at)
    return made


@transaction.atomic
def unsay(*, by: Author, channel: str, at: datetime, key: str, thread: int | None = None) -> None:
    """Keep the place of what was taken back before it came here: it is not posted any more.

    `key`: as in `post`. Nobody hears of it, and nothing is known of what it said.
    """
    root = Post.objects.filter(thread=None, pk=thread).first() if thread else None
    found, new = Post.objects.get_or_create(
        key=key, defaults=_told(by, channel, root, REMOVED, at) | {"removed_at": at}
    )
    if new:
        count(found)


def _told(by: Author, channel: str, root: Post | None, text: str, at: datetime) -> dict[str, Any]:
    """Give what is kept of what somebody says, in a channel or in the thread of `root`."""
    return {
        "channel": root.channel if root else place(channel),
        "thread": root,
        "author": by.name[:100],
        "account_id": by.account,
        "only_for_id": root.only_for_id if root else None,
        "outside": by.outside,
        "message": Message(text).as_json(),
        "at": at,
    }


@transaction.atomic
def edit(
    *,
    post: int,
    by: Author,
    text: str,
    at: datetime,
    seen: Descriptions | None = None,
) -> None:
    """Change what somebody's own post says, and what is `seen` in its pictures.

    Raises PostRefused, NotYours, OutOfBounds.
    """
    found = _own(post, by)
    text = _text(text)
    described = descriptions.change(found.pictures.all(), seen or {})
    if found.words.body == text and not described:
        return
    before = found.words.body
    found.message, found.changed_at = Message(text).as_json(), at
    found.save(update_fields=["message", "changed_at"])
    quotations.change(found, before, at)
    post_mirror.owe([found.key], at=at)
    event = PersonEdited(*_where(found), amends=amendment(text) != amendment(before))
    _record(event, found, "changed a post in", by, at)


@transaction.atomic
def remove(*, post: int, by: Author, at: datetime) -> None:
    """Take somebody's own post back: what it said and showed is gone, its place stays.

    Whatever quotes it does so no more, in this very transaction.
    """
    found = _own(post, by)
    before = found.words.body
    pictures.drop(found.pictures.all())
    found.outside_pictures.all().delete()
    found.message, found.removed_at = Message(REMOVED).as_json(), at
    found.save(update_fields=["message", "removed_at"])
    quotations.take_back(found, before, at)
    post_mirror.owe([found.key], at=at)
    _record(PersonRemoved(*_where(found)), found, "removed a post in", by, at)


@transaction.atomic
def mark(*, post: int, name: str, by: Author, on: bool, at: datetime) -> bool:
    """Put a mark on a post, or take it off; give whether that changed anything."""
    found = Post.objects.select_related("channel").get(pk=post)
    here = not by.outside
    if on:
        defaults = {"account_id": by.account, "at": at, "here": here}
        _, changed = Mark.objects.get_or_create(
            post=found, name=name, who=by.who, defaults=defaults
        )
    else:
        mine = Mark.objects.filter(post=found, name=name, who=by.who)
        here = here or mine.filter(here=True).exists()  # It stands there as the desk's own.
        changed = bool(mine.delete()[0])
    if changed:
        event = PersonMarked(*_where(found), name, on, by.account, by.who, by.name)
        _record(event, found, f"{'put' if on else 'took off'} {name} in", by, at)
        if here:
            emoji.owe(found, name, at=at)
    return changed


def _shown(files: Sequence[SentFile]) -> str:
    """Say what pictures show that nobody wrote a word with."""
    said = [file.description.strip() or "A picture" for file in files]
    return "\n".join(dict.fromkeys(said))


def _text(text: str) -> str:
    text = text.strip()
    if not text:
        raise PostRefused("There is nothing to post.", "Write something first.")
    if len(text) > LONGEST:
        raise PostRefused(
            f"The post has {len(text)} characters; {LONGEST} is the most.", "Make it shorter."
        )
    return text


def _own(post: int, by: Author) -> Post:
    locked = Post.objects.select_for_update(of=("self",)).select_related("channel")
    found = locked.filter(pk=post).first()
    if found is None or found.removed_at is not None:
        raise PostRefused("That post isn't there any more.", "Post something new.")
    if not {found.written_by, found.outside} & ({by.who, by.outside} - {""}):
        raise NotYours("Only whoever posted it can change it.", "Answer it in its thread.")
    return found


def _where(found: Post) -> tuple[int, str, int | None]:
    return found.pk, found.channel.name, found.thread_id


def _record(event: PostEvent, found: Post, did: str, by: Author, at: datetime) -> None:
    stir(found)
    journal.record(
        event=event,
        subject=subject("thread", found.thread_id or found.pk),
        text=f"{by.name} {did} {found.channel.name}",
        at=at,
        actor=by.name,
    )
