"""Reading tallies: closed days from what was counted once, all others from the rows themselves.

Which days hold is asked once for a page. Both parts are counted by the same statements
(`tally_series`), so that a figure does not tell where it comes from.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows.statements import read
from dutydesk.measures.flows.tally_series import (
    CountSeries,
    LengthSeries,
    terms_in_force,
)
from dutydesk.measures.rules.day_spans import DAY, DaySpan, left_of, shared, span_of, whole_months
from dutydesk.measures.rules.distributions import Distribution
from dutydesk.measures.rules.length_cells import (
    CellCount,
    CellsChanged,
    Ranked,
    columns,
    distribution_of,
    microseconds,
)

_MOST_GAPS = 12
_KNOWN = """
SELECT min(day), max(day) + 1 FROM (
  SELECT day, day - row_number() OVER (ORDER BY day)::int AS run FROM measures_talliedday
  WHERE terms = %(terms)s AND day NOT IN (
    SELECT (at AT TIME ZONE %(zone)s)::date FROM measures_daychange)
) days GROUP BY run ORDER BY 1
"""
_COUNTED = """
SELECT width_bucket(t.day, %(edges)s::date[]), t.key, {sums}
FROM measures_counttally t JOIN unnest(%(firsts)s::date[], %(untils)s::date[]) s (first, until)
  ON t.day >= s.first AND t.day < s.until
WHERE t.series = %(series)s GROUP BY 1, 2
"""
_LENGTHS = """
SELECT width_bucket(t.day, %(edges)s::date[]), t.cell, sum(t.many)::bigint,
       sum(t.total)::bigint, (extract(epoch FROM min(t.first)) * 1000000)::bigint
FROM measures_lengthtally t JOIN unnest(%(firsts)s::date[], %(untils)s::date[]) s (first, until)
  ON t.day >= s.first AND t.day < s.until
WHERE t.series = %(series)s GROUP BY 1, 2
"""
_RANKED = """
SELECT length FROM (
  SELECT unnest(t.lengths) AS length
  FROM measures_lengthtally t JOIN unnest(%(firsts)s::date[], %(untils)s::date[]) s (first, until)
    ON t.day >= s.first AND t.day < s.until
  WHERE t.series = %(series)s AND t.cell = %(cell)s
  UNION ALL SELECT unnest(%(more)s::bigint[])
) found ORDER BY length OFFSET %(rank)s LIMIT 2
"""
_LONGEST = """
SELECT day FROM (
  SELECT t.day, max(t.lengths[t.many]) AS longest
  FROM measures_lengthtally t JOIN unnest(%(firsts)s::date[], %(untils)s::date[]) s (first, until)
    ON t.day >= s.first AND t.day < s.until
  WHERE t.series = %(series)s GROUP BY 1
) days ORDER BY longest DESC, day DESC LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class DayLengths:
    """The lengths of one day that lie in one cell, in microseconds."""

    day: date
    cell: int
    many: int
    total: int
    first: datetime
    lengths: Sequence[int]


class DayTallies:
    """What is tallied now, by the terms that are in force."""

    def __init__(self, at: datetime) -> None:
        """Ask which days hold. `at`: until when clocks are counted."""
        self._at, self._terms = at, terms_in_force()
        self._zone = ZoneInfo(self._terms.zone)

    @cached_property
    def _known(self) -> list[DaySpan]:
        rows = read(_KNOWN, {"terms": self._terms.digest, "zone": self._terms.zone})
        return [DaySpan(first, until) for first, until in rows]

    def _parts(
        self, asked: DaySpan, by: str = "day"
    ) -> tuple[dict[str, list[date]], list[DaySpan]]:
        """Give the days asked for that are tallied, and those that are to be counted."""
        known = shared(self._known, asked)
        known = whole_months(known) if by == "month" else known
        left = left_of(asked, known)
        if len(left) > _MOST_GAPS:
            known, left = [], [asked]
        days = {"firsts": [s.first for s in known], "untils": [s.until for s in known]}
        return days, left

    def counts(
        self, series: CountSeries, periods: Sequence[Period]
    ) -> list[dict[str, tuple[int, ...]]]:
        """Give the counts by key of each of these periods, which touch, rise and begin at midnight.

        What came to nothing at all is left out.
        """
        spans = [span_of(one, self._zone) for one in periods]
        found: list[dict[str, list[int]]] = [defaultdict(lambda: [0] * series.width) for _ in spans]
        edges = [one.first for one in spans]
        days, left = self._parts(DaySpan(edges[0], spans[-1].until))
        sums = ", ".join(f"sum(counts[{n}])::bigint" for n in range(1, series.width + 1))
        values = days | {"edges": edges, "series": series.name}
        rows = read(_COUNTED.format(sums=sums), values) if days["firsts"] else []
        for place, key, *counts in rows:
            _add(found[place - 1][key], counts)
        for day, key, counts in self._rows(series, left):
            _add(found[_place(edges, day)][key], counts)
        return [{key: tuple(sums_) for key, sums_ in one.items() if any(sums_)} for one in found]

    def days(self, series: CountSeries, period: Period) -> dict[date, tuple[int, ...]]:
        """Give the counts of each day that has any, of a series without keys."""
        asked = span_of(period, self._zone)
        days, left = self._parts(asked)
        rows = read(
            "SELECT t.day, t.counts FROM measures_counttally t"
            " JOIN unnest(%(firsts)s::date[], %(untils)s::date[]) s (first, until)"
            " ON t.day >= s.first AND t.day < s.until WHERE t.series = %(series)s",
            days | {"series": series.name},
        )
        found = {day: tuple(counts) for day, counts in rows}
        more = ((day, tuple(counts)) for day, _, counts in self._rows(series, left))
        return found | dict(more)

    def lengths(
        self, series: LengthSeries, period: Period, *, dots: bool = True
    ) -> Distribution | None:
        """Give how the lengths of a series lie in a period, with dots for those that are near."""
        asked = span_of(period, self._zone)
        edges = columns(asked) if dots else [asked.first]
        with suppress(CellsChanged):
            return distribution_of(*self._cells(series, asked, edges))
        return distribution_of(*self._cells(series, asked, edges))

    def _cells(
        self, series: LengthSeries, asked: DaySpan, edges: Sequence[date]
    ) -> tuple[list[CellCount], Ranked]:
        """Give how many lengths are in each cell and column, and what gives those of a rank."""
        days, left = self._parts(asked, series.by)
        values = days | {"edges": edges, "series": series.name}
        own = [DayLengths(*row) for row in self._rows(series, left)]
        cells = [CellCount(column - 1, *rest) for column, *rest in read(_LENGTHS, values)]
        cells += [
            CellCount(
                _place(edges, one.day), one.cell, one.many, one.total, microseconds(one.first)
            )
            for one in own
        ]

        def ranked(cell: int, rank: int) -> tuple[int, ...]:
            more = [length for one in own if one.cell == cell for length in one.lengths]
            asked_for = {"cell": cell, "rank": rank, "more": more}
            return tuple(length for (length,) in read(_RANKED, values | asked_for))

        return cells, ranked

    def longest(self, series: LengthSeries, period: Period, most: int) -> list[Period]:
        """Give the days that hold the longest so many lengths of a period, and maybe others.

        Of lengths that are alike, those of the later days.
        """
        asked = span_of(period, self._zone)
        days, left = self._parts(asked)
        rows = read(_LONGEST, days | {"series": series.name, "most": most})
        found = [DaySpan(day, day + DAY) for (day,) in rows]
        return [one.period(self._zone) for one in (*found, *left)]

    def _rows(
        self, series: CountSeries | LengthSeries, left: Sequence[DaySpan]
    ) -> Iterator[tuple[Any, ...]]:
        for one in left:
            yield from read(*series.asked(self._terms, one.period(self._zone), self._at))


def _add(sums: list[int], counts: Sequence[int]) -> None:
    for place, count in enumerate(counts):
        sums[place] += count


def _place(edges: Sequence[date], day: date) -> int:
    """Give the number of the last edge that is not after a day."""
    return bisect_right(edges, day) - 1
