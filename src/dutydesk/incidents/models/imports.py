"""Logs that were taken in, with what each row was and changed, so that one can be taken back."""

from typing import ClassVar

from django.db import models

from dutydesk.incidents.models.incidents import Incident, Maintenance


class IncidentImport(models.Model):
    """One log that was taken in; `taken_back_at` once it was."""

    name = models.CharField(max_length=200)
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        """The newest comes first."""

        ordering: ClassVar = ["-id"]


class IncidentImportRow(models.Model):
    """What one row made of an incident, or of planned work: `before` is None for what is new.

    `row` is all that it held; `before` and `after` the fields that it changed, as JSON has them.
    """

    batch = models.ForeignKey(IncidentImport, on_delete=models.CASCADE, related_name="rows")
    incident = models.ForeignKey(Incident, null=True, on_delete=models.SET_NULL, related_name="+")
    maintenance = models.ForeignKey(
        Maintenance, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    row = models.JSONField()
    before = models.JSONField(null=True)
    after = models.JSONField()
