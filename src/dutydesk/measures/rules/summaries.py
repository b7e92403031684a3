"""Many figures told in few: never a mean without its count and median, and none is not zero."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from statistics import median

from dutydesk.kernel.periods import Period

BEST_SCORE = 5


@dataclass(frozen=True)
class Summary:
    """How many lengths of time there were, the middle one, and their mean."""

    count: int
    median: timedelta
    mean: timedelta


@dataclass(frozen=True)
class HappinessSummary:
    """How many people answered, and how; scores run from 1, unhappy, to the best.

    `by_score` has every score from 1 to the best with how many gave it, zero included.
    """

    count: int
    median: float
    mean: float
    by_score: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class IncidentCount:
    """How many incidents were declared in a period, and how many of those are high priority."""

    period: Period
    incidents: int
    high: int


def summarise(values: Iterable[timedelta | None]) -> Summary | None:
    """Give the count, median and mean of the lengths that are known, or None if none is.

    The mean is exact to the microsecond; between two middle lengths the median is half-way.
    """
    known = sorted(value for value in values if value is not None)
    if not known:
        return None
    middle = len(known) // 2
    halfway = known[middle] if len(known) % 2 else (known[middle - 1] + known[middle]) / 2
    return Summary(len(known), halfway, sum(known, timedelta()) / len(known))


def happiness(values: Iterable[int | None], *, best: int = BEST_SCORE) -> HappinessSummary | None:
    """Give how people scored the support they had, or None if nobody did.

    Someone who did not answer (None) is not counted. ValueError for a score outside 1 to `best`.
    """
    scores = [value for value in values if value is not None]
    if not scores:
        return None
    given = Counter(scores)
    if min(given) < 1 or max(given) > best:
        raise ValueError(f"A score lies between 1 and {best}, not {min(given)} to {max(given)}.")
    return HappinessSummary(
        count=len(scores),
        median=float(median(scores)),
        mean=float(Fraction(sum(scores), len(scores))),
        by_score=tuple((score, given[score]) for score in range(1, best + 1)),
    )


def incident_counts(
    declared: Iterable[tuple[datetime, bool]], periods: Iterable[Period]
) -> tuple[IncidentCount, ...]:
    """Count the incidents, given as when each was declared and whether it is high, by period.

    An incident on the border of two periods belongs to the later one. A period without any
    counts zero: that nothing happened is known. Clause `measure.incidents`.
    """
    incidents = list(declared)
    every = sorted(at for at, _ in incidents)
    high = sorted(at for at, is_high in incidents if is_high)
    return tuple(
        IncidentCount(period, _within(every, period), _within(high, period)) for period in periods
    )


def _within(moments: Sequence[datetime], period: Period) -> int:
    return bisect_left(moments, period.end) - bisect_left(moments, period.start)
