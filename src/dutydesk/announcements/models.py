"""Announcements, the updates that they promise, and those that were told."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from dutydesk.announcements.rules.recurrence import Recurrence
from dutydesk.kernel.messages import Notify, notify_of
from dutydesk.kernel.periods import Period
from dutydesk.kernel.subjects import subject
from dutydesk.people.models import SecretAddress, Service


class AnnouncementSeries(models.Model):
    """Planned work that comes again and again; each time is announced by itself, some days ahead.

    `starts` and `updates` are times of day on the process's clocks, whatever the season. What is
    in `skipped` is not announced. `until` is the last day on which there may be one. `look_at`:
    when the next one is to be announced; None when there is none. `follows`: what it was before.
    """

    class Repeats(models.TextChoices):
        """When it comes again, counted from its first day."""

        WEEKLY = "weekly", "Every week, on that day"
        FORTNIGHTLY = "fortnightly", "Every two weeks, on that day"
        FOUR_WEEKLY = "four-weekly", "Every four weeks, on that day"
        MONTHLY = "monthly", "Every month on such a day, like the first Tuesday"
        MONTHLY_LAST = "monthly-last", "Every month on the last such day, like the last Tuesday"
        MONTHLY_DATE = "monthly-date", "Every month on that date, like the 3rd"

    class Holidays(models.TextChoices):
        """What becomes of one on a public holiday."""

        TELL = "tell", "Announce it, and point it out to the team"
        SKIP = "skip", "Leave it out"

    title = models.CharField(max_length=200)
    text = models.TextField()
    services = models.ManyToManyField(Service, blank=True)
    agreed_with = models.CharField(max_length=300, blank=True)
    impact = models.TextField(blank=True)
    mute = models.BooleanField(default=False)
    repeats = models.CharField(max_length=20, choices=Repeats)
    first_day = models.DateField()
    starts = models.TimeField()
    lasts = models.DurationField()
    updates = models.CharField(max_length=300)
    holidays = models.CharField(max_length=10, choices=Holidays, default=Holidays.TELL)
    until = models.DateField(null=True)
    skipped = models.JSONField(default=list)
    look_at = models.DateTimeField(null=True)
    follows = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="later")
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        """Newest first; what is to be announced next is found fast."""

        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["look_at"],
                name="announcement_series_next",
                condition=Q(look_at__isnull=False),
            )
        ]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("series", self.pk)

    @property
    def pattern(self) -> Recurrence:
        """Give when it comes, as the rules want it."""
        return Recurrence(self.repeats, self.first_day, self.until, self.starts, self.lasts)


class Announcement(models.Model):
    """A broadcast about planned work, or news. Clause announce.when.

    News has no window. `told` are the channels that have it, `silences` those that keep the
    services' alarms quiet, and `notify` whom it called at once (`here`, `channel`), with a reason.
    `leaders`: names and addresses of those who tell senior leadership, if they are to hear of it.
    `unconfirmed_at`: nobody had said by then that it had begun, and nobody is asked any more.
    `sequence` counts its revisions, as calendars want it. `occurrence`: the day of its series that
    it is for, also after it moved.
    """

    REVISION: ClassVar = ("sequence", "changed_at")

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
    unconfirmed_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    notify = models.CharField(max_length=10, blank=True)
    notify_reason = models.TextField(blank=True)
    silences = models.JSONField(default=list)
    told = models.JSONField(default=list)
    leaders_told = models.BooleanField(default=False, db_default=False)
    leaders = models.JSONField(default=list, db_default=[])
    series = models.ForeignKey(
        AnnouncementSeries, null=True, on_delete=models.SET_NULL, related_name="announcements"
    )
    occurrence = models.DateField(null=True)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(null=True)

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
            models.UniqueConstraint(
                fields=["series", "occurrence"], name="one_announcement_an_occurrence"
            ),
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

    def revise(self, at: datetime) -> None:
        """Count one more revision; the caller saves what is in `REVISION`."""
        self.sequence += 1
        self.changed_at = at

    @property
    def unconfirmed(self) -> bool:
        """Say whether its time came and nobody said that it has begun, as often as it was asked."""
        return self.state == self.State.PLANNED and self.unconfirmed_at is not None

    def overruns(self, at: datetime) -> bool:
        """Say whether it goes on longer than was announced."""
        return self.open and self.ends_at is not None and self.ends_at <= at

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


class WorkCalendar(SecretAddress):
    """A secret address of the calendar of planned work."""

    title = "Planned work"
