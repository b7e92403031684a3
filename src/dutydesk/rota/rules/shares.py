"""How evenly duty falls on people, and who is next when somebody must be found."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations


@dataclass(frozen=True)
class Quality:
    """How good a schedule is, each from 0 to 1: time covered, hours balanced, and their mean."""

    coverage: float
    balance: float

    @property
    def total(self) -> float:
        """Give the mean of coverage and balance."""
        return (self.coverage + self.balance) / 2

    @property
    def percent(self) -> tuple[int, int, int]:
        """Give coverage, balance and their mean in whole percent."""
        parts = (self.coverage, self.balance, self.total)
        return round(parts[0] * 100), round(parts[1] * 100), round(parts[2] * 100)


def months_back(today: date, count: int) -> list[date]:
    """Give the first days of this month and of those before it, the latest first: so many."""
    found = [today.replace(day=1)]
    while len(found) < count:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def balance(hours: Mapping[int, float]) -> float:
    """Give how alike people's hours are: the mean over all pairs of the fewer by the more.

    1 is wholly equal. Nobody, or one person alone, is equal to themselves.
    """
    pairs = list(combinations(hours.values(), 2))
    if not pairs:
        return 1.0
    return sum(min(a, b) / max(a, b) if max(a, b) else 1.0 for a, b in pairs) / len(pairs)


def quality(*, hours: Mapping[int, float], covered: timedelta, declared: timedelta) -> Quality:
    """Judge a schedule by everybody's hours, and by how much of the declared time it covers."""
    return Quality(covered / declared if declared else 1.0, balance(hours))


def next_in_line(
    roster: Sequence[int], *, busy: Collection[int], last_end: Mapping[int, datetime | float]
) -> int | None:
    """Give who has waited longest since their last shift of this duty; None if all are busy.

    Somebody who never had it comes before everybody else; those alike come in roster order.
    """
    free = [person for person in roster if person not in busy]
    never = [person for person in free if person not in last_end]
    if never:
        return never[0]
    return min(free, key=lambda person: last_end[person], default=None)
