"""Commitments."""

from typing import ClassVar

from django.db import models

from dutydesk.commitments.rules import Promise


class Commitment(models.Model):
    """Something that a role owes by a time. It moves with the role, not with the person."""

    class State(models.TextChoices):
        """How it stands."""

        OPEN = "open"
        KEPT = "kept"
        LATE = "late"
        MISSED = "missed"
        WITHDRAWN = "withdrawn"

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    owner = models.CharField(max_length=120)
    text = models.TextField()
    clause = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    warn_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    chase_every = models.DurationField(null=True)
    next_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """One open promise of a kind per subject; what is owed and what was is found fast."""

        ordering: ClassVar = ["due_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                name="one_open_commitment",
                condition=models.Q(state="open"),
            ),
            models.CheckConstraint(
                name="settled_commitment_has_time",
                condition=models.Q(state="open") | models.Q(settled_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"], name="commitment_next", condition=models.Q(state="open")
            ),
            models.Index(
                fields=["due_at", "id"], name="commitment_owed", condition=models.Q(state="open")
            ),
            models.Index(fields=["subject", "due_at"], name="commitment_by_subject"),
            models.Index(
                fields=["owner", "due_at", "id"],
                name="commitment_by_owner",
                condition=models.Q(state="open"),
            ),
            models.Index(
                fields=["settled_at", "kind", "state"],
                name="commitment_outcome",
                include=["due_at"],
                condition=models.Q(state__in=["kept", "late", "missed", "withdrawn"])
                & ~models.Q(owner=""),
            ),
        ]

    @property
    def promise(self) -> Promise:
        """Give its times as the rules want them."""
        return Promise(self.due_at, self.warn_at, self.chase_every)
