"""How many requests came of each kind in each month, and the bars that show it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

PICTURED = 11
"""How many kinds have a picture of their own; the rest share one."""
MONTHS = 36
"""How many months are shown at most, the last ones."""


@dataclass(frozen=True, slots=True)
class Volume:
    """How many there were of one kind: in each of the months shown, and ever."""

    kind: str
    counts: tuple[int, ...]
    total: int

    @property
    def most(self) -> int:
        """Give how many there were in the busiest month shown."""
        return max(self.counts, default=0)

    @property
    def bars(self) -> tuple[int, ...]:
        """Give each month's share of the busiest one's, in percent; at least 2 if there was any."""
        most = self.most
        return tuple(max(round(100 * count / most), 2) if count else 0 for count in self.counts)


@dataclass(frozen=True, slots=True)
class Volumes:
    """Everything, by month; then each kind, the most frequent first."""

    months: tuple[date, ...]
    every: Volume
    kinds: tuple[Volume, ...]

    @property
    def pictured(self) -> Sequence[Volume]:
        """Give what has a picture: everything, the most frequent kinds, and the rest as one."""
        first, rest = self.kinds[:PICTURED], self.kinds[PICTURED:]
        if len(rest) < 2:
            return (self.every, *self.kinds)
        counts = tuple(sum(month) for month in zip(*(one.counts for one in rest), strict=True))
        others = Volume(f"{len(rest)} other kinds", counts, sum(one.total for one in rest))
        return (self.every, *first, others)


def volumes(counted: Iterable[tuple[str, date, int]]) -> Volumes | None:
    """Give the volumes of what was counted: a kind, any day of a month, how many. None if none."""
    by_month: dict[str, Counter[date]] = {}
    for kind, day, count in counted:
        by_month.setdefault(kind, Counter())[day.replace(day=1)] += count
    known = [month for found in by_month.values() for month in found]
    if not known:
        return None
    months = _months(min(known), max(known))[-MONTHS:]
    kinds = [
        Volume(kind, tuple(found[month] for month in months), found.total())
        for kind, found in by_month.items()
    ]
    every = Volume(
        "Everything",
        tuple(sum(month) for month in zip(*(one.counts for one in kinds), strict=True)),
        sum(one.total for one in kinds),
    )
    return Volumes(months, every, tuple(sorted(kinds, key=lambda one: (-one.total, one.kind))))


def _months(first: date, last: date) -> tuple[date, ...]:
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return tuple(date(number // 12, number % 12 + 1, 1) for number in numbers)
