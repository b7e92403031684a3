"""The monthly reports as they were when they were told; and days that are tallied."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
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


class TalliedDay(models.Model):
    """A local day whose tallies are complete: everything that is counted by days is in them.

    `terms` says by which zone, clocks and limits of the process they were counted; `services` by
    which services and sources the availability of the day was.
    """

    day = models.DateField(primary_key=True)
    terms = models.CharField(max_length=64)
    services = models.CharField(max_length=64, blank=True, default="", db_default="")


class DayChange(models.Model):
    """Something of the day in which `at` lies has changed: its tallies hold no longer.

    With `until`, of every day from that one to the one in which `until` lies, which may be for
    ever. The database writes it in the transaction that changes something (`measures_follow`).
    """

    at = models.DateTimeField()
    until = models.DateTimeField(null=True)


class CountTally(models.Model):
    """How many there were of one thing in a day, by `key`; what each count is, the series says."""

    series = models.TextField()
    day = models.DateField()
    key = models.TextField(blank=True)
    counts = ArrayField(models.BigIntegerField())

    class Meta:
        """Read by series and days."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "day", "key"], name="count_tally_once")
        ]


class LengthTally(models.Model):
    """The lengths of one series in a day that lie in the same cell, in microseconds, rising.

    A cell is a stretch of lengths, as `cell_of` says. `total` is their sum, `first` when the first
    of them counts.
    """

    series = models.TextField()
    day = models.DateField()
    cell = models.SmallIntegerField()
    many = models.IntegerField()
    total = models.BigIntegerField()
    first = models.DateTimeField()
    lengths = ArrayField(models.BigIntegerField())

    class Meta:
        """Read by series and days, and one cell alone."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "day", "cell"], name="length_tally_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["series", "cell", "day"], name="length_tally_by_cell")
        ]
