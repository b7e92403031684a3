"""How many requests came, from a log that was kept elsewhere."""

from typing import ClassVar

from django.db import models


class ImportedRequests(models.Model):
    """How many requests of one kind came on one day, from a log that was kept elsewhere.

    `kind` and `action` are spelt as the log spells them.
    """

    kind = models.CharField(max_length=100)
    action = models.CharField(max_length=200)
    on = models.DateField()
    count = models.PositiveIntegerField()

    class Meta:
        """Each spelling once a day."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["on", "action", "kind"], name="imported_requests_once")
        ]
