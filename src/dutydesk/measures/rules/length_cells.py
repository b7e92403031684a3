"""How lengths lie, told from how many are in each cell; only two cells are looked into.

A cell is a stretch of lengths, of which there are so many in each power of ten seconds. Medians and
90th percentiles are exact: the counts say in which cell one lies and which of it, in order, it is.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from dutydesk.measures.rules.day_spans import DAY, DaySpan
from dutydesk.measures.rules.distributions import Distribution, Dot

CELLS = 20
"""Cells in each power of ten seconds; all up to a second are in the first."""
DOTS = 4
"""Dots in each power of ten seconds: a picture can show no more above each other."""
COLUMNS = 80
"""Nor more beside each other; a column is made of whole days."""
SHARES = (0.5, 0.9)
CellRank = tuple[int, int]
"""A cell, and the rank of a length among those in it, from 0."""


class CellCount(NamedTuple):
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


def distribution_of(
    cells: Sequence[CellCount],
    lengths: Mapping[CellRank, int],
    pictured: Sequence[CellCount] = (),
) -> Distribution | None:
    """Give how lengths lie, with a dot for all of a column that are about as long; or None.

    `lengths`: those of the ranks that must be known (`ranks_of`), in microseconds. `pictured`: the
    counts of a picture's columns. Raises CellsChanged where a length is missing.
    """
    many = _by_cell(cells)
    count = sum(many.values())
    if not count:
        return None
    mean = sum(one.total for one in cells) / count / 1e6
    median, p90 = (_percentile(many, count, share, lengths) for share in SHARES)
    return Distribution(count, _length(median), _length(mean), _length(p90), _dots(pictured))


def ranks_of(cells: Sequence[CellCount]) -> list[tuple[int, int, int]]:
    """Give where the lengths are that must be known: each percentile lies between two, or on one.

    By the counts alone: which cell, the first rank in it, and how many from there on.
    """
    many = _by_cell(cells)
    count = sum(many.values())
    places = (int(share * (count - 1)) for share in SHARES) if count else ()
    near = {rank for place in places for rank in (place, place + 1) if rank < count}
    found: list[tuple[int, int, int]] = []
    for cell, rank in (_in_cell(many, one) for one in sorted(near)):
        if found and found[-1][0] == cell and sum(found[-1][1:]) == rank:
            found[-1] = cell, found[-1][1], found[-1][2] + 1
        else:
            found.append((cell, rank, 1))
    return found


def _by_cell(cells: Sequence[CellCount]) -> dict[int, int]:
    """Give how many lengths are in each cell, the shortest first."""
    many: dict[int, int] = {}
    for one in cells:
        many[one.cell] = many.get(one.cell, 0) + one.many
    return dict(sorted(many.items()))


def _in_cell(many: Mapping[int, int], rank: int) -> CellRank:
    """Give in which cell the length of a rank among all is, and its rank there."""
    for cell, count in many.items():
        if rank < count:
            return cell, rank
        rank -= count
    raise ValueError(f"there is no length of rank {rank}")


def _percentile(
    many: Mapping[int, int], count: int, share: float, lengths: Mapping[CellRank, int]
) -> float:
    """Give it in seconds, as PostgreSQL's `percentile_cont` works it out."""
    place = share * (count - 1)
    low = int(place)
    try:
        first, *after = (
            lengths[_in_cell(many, rank)] / 1e6 for rank in (low, low + 1) if rank < count
        )
    except KeyError as missing:
        raise CellsChanged from missing
    return first + (place - low) * (after[0] - first) if after else first


def _dots(cells: Sequence[CellCount]) -> tuple[Dot, ...]:
    together: dict[tuple[int, int], CellCount] = {}
    for one in cells:
        key = (one.column, one.cell * DOTS // CELLS)
        other = together.get(key)
        together[key] = one if other is None else _sum(one, other)
    dots = [
        Dot(
            _EPOCH + timedelta(microseconds=one.first),
            _length(one.total / one.many / 1e6),
            many=one.many,
        )
        for one in together.values()
    ]
    return tuple(sorted(dots, key=attrgetter("at", "value")))


def _sum(one: CellCount, other: CellCount) -> CellCount:
    first = min(one.first, other.first)
    return CellCount(one.column, one.cell, one.many + other.many, one.total + other.total, first)


def _length(seconds: float) -> timedelta:
    return timedelta(seconds=round(seconds, 3))
