"""Postmortems."""

from typing import ClassVar

from django.db import models

from dutydesk.incidents.models import Incident


class Postmortem(models.Model):
    """The review of one incident. Its timeline is the journal; only what people add is here."""

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="postmortem")
    opened_at = models.DateTimeField()
    session_at = models.DateTimeField(null=True)
    notes = models.TextField(blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-opened_at", "-id"]
