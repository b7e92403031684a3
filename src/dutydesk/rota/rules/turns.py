"""A cadence of turns: when each handoff is, and which turn a moment lies in."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period, instant

Unit = Literal["hourly", "daily", "weekly", "monthly"]

_STEPS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
}


@dataclass(frozen=True)
class Turns:
    """Handoffs at `start` + k times `length` units on the wall clock of `zone`, before it too.

    `start` is a naive local time. A handoff that the clock skips is the first instant after the
    gap; one that it shows twice is the first showing. Clause oncall.rota.
    """

    unit: Unit
    length: int
    start: datetime
    zone: ZoneInfo

    def __post_init__(self) -> None:
        """Refuse turns of no length, and a start that is not a wall clock's."""
        if self.length < 1:
            raise ValueError("A turn is at least 1 unit long.")
        if self.start.tzinfo is not None:
            raise ValueError("Turns start at a local time, without an offset.")

    def handoff(self, number: int) -> datetime:
        """Give the instant, in UTC, at which turn `number` begins; `start` begins turn 0."""
        if self.unit == "monthly":
            return instant(_months_on(self.start, number * self.length), self.zone)
        return instant(self.start + number * self.length * _STEPS[self.unit], self.zone)

    def number_at(self, at: datetime) -> int:
        """Give the number of the turn that `at` lies in; a handoff belongs to the new turn."""
        number = self._guess(at.astimezone(self.zone).replace(tzinfo=None))
        while self.handoff(number) > at:
            number -= 1
        while self.handoff(number + 1) <= at:
            number += 1
        return number

    def at(self, at: datetime) -> Period:
        """Give the turn that `at` lies in."""
        number = self.number_at(at)
        return Period(self.handoff(number), self.handoff(number + 1))

    def during(self, span: Period) -> Iterator[tuple[int, Period]]:
        """Give each turn that shares time with `span`, whole, with its number.

        A turn that a clock change leaves without any time is not among them.
        """
        number = self.number_at(span.start)
        start = self.handoff(number)
        while start < span.end:
            end = self.handoff(number + 1)
            if start < end:
                yield number, Period(start, end)
            number, start = number + 1, end

    def _guess(self, local: datetime) -> int:
        if self.unit == "monthly":
            months = (local.year - self.start.year) * 12 + local.month - self.start.month
            return months // self.length
        return (local - self.start) // (self.length * _STEPS[self.unit])


def _months_on(start: datetime, months: int) -> datetime:
    """Give the same day and time `months` later; a day that isn't there becomes the last."""
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    day = min(start.day, monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)
