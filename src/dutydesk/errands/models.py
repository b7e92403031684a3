"""Errands."""

from typing import ClassVar

from django.db import models


class Errand(models.Model):
    """One thing to hand to the outside world. Its key makes it happen once in effect."""

    class State(models.TextChoices):
        """Where an errand stands."""

        OWED = "owed"
        TRYING = "trying"
        DONE = "done"
        FAILED = "failed"
        WITHDRAWN = "withdrawn"

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.OWED)
    put_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    reference = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """The ones still owed are found fast, and so are those of one subject."""

        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                name="errand_owed",
                condition=models.Q(state__in=["owed", "trying"]),
            ),
            models.Index(fields=["subject", "put_at"], name="errand_by_subject"),
        ]
