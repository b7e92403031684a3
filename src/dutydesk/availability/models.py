"""What is kept of availability: which source told it when, what it told, and what people put right.

What incidents tell is kept nowhere: it is read from the incidents, so that a corrected time changes
every figure at once.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Service


class SourceTerm(models.Model):
    """For how long one source told of a service; the one without an end does now.

    `detail`: its query or address. `next_at`: when it is asked again; whoever asks moves it on
    first. `read_to`: up to when Prometheus was asked. `said`: what the last answer was, when it
    wasn't up. `trouble`: why it can't be asked, since when, and what to do. `failures`: how many
    checks in a row failed; `alarm_since`: since when an alert of it fires.
    """

    class Kind(models.TextChoices):
        """What tells of a service."""

        PROMETHEUS = "prometheus", "Prometheus"
        CHECK = "check", "Check"
        INCIDENTS = "incidents", "Incidents"

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="source_terms")
    kind = models.CharField(max_length=10, choices=Kind)
    detail = models.TextField(blank=True)
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    read_to = models.DateTimeField(null=True)
    said = models.TextField(blank=True)
    trouble = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    trouble_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    alarm_since = models.DateTimeField(null=True)

    class Meta:
        """In the order in which they came; one tells at a time."""

        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service"], name="one_source_at_a_time", condition=Q(ended=None)
            )
        ]


class Run(models.Model):
    """A stretch of time in which a service was up, or down, as one source saw it.

    A service that stays as it is has one row, whose end moves on. `said`: why it was down, as was
    seen first. What no run holds, nobody saw.
    """

    term = models.ForeignKey(SourceTerm, on_delete=models.CASCADE, related_name="runs")
    start = models.DateTimeField()
    end = models.DateTimeField()
    up = models.BooleanField()
    said = models.CharField(max_length=200, blank=True)

    class Meta:
        """In the order of time; those of a range are found fast."""

        ordering: ClassVar = ["term", "start"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["term", "start"], name="run_begins_once"),
            models.CheckConstraint(name="run_has_length", condition=Q(end__gt=models.F("start"))),
        ]


class Exclusion(models.Model):
    """Somebody's word that a service wasn't down from one time to another, and why.

    It takes nothing away but what counts as down. `withdrawn_at`: it holds no more.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="exclusions")
    start = models.DateTimeField()
    end = models.DateTimeField()
    reason = models.TextField()
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=100, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-start", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="exclusion_has_length", condition=Q(end__gt=models.F("start"))
            )
        ]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("exclusion", self.pk)
