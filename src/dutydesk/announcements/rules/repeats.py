"""When two announcements are one press of a button too many."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dutydesk.kernel.periods import Period

TWICE = timedelta(minutes=5)
"""How far apart the very same words of the same person are one, that was sent twice."""


@dataclass(frozen=True, slots=True)
class Announced:
    """What somebody announced: in which words, of which services, for when, and when they did.

    `updates` are the times that it promises.
    """

    number: int
    by: str
    title: str
    text: str
    services: frozenset[int]
    window: Period | None
    updates: frozenset[datetime]
    at: datetime

    def same_as(self, other: "Announced") -> bool:
        """Say whether both say the same, and by the same person."""
        return replace(self, number=other.number, at=other.at) == other


def just_now(told: datetime, at: datetime) -> bool:
    """Say whether what was told then may be what is told once more at `at`."""
    return told <= at < told + TWICE


def sent_twice(new: Announced, earlier: Iterable[Announced]) -> Announced | None:
    """Give the announcement that the same person made in the very same words just now."""
    return next((one for one in earlier if just_now(one.at, new.at) and one.same_as(new)), None)
