"""Outbox messages, and every try at one."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from dutydesk.database.owed_row import OwedRow


class OutboxMessage(OwedRow):
    """One thing to hand to the outside world. Its key makes it happen once in effect.

    `urgent`: somebody is called by it, so it waits behind nothing that is not.
    """

    class State(models.TextChoices):
        """Where an outbox message stands."""

        OWED = "owed"
        DONE = "done"
        FAILED = "failed"
        WITHDRAWN = "withdrawn"

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    payload = models.JSONField()
    urgent = models.BooleanField(default=False, db_default=False)
    state = models.CharField(max_length=10, choices=State, default=State.OWED)
    queued_at = models.DateTimeField()
    reference = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """The ones still owed are found fast, and so are those of one subject."""

        db_table = "outbox_message"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="message_due_while_owed",
                condition=Q(state="owed", due_at__isnull=False)
                | (~Q(state="owed") & Q(due_at=None, claimed_at=None)),
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["urgent", "due_at", "id"],
                name="outbox_next",
                condition=Q(due_at__isnull=False),
            ),
            models.Index(fields=["subject", "queued_at"], name="outbox_by_subject"),
        ]

    @property
    def shown(self) -> str:
        """Give where it stands, as people see it: being tried is a state of its own."""
        return "trying" if self.claimed_at else self.state


class DeliveryAttempt(models.Model):
    """One try to hand an outbox message over. Without an outcome it is under way.

    `unknown`: whoever tried died meanwhile, or the other side never answered: it may have arrived.
    """

    class Outcome(models.TextChoices):
        """How a try ended."""

        SENT = "sent"
        FAILED = "failed"
        UNKNOWN = "unknown"

    message = models.ForeignKey(OutboxMessage, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveIntegerField()
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        """In order; each number once, so an outbox message's tries are found fast."""

        db_table = "outbox_attempt"
        ordering: ClassVar = ["message", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "number"], name="one_try_each")
        ]
