"""Many lengths told in few: count, median, mean, 90th percentile, and every one as a dot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from dutydesk.measures.rules.values import Unit, write


class Dot(NamedTuple):
    """One thing on a time axis. `many`: it stands for so many that lie too close to tell apart."""

    at: datetime
    value: timedelta
    title: str = ""
    address: str = ""
    many: int = 1


@dataclass(frozen=True)
class Distribution:
    """How many there are, and how they lie; the dots are all of them."""

    count: int
    median: timedelta
    mean: timedelta
    p90: timedelta
    dots: tuple[Dot, ...] = ()


def distribution(dots: Iterable[Dot]) -> Distribution | None:
    """Give how these lie, or None if there are none: that is not zero."""
    kept = tuple(dots)
    values = sorted(dot.value for dot in kept for _ in range(dot.many))
    if not values:
        return None
    mean = sum(values, timedelta()) / len(values)
    return Distribution(len(values), percentile(values, 0.5), mean, percentile(values, 0.9), kept)


def described(found: Distribution | None, of: int, unit: Unit) -> str:
    """Say of how many a median is that of, with the mean and the 90th percentile beside it."""
    if found is None:
        return f"none of {of} could be measured" if of else ""
    mean, p90 = write(found.mean, unit), write(found.p90, unit)
    return f"median of {found.count} of {of}; mean {mean}, 90% within {p90}"


def percentile(ordered: Sequence[timedelta], share: float) -> timedelta:
    """Give the value below which that share of them lies, between two in proportion.

    As PostgreSQL's `percentile_cont` does; `ordered` rise and are not empty.
    """
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
