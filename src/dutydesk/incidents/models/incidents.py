"""Incidents, and what was said and decided about them."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Engineer, Service

REAL = Q(exercise=False)
"""The incidents that are no exercises."""
COUNTED = REAL & Q(state__in=["open", "resolved"])
"""The incidents that happened, each once: no mistakes, and nothing that is part of another."""


class Incident(models.Model):
    """A failure or degradation with impact on users; declared here, or imported from a log.

    A time that nobody knows is null. An imported incident keeps what was published about it.
    `worker` is who works on it out of hours, and `limit_from` when on call's limit last began.
    `told` are the channels that hear of it to its end, and so do those who tell senior leadership
    once they were told: `leaders` are their names and addresses. `exercise`: it is practised, and
    nobody but the team hears of it. `estimated`: its times are somebody's guess, and in no measure.
    """

    class State(models.TextChoices):
        """Whether it goes on, and if not, how it ended."""

        OPEN = "open"
        RESOLVED = "resolved"
        MISTAKE = "mistake", "declared by mistake"
        MERGED = "merged"

    class Priority(models.TextChoices):
        """From the criteria that apply. Clause priority.high."""

        HIGH = "high"
        NORMAL = "normal"

    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    priority = models.CharField(max_length=6, choices=Priority, blank=True)
    criteria = models.JSONField(default=list)
    user_impact = models.BooleanField(default=True)
    services = models.ManyToManyField(Service, blank=True)
    lead = models.ForeignKey(Engineer, null=True, blank=True, on_delete=models.SET_NULL)
    worker = models.ForeignKey(
        Engineer, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    limit_from = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=60, blank=True)
    declared_by = models.CharField(max_length=100, blank=True)
    fault_occurs = models.DateTimeField(null=True, blank=True)
    detected = models.DateTimeField(null=True, blank=True)
    declared = models.DateTimeField(null=True, blank=True)
    repaired = models.DateTimeField(null=True, blank=True)
    resolved = models.DateTimeField(null=True, blank=True)
    plan = models.TextField(blank=True)
    told = models.JSONField(default=list)
    leaders_told = models.BooleanField(default=False, db_default=False)
    leaders = models.JSONField(default=list, db_default=[])
    exercise = models.BooleanField(default=False, db_default=False)
    estimated = models.BooleanField(default=False, db_default=False)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    imported_key = models.CharField(max_length=200, null=True, unique=True)
    quarter = models.CharField(max_length=7, blank=True)
    published_repair = models.DurationField(null=True)
    published_resolve = models.DurationField(null=True)
    warnings = models.JSONField(default=list)

    class Meta:
        """Open ones, and those of a time, are found fast."""

        ordering: ClassVar = ["-declared", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["-id"], name="incident_open", condition=Q(state="open")),
            models.Index(fields=["-declared", "-id"], name="incident_by_time"),
            models.Index(
                fields=["detected", "resolved"],
                name="incident_imported",
                condition=Q(imported_key__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="open_or_resolved",
                condition=Q(state="open", resolved=None)
                | Q(state__in=["resolved", "mistake", "merged"]),
            ),
            models.CheckConstraint(
                name="merged_into_another",
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into=None)),
            ),
        ]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("incident", self.pk)

    @property
    def high(self) -> bool:
        """Say whether it is of high priority."""
        return self.priority == self.Priority.HIGH

    @property
    def began(self) -> datetime | None:
        """Give when users first were without, as early as is known."""
        return self.fault_occurs or self.detected or self.declared

    @property
    def first_declared(self) -> datetime | None:
        """Give when it was declared, or before that something which is part of it."""
        every = [self.declared, *(one.declared for one in self.merged.all())]
        return min(filter(None, every), default=None)

    @property
    def declared_late(self) -> bool:
        """Say whether it was repaired already when it was declared."""
        return bool(self.repaired and self.declared and self.repaired < self.declared)

    def late(self, updates: Iterable["Update"]) -> bool:
        """Say by its updates whether it was declared and resolved in one step, after its repair.

        So it stays when it is reopened.
        """
        return any(one.next_at is None and one.at == self.declared for one in updates)


class Update(models.Model):
    """What everybody concerned was told, and when they hear next; the last one closes it."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="updates")
    text = models.TextField()
    next_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-at", "-id"]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("update", self.pk)


class RoleTerm(models.Model):
    """Somebody's time in a role of an incident: the lead's, or one that the process names."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="role_terms")
    role = models.CharField(max_length=40)
    engineer = models.ForeignKey(Engineer, on_delete=models.PROTECT, related_name="+")
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True)

    class Meta:
        """One person has a role at a time."""

        ordering: ClassVar = ["began", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident", "role"], name="one_in_a_role", condition=Q(ended=None)
            )
        ]


class Participant(models.Model):
    """Somebody who joined an incident, from when, and until when if they left it."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="participants")
    engineer = models.ForeignKey(Engineer, on_delete=models.PROTECT, related_name="+")
    joined = models.DateTimeField()
    left = models.DateTimeField(null=True)

    class Meta:
        """Nobody is in it twice at a time."""

        ordering: ClassVar = ["joined", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident", "engineer"], name="in_it_once", condition=Q(left=None)
            )
        ]


class HelpRequest(models.Model):
    """Somebody was asked to join an incident, and what they answered. Clause incident.lead.

    `called`: by their contact methods, and not only in the chat. One of those with the same
    `one_of` is enough. `again_at`: they were called again; `told_at`: somebody was told of it.
    """

    class Answer(models.TextChoices):
        """What they say."""

        NONE = "", "no answer yet"
        JOINS = "joins", "joined"
        DECLINES = "declines", "can't"
        SETTLED = "settled", "no longer needed"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="help_requests")
    engineer = models.ForeignKey(Engineer, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=100)
    reason = models.TextField()
    called = models.BooleanField()
    at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.NONE, blank=True)
    answered_at = models.DateTimeField(null=True)
    one_of = models.BigIntegerField(null=True)
    again_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody is asked again before they answered."""

        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident", "engineer"], name="asked_once", condition=Q(answer="")
            )
        ]


class Gathering(models.Model):
    """The support team's meeting: its answers, and what was decided. Clause incident.hourly.

    One that was `skipped` has the reason in place of what was decided.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="gatherings")
    answers = models.JSONField()
    decided = models.TextField()
    skipped = models.BooleanField(default=False, db_default=False)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-at", "-id"]


class MoreTime(models.Model):
    """Somebody's decision that on call goes on for longer than its limit. Clause oncall.limit."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="more_time")
    amount = models.DurationField()
    reason = models.TextField()
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-at", "-id"]


class Maintenance(models.Model):
    """A service is taken out on purpose, until it is put back.

    `until` is when that is expected, `reason` is for the team, and `message` for everybody.
    `silence` keeps its alarms quiet meanwhile. One of before the desk has the `imported_key` by
    which a history names it.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="maintenance")
    incident = models.ForeignKey(
        Incident, null=True, on_delete=models.SET_NULL, related_name="maintenance"
    )
    on_at = models.DateTimeField()
    on_by = models.CharField(max_length=100)
    until = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    message = models.TextField(blank=True)
    off_at = models.DateTimeField(null=True)
    off_by = models.CharField(max_length=100, blank=True)
    silence = models.ForeignKey(
        "alarms.Silence", null=True, on_delete=models.SET_NULL, related_name="maintenance"
    )
    imported_key = models.CharField(max_length=200, null=True)

    class Meta:
        """A service is in maintenance once at a time."""

        ordering: ClassVar = ["-on_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service"], name="one_maintenance", condition=Q(off_at=None)
            ),
            models.UniqueConstraint(fields=["imported_key", "service"], name="imported_once"),
        ]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("maintenance", self.pk)


class Quarter(models.Model):
    """What was published about one quarter elsewhere, to compare our figures with."""

    quarter = models.CharField(max_length=7, unique=True)
    listed = models.PositiveIntegerField(null=True)
    mean_repair = models.DurationField(null=True)
    mean_resolve = models.DurationField(null=True)
    position = models.PositiveIntegerField()

    class Meta:
        """In the order in which they were listed."""

        ordering: ClassVar = ["position", "id"]
