"""What planned work runs into: other work, an incident, closed hours."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from dutydesk.kernel.periods import Period


@dataclass(frozen=True, slots=True)
class Occupation:
    """Something that has services to itself for a while; without an `end` nobody knows how long.

    `about` is its subject, and `title` what it is called.
    """

    about: str
    title: str
    services: frozenset[int]
    start: datetime
    end: datetime | None


def overlapping(
    window: Period, services: Collection[int], others: Iterable[Occupation]
) -> list[Occupation]:
    """Give those of `others` that share a service with work in `window`, first to begin first."""
    shared = [
        one
        for one in others
        if one.services & set(services)
        and one.start < window.end
        and (one.end is None or window.start < one.end)
    ]
    return sorted(shared, key=lambda one: (one.start, one.about))
