"""What every row of a rota is of: a duty, and a time."""

from django.db import models

from dutydesk.kernel.periods import Period


class Duty(models.TextChoices):
    """What a shift is of. Each duty has one rota."""

    SUPPORT = "support", "Support"
    PRIMARY = "primary", "Primary on call"
    SECONDARY = "secondary", "Secondary on call"


class Span(models.Model):
    """Something from `start` up to but not including `end`."""

    start = models.DateTimeField()
    end = models.DateTimeField()

    class Meta:
        """No table of its own."""

        abstract = True

    @property
    def period(self) -> Period:
        """Give it as the rules want it."""
        return Period(self.start, self.end)
