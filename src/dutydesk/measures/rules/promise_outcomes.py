"""What became of promises, of gatherings and of routines, counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Self

Gathered = Literal["held", "late", "skipped", "missed", "due", "over", "practised"]
"""What became of one gathering that was owed.

`due`: its time is past, and the incident goes on. `over`: the incident ended, or was no longer
high, before its time. `practised`: the incident was an exercise, or declared by mistake.
"""


@dataclass(frozen=True, slots=True)
class PromiseOutcomes:
    """How many promises ended how. `given_up`: withdrawn only once their time was past.

    `overdue` are open, and their time was past when that was asked.
    """

    kept: int = 0
    late: int = 0
    missed: int = 0
    withdrawn: int = 0
    given_up: int = 0
    overdue: int = 0

    @property
    def settled(self) -> int:
        """Give how many were kept or broken; what was withdrawn was neither."""
        return self.kept + self.late + self.missed

    @property
    def in_time(self) -> float | None:
        """Give the share that was kept in time, from 0 to 1; None of none."""
        return self.kept / self.settled if self.settled else None

    def __add__(self, other: Self) -> "PromiseOutcomes":
        """Give both together."""
        return PromiseOutcomes(
            self.kept + other.kept,
            self.late + other.late,
            self.missed + other.missed,
            self.withdrawn + other.withdrawn,
            self.given_up + other.given_up,
            self.overdue + other.overdue,
        )


def together(outcomes: Iterable[PromiseOutcomes]) -> PromiseOutcomes:
    """Give all of these together."""
    return sum(outcomes, PromiseOutcomes())


@dataclass(frozen=True, slots=True)
class GatheringOutcomes:
    """How many gatherings were held in time, late, left out by saying so, and missed.

    `due`, `over` and `practised` are not counted.
    """

    held: int = 0
    late: int = 0
    skipped: int = 0
    missed: int = 0
    due: int = 0
    over: int = 0
    practised: int = 0

    @property
    def owed(self) -> int:
        """Give how many there were to be."""
        return self.held + self.late + self.skipped + self.missed

    @property
    def answered(self) -> float | None:
        """Give the share that was held or left out by saying so, from 0 to 1; None of none."""
        return (self.owed - self.missed) / self.owed if self.owed else None
