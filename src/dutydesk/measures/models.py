"""The monthly reports, as they were when they were told."""

from typing import ClassVar

from django.db import models


class MonthlyReport(models.Model):
    """What the measures said of one month when it was over; `month` is its first day.

    `text` is Markdown, and is kept as it was, whatever is corrected since.
    """

    month = models.DateField(unique=True)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-month"]
