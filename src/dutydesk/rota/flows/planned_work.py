"""Which days have planned work, for whoever looks at the weeks.

Shifts know nothing of announcements; the room that does gives what it plans.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from dutydesk.kernel.connected import Connected
from dutydesk.kernel.periods import Period


class PlannedWork(Protocol):
    """Gives the titles of the planned work of each day in a period that has some."""

    def __call__(self, period: Period) -> Mapping[date, Sequence[str]]:
        """Give them, by day."""


WORK = Connected[PlannedWork]()
"""Knows the planned work."""


def by_day(period: Period) -> Mapping[date, Sequence[str]]:
    """Give the titles of the planned work of each day in `period` that has some."""
    return WORK.who(period) if WORK.who is not None else {}
