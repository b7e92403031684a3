"""A row that owes something: the columns by which the durable core knows it (`durable`)."""

from typing import TypeVar

from django.db import models
from django.db.models import Q


class OwedRow(models.Model):
    """A row that owes something from `due_at` on; null once it owes nothing any more.

    `claimed_at`: since when a try is under way; `due_at` is then when the row is anybody's again.
    `attempts`: how many tries were begun since it was owed.
    """

    due_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        """Each room has its own table, with its own indexes."""

        abstract = True


Row = TypeVar("Row", bound=OwedRow)


def latest(row: OwedRow) -> Q:
    """Give what finds a row that was claimed, as long as nobody has claimed it since."""
    return Q(pk=row.pk, claimed_at=row.claimed_at, attempts=row.attempts)
