"""Announcements, the updates that they promise, and those that were told."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from dutydesk.kernel.messages import Notify, notify_of
from dutydesk.kernel.periods import Period
from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Service


class Announcement(models.Model):
    """A broadcast about planned work, or news. Clause announce.when.

    News has no window. `told` are the channels that have it, `silences` those that keep the
    services' alarms quiet, and `notify` whom it called at once (`here`, `channel`), with a reason.
    `leaders`: names and addresses of those who tell senior leadership, if they are to hear of it.
    """

    class State(models.TextChoices):
        """How far it is. News that promises nothing is over as soon as it is told."""

        PLANNED = "planned"
        STARTED = "started"
        FINISHED = "finished"
        CANCELLED = "cancelled"

    title = models.CharField(max_length=200)
    text = models.TextField()
    services = models.ManyToManyField(Service, blank=True)
    agreed_with = models.CharField(max_length=300, blank=True)
    impact = models.TextField(blank=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    started_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    notify = models.CharField(max_length=10, blank=True)
    notify_reason = models.TextField(blank=True)
    silences = models.JSONField(default=list)
    told = models.JSONField(default=list)
    leaders_told = models.BooleanField(default=False, db_default=False)
    leaders = models.JSONField(default=list, db_default=[])

    class Meta:
        """Those that go on or come are found fast, and those of a time."""

        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["starts_at", "id"],
                name="announcement_open",
                condition=Q(state__in=["planned", "started"]),
            ),
            models.Index(fields=["-over_at", "-id"], name="announcement_over"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="announcement_over_has_time",
                condition=Q(state__in=["planned", "started"], over_at=None)
                | Q(state__in=["finished", "cancelled"], over_at__isnull=False),
            ),
            models.CheckConstraint(
                name="announcement_window",
                condition=Q(starts_at=None, ends_at=None) | Q(ends_at__gt=models.F("starts_at")),
            ),
        ]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("announcement", self.pk)

    @property
    def call(self) -> Notify:
        """Give whom it calls at once."""
        return notify_of(self.notify)

    @property
    def open(self) -> bool:
        """Say whether it goes on or is to come."""
        return self.state in (self.State.PLANNED, self.State.STARTED)

    @property
    def outcome(self) -> str:
        """Say what became of it."""
        return "News" if self.told_at_once else self.State(self.state).label

    @property
    def told_at_once(self) -> bool:
        """Say whether it is news that promised nothing more."""
        return self.window is None and self.state == self.State.FINISHED and self.over_at == self.at

    @property
    def window(self) -> Period | None:
        """Give when the work is; None for news."""
        if self.starts_at is None or self.ends_at is None:
            return None
        return Period(self.starts_at, self.ends_at)


class PromisedUpdate(models.Model):
    """A time by which people hear how it is going: a commitment of its own."""

    announcement = models.ForeignKey(
        Announcement, on_delete=models.CASCADE, related_name="promised"
    )
    due_at = models.DateTimeField()

    class Meta:
        """Soonest first; each time once."""

        ordering: ClassVar = ["due_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["announcement", "due_at"], name="one_promised_update")
        ]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("promised-update", self.pk)


class AnnouncementUpdate(models.Model):
    """What people were told afterwards: how it goes, that it takes longer, that it is over."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="updates")
    text = models.TextField()
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-at", "-id"]
