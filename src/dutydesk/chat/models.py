"""Channels and posts."""

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from dutydesk.database.owed_row import OwedRow
from dutydesk.kernel.messages import Message
from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Account
from dutydesk.pictures.models import Picture


class Channel(models.Model):
    """A place where people and the desk talk.

    `unheard`: why nothing is heard of it in the chat outside, though it is meant; empty if all is.
    """

    name = models.CharField(max_length=80, unique=True)
    unheard = models.TextField(blank=True, default="", db_default="")

    class Meta:
        """In the order of their names."""

        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        """Give the name."""
        return self.name


class ChannelMapping(OwedRow):
    """A channel of a chat outside, such as `slack:T024BE7LD:C061EG9SL`, and ours that it is.

    `name` is what it is called there now, as `#name`. `seen`: up to where it was read back.
    What we owe there goes out by whoever has claimed it, from `due_at` on; `trouble` is what is
    in the way.
    """

    outside = models.CharField(max_length=80, unique=True)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="elsewhere")
    name = models.CharField(max_length=90)
    seen = models.CharField(max_length=40, blank=True)
    trouble = models.TextField(blank=True, default="", db_default="")

    def __str__(self) -> str:
        """Give its name there."""
        return self.name


class Post(models.Model):
    """One message. `key` is its stable identity; the desk rewrites its own posts in place.

    `thread` is the post that it answers; `only_for` the one person who sees it. `outside` names
    its author in the chat that it came from, and `version` when it was last changed there, in the
    words of that chat, as far as it was told.
    """

    key = models.CharField(max_length=120, unique=True)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE)
    thread = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies"
    )
    author = models.CharField(max_length=100)
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    only_for = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="+")
    message = models.JSONField()
    at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    outside = models.CharField(max_length=80, default="", blank=True, db_default="")
    version = models.CharField(max_length=40, default="", blank=True, db_default="")
    reply_count = models.PositiveIntegerField(default=0)
    pictures = models.ManyToManyField(Picture, related_name="posts")

    class Meta:
        """A channel's newest posts, a thread's posts, and what was changed lately are found fast.

        The last by ranges of the table: another kind of index would have to be written into with
        each change of a post, of which there are thousands in a storm.
        """

        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(
                fields=["channel", "-id"],
                name="post_by_channel",
                condition=Q(thread__isnull=True),
            ),
            BrinIndex(
                fields=["changed_at"], name="post_changed", autosummarize=True, pages_per_range=16
            ),
        ]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("thread", self.pk)

    @property
    def words(self) -> Message:
        """Give what it says."""
        return Message.from_json(self.message)

    @property
    def written_by(self) -> str:
        """Name its author for good, as `Author.who` does; empty for the desk's own."""
        return self.outside if self.account_id is None else subject("account", self.account_id)


class EarlierText(models.Model):
    """What a post said before it was changed, while it is quoted so: it is forgotten with these."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="earlier")
    text = models.TextField()


class OutsidePicture(models.Model):
    """A picture of a post that stands in a chat outside; `number` names it there.

    It is brought here if somebody needs it to be kept. `problem`: why it isn't here although it was
    asked for.
    """

    class State(models.TextChoices):
        """How far it is here."""

        THERE = "there"
        OWED = "owed"
        HERE = "here"
        LOST = "lost"

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="outside_pictures")
    number = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    address = models.CharField(max_length=1000)
    description = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=5, choices=State, default=State.THERE)
    problem = models.TextField(blank=True)

    class Meta:
        """Each once."""

        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "number"], name="outside_picture_once")
        ]


class Mark(models.Model):
    """One person's mark on a post, such as `eyes` or `white_check_mark`.

    `here`: put on in the desk's own chat, so that a chat outside has to be told.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="marks")
    name = models.CharField(max_length=60)
    who = models.CharField(max_length=100)
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    here = models.BooleanField(default=False, db_default=False)

    class Meta:
        """Each person's once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "name", "who"], name="mark_once")
        ]


class PostMirror(models.Model):
    """A post in the chat outside: where it stands there, what it says there, and what is owed.

    `reference` names it there, since `said_at`; `said` is a digest of what it says there.
    `uncertain`: a try whose outcome nobody knows was made since.
    """

    post = models.OneToOneField(
        Post, primary_key=True, on_delete=models.CASCADE, related_name="mirror"
    )
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    reference = models.CharField(max_length=40, blank=True)
    said = models.CharField(max_length=64, blank=True)
    owed = models.BooleanField()
    urgent = models.BooleanField()
    uncertain = models.BooleanField(default=False)
    problem = models.TextField(blank=True)
    owed_at = models.DateTimeField()
    said_at = models.DateTimeField(null=True)

    class Meta:
        """What is owed in a channel is found fast, in order; so is a post by where it stands."""

        indexes: ClassVar = [
            models.Index(
                fields=["channel", "-urgent", "post"],
                name="mirror_owed",
                condition=Q(owed=True),
            ),
            models.Index(fields=["reference"], name="mirror_place", condition=~Q(reference="")),
        ]


class HistoryReader(models.Model):
    """Which worker reads a chat outside back, until another may, and how far behind that is.

    `unread`: threads that may have gone on while the desk was away, and `unread_since` then.
    """

    chat = models.CharField(max_length=20, unique=True)
    worker = models.CharField(max_length=120)
    until = models.DateTimeField()
    unread = models.PositiveIntegerField(default=0, db_default=0)
    unread_since = models.DateTimeField(null=True)
