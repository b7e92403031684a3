"""Channels and posts."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from dutydesk.kernel.messages import Message
from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Account


class Channel(models.Model):
    """A place where people and the desk talk."""

    name = models.CharField(max_length=80, unique=True)

    class Meta:
        """In the order of their names."""

        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        """Give the name."""
        return self.name


class Post(models.Model):
    """One message. `key` is its stable identity; the desk rewrites its own posts in place.

    `thread` is the post that it answers; `only_for` the one person who sees it. `outside` names
    its author in the chat that it came from.
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
    reply_count = models.PositiveIntegerField(default=0)

    class Meta:
        """A channel's newest posts and a thread's posts are found fast."""

        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(
                fields=["channel", "-id"],
                name="post_by_channel",
                condition=Q(thread__isnull=True),
            ),
        ]

    @property
    def words(self) -> Message:
        """Give what it says."""
        return Message.from_json(self.message)

    @property
    def written_by(self) -> str:
        """Name its author for good, as `Author.who` does; empty for the desk's own."""
        return self.outside if self.account_id is None else subject("account", self.account_id)


class Mark(models.Model):
    """One person's mark on a post, such as `eyes` or `white_check_mark`."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="marks")
    name = models.CharField(max_length=60)
    who = models.CharField(max_length=100)
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Each person's once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "name", "who"], name="mark_once")
        ]
