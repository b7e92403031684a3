"""Asking a monitoring system how something was, again and again over a stretch of time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from dutydesk.kernel.refusals import Refused

MOST_VALUES = 5_000
"""So many values are asked for at once, at most."""


class SeriesTrouble(Refused):
    """It can't be said. Neither sentence holds a secret."""


class SeriesSource(Protocol):
    """Answers queries."""

    def values(
        self, query: str, *, start: datetime, end: datetime, step: timedelta
    ) -> Sequence[tuple[datetime, float]]:
        """Give the value of a query at `start`, and each `step` later up to `end`, in order.

        What is not known then is left out. Raises SeriesTrouble, also if it is not one series.
        """
