"""Arrivals: what came in from outside, as it was sent, and what became of it."""

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from dutydesk.database.owed_row import OwedRow
from dutydesk.kernel.subjects import subject


class Arrival(OwedRow):
    """One thing that came in through a door, kept before it is worked out.

    What `kernel.arrivals.Arrived` and `ArrivalPlace` say of it, and: `outcome`, with the `problem`
    if it has one; `became`: the subjects that it led to; `answer`: what whoever sent it was
    answered, where the same again gets the same.
    """

    class Outcome(models.TextChoices):
        """How far it is."""

        WAITING = "waiting"
        DONE = "done"
        ASIDE = "put aside"

    door = models.CharField(max_length=20)
    source = models.CharField(max_length=80)
    turn = models.CharField(max_length=100, blank=True, db_default="")
    crowd = models.CharField(max_length=100, blank=True, db_default="")
    key = models.CharField(max_length=160, null=True)
    sender = models.CharField(max_length=100)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    note = models.CharField(max_length=300)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING)
    problem = models.TextField(blank=True)
    became = models.JSONField(default=list)
    answer = models.JSONField(null=True)

    class Meta:
        """What is owed is found by turn and by crowd, in order; what is put aside at once.

        Numbers and times rise together, so a range of times costs no index that grows.
        """

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"], name="arrival_once", condition=Q(key__isnull=False)
            ),
            models.CheckConstraint(
                name="arrival_due_while_waiting",
                condition=Q(outcome="waiting", due_at__isnull=False)
                | (~Q(outcome="waiting") & Q(due_at=None, claimed_at=None)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["turn", "id"], name="arrival_owed", condition=Q(due_at__isnull=False)
            ),
            models.Index(
                fields=["crowd", "id"], name="arrival_crowded", condition=Q(due_at__isnull=False)
            ),
            models.Index(fields=["at"], name="arrival_aside", condition=Q(outcome="put aside")),
            BrinIndex(fields=["at"], name="arrival_by_time", pages_per_range=32),
        ]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("arrival", self.pk)


class RefusedRequest(models.Model):
    """How often requests at one door were refused on one day for one reason.

    `sender`: the name of the key or of the vendor; empty where no key opened.
    """

    door = models.CharField(max_length=20)
    sender = models.CharField(max_length=100, blank=True)
    status = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)
    day = models.DateField()
    last_at = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        """Each reason once a day."""

        ordering: ClassVar = ["-last_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["day", "door", "sender", "status", "reason"], name="refused_once_a_day"
            )
        ]
