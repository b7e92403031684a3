"""The versions of the process that were in force, and who approved them."""

from typing import ClassVar

from django.db import models


class ProcessVersion(models.Model):
    """A sound process file as it was adopted. The newest is in force."""

    text = models.TextField()
    digest = models.CharField(max_length=64)
    adopted_at = models.DateTimeField()

    class Meta:
        """In the order in which they were adopted."""

        ordering: ClassVar = ["id"]


class Approval(models.Model):
    """Somebody approved one version of the process here. Clause process.approved."""

    version = models.ForeignKey(ProcessVersion, on_delete=models.CASCADE, related_name="approvals")
    name = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        """Each person once."""

        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "name"], name="one_approval_each")
        ]


class BrokenFile(models.Model):
    """What is wrong with the process file as it lies there now; a sound one has no row."""

    path = models.TextField()
    seen_at = models.DateTimeField()
    mistakes = models.JSONField()
