"""Postmortems."""

from typing import ClassVar

from django.db import models

from dutydesk.incidents.models import Incident
from dutydesk.kernel.subjects import subject


class Postmortem(models.Model):
    """The review of one incident. Its timeline is the journal; only what people add is here.

    `by_hand`: somebody opened it, though the incident was of no high priority. `withdrawn_at`: it
    has words, and there is nothing to review any more.
    """

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="postmortem")
    opened_at = models.DateTimeField()
    by_hand = models.BooleanField(default=False, db_default=False)
    withdrawn_at = models.DateTimeField(null=True)
    session_at = models.DateTimeField(null=True)
    notes = models.TextField(blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-opened_at", "-id"]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("postmortem", self.pk)
