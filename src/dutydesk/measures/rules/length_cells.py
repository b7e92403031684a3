"""How lengths lie, told from how many are in each cell; only two cells are looked into.

A cell is a stretch of lengths, of which there are so many in each power of ten seconds. Medians and
90th percentiles are exact: the counts say in which cell one lies and which of it, in order, it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from dutydesk.measures.rules.day_spans import DAY, DaySpan
from dutydesk.measures.rules.distributions import Distribution, Dot

CELLS = 20
"""Cells in each power of ten seconds; all up to a second are in the first."""
DOTS = 4
"""Dots in each power of ten seconds: a picture can show no more above each other."""
COLUMNS = 80
"""Nor more beside each other; a column is made of whole days."""
Ranked = Callable[[int, int], tuple[int, ...]]
"""Gives of a cell's lengths that of a rank, from 0, and the next if it has one."""


@dataclass(frozen=True, slots=True)
class CellCount:
    """How many lengths are in a cell in one column of days; their sum is in microseconds.

    `first`: when the first of them counts, in microseconds of the epoch.
    """

    column: int
    cell: int
    many: int
    total: int
    first: int


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Give a moment in microseconds of the epoch."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _moment(number: int) -> datetime:
    return _EPOCH + timedelta(microseconds=number)


def columns(asked: DaySpan) -> list[date]:
    """Give the first day of each column of a picture of these days."""
    days = (asked.until - asked.first).days
    wide = -(-days // COLUMNS)
    return [asked.first + place * DAY for place in range(0, days, wide)]


class CellsChanged(Exception):
    """Lengths were counted anew between two questions: ask again."""


def distribution_of(cells: Sequence[CellCount], ranked: Ranked) -> Distribution | None:
    """Give how lengths lie, with a dot for all of a column that are about as long; or None."""
    count = sum(one.many for one in cells)
    if not count:
        return None
    mean = sum(one.total for one in cells) / count / 1e6
    median, p90 = (_percentile(cells, count, share, ranked) for share in (0.5, 0.9))
    return Distribution(count, _length(median), _length(mean), _length(p90), _dots(cells))


def _percentile(cells: Sequence[CellCount], count: int, share: float, ranked: Ranked) -> float:
    """Give it in seconds, as PostgreSQL's `percentile_cont` works it out."""
    place = share * (count - 1)
    low = int(place)
    found = _from_rank(cells, low, ranked)
    if not found:
        raise CellsChanged
    return found[0] + (place - low) * (found[-1] - found[0])


def _from_rank(cells: Sequence[CellCount], rank: int, ranked: Ranked) -> list[float]:
    """Give the length of a rank and the next one, if there is one, in seconds."""
    many: dict[int, int] = {}
    for one in cells:
        many[one.cell] = many.get(one.cell, 0) + one.many
    found: list[int] = []
    for cell in sorted(many):
        if rank < many[cell]:
            found += ranked(cell, rank)[: 2 - len(found)]
            if len(found) == 2:
                break
        rank = max(rank - many[cell], 0)
    return [length / 1e6 for length in found]


def _dots(cells: Sequence[CellCount]) -> tuple[Dot, ...]:
    together: dict[tuple[int, int], CellCount] = {}
    for one in cells:
        key = (one.column, one.cell * DOTS // CELLS)
        other = together.get(key)
        together[key] = one if other is None else _sum(one, other)
    dots = (
        Dot(
            _EPOCH + timedelta(microseconds=one.first),
            _length(one.total / one.many / 1e6),
            many=one.many,
        )
        for one in together.values()
    )
    return tuple(sorted(dots, key=lambda dot: (dot.at, dot.value)))


def _sum(one: CellCount, other: CellCount) -> CellCount:
    first = min(one.first, other.first)
    return CellCount(one.column, one.cell, one.many + other.many, one.total + other.total, first)


def _length(seconds: float) -> timedelta:
    return timedelta(seconds=round(seconds, 3))
