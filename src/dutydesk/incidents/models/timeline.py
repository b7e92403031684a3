"""What belongs to an incident, what people put into its timeline, and what was deployed."""

from typing import ClassVar

from django.db import models

from dutydesk.chat.models import Post
from dutydesk.incidents.models.incidents import Incident
from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Service
from dutydesk.pictures.models import Picture


class IncidentLink(models.Model):
    """An alarm, a question or a thread that belongs to an incident, unless it was parted."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="links")
    about = models.CharField(max_length=60)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    parted_at = models.DateTimeField(null=True)

    class Meta:
        """Each once; found from either side."""

        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "about"], name="linked_once")
        ]
        indexes: ClassVar = [models.Index(fields=["about"], name="link_by_thing")]


class Note(models.Model):
    """What somebody put into an incident's timeline: their words, or a message from a channel.

    `happened_at` is when it was so, `at` when it was written down. What a message says is read
    from its `post`, so that it is gone here once it is taken back there.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField(blank=True)
    post = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="+")
    happened_at = models.DateTimeField()
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    corrected_at = models.DateTimeField(null=True)
    corrected_by = models.CharField(max_length=100, blank=True)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=100, blank=True)
    pictures = models.ManyToManyField(Picture, related_name="notes")

    class Meta:
        """In the order of what happened; a message stands in a timeline once."""

        ordering: ClassVar = ["happened_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "post"], name="message_noted_once")
        ]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("note", self.pk)


class Deploy(models.Model):
    """A version of a service that went live, as a deployment tool told it."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="deploys")
    version = models.CharField(max_length=100)
    at = models.DateTimeField()
    url = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=100, blank=True)
    told_by = models.CharField(max_length=100)
    told_at = models.DateTimeField()

    class Meta:
        """The newest first; told twice, it is one."""

        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "version", "at"], name="deploy_once")
        ]
        indexes: ClassVar = [models.Index(fields=["service", "-at"], name="deploy_by_time")]
