"""Reading tallies: closed days from what was counted once, all others from the rows themselves.

Which days hold is asked once for a page. Both parts are counted by the same statements
(`tally_series`), so that a figure does not tell where it comes from.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows import held_days
from dutydesk.measures.flows.series import (
    CountSeries,
    LengthSeries,
    Series,
    WorkedSeries,
    terms_in_force,
)
from dutydesk.measures.flows.service_series import SERVICES, service_terms
from dutydesk.measures.flows.statements import columns_of, read
from dutydesk.measures.models import CountTally
from dutydesk.measures.rules.day_spans import (
    DAY,
    DaySpan,
    cut_at,
    days_of,
    left_of,
    month_of,
    shared,
    span_of,
    whole_months,
)
from dutydesk.measures.rules.distributions import Distribution
from dutydesk.measures.rules.length_cells import (
    CELLS,
    DOTS,
    CellCount,
    CellRank,
    CellsChanged,
    columns,
    distribution_of,
    microseconds,
    ranks_of,
)

_MOST_GAPS = 12
_MANY_DAYS = 800
"""Dots of more days are put together by months: a column of a picture is nearly as wide."""
_ROUNDED = 1e-5
_OF = """t JOIN unnest(%(names)s::text[], %(firsts)s::date[], %(untils)s::date[])
  s (name, first, until) ON t.series = s.name AND t.day >= s.first AND t.day < s.until"""
_COUNTED = f"""
SELECT width_bucket(t.day, %(edges)s::date[]), t.key, {{sums}}
FROM measures_counttally {_OF} GROUP BY 1, 2
"""
_DAYS = f"SELECT t.day, t.counts FROM measures_counttally {_OF}"
_WEEKDAYS = f"""
SELECT extract(isodow FROM t.day)::int, {{sums}} FROM measures_counttally {_OF} GROUP BY 1
"""
_ASKED = "unnest(%(asked)s::int[], %(names)s::text[], %(firsts)s::date[], %(untils)s::date[])"
_OF_ASKED = f"""t JOIN {_ASKED} s (asked, name, first, until)
  ON t.series = s.name AND t.day >= s.first AND t.day < s.until"""
_LENGTHS = f"""
WITH pictures AS MATERIALIZED (
  SELECT place - 1 AS asked, edges::date[] AS edges
  FROM unnest(%(edges)s::text[]) WITH ORDINALITY given (edges, place)
), found AS (
  SELECT asked, width_bucket(t.day, edges) - 1 AS across, t.cell, t.cell * {DOTS} / {CELLS} AS dot,
         t.many, t.total, t.first
  FROM measures_lengthtally {_OF_ASKED} JOIN pictures USING (asked)
)
SELECT asked, across, min(cell), sum(many)::bigint, sum(total)::bigint,
       (extract(epoch FROM min(first)) * 1000000)::bigint
FROM found GROUP BY GROUPING SETS ((asked, cell), (asked, across, dot))
HAVING grouping(cell) = 0 OR across IS NOT NULL
"""
_RANKED = f"""
SELECT wanted.asked, wanted.cell, wanted.rank, ARRAY(
  SELECT length FROM (
    SELECT unnest(t.lengths) AS length FROM measures_lengthtally {_OF_ASKED}
    WHERE s.asked = wanted.asked AND t.cell = wanted.cell
    UNION ALL
    SELECT own.length
    FROM unnest(%(own_places)s::int[], %(own_cells)s::int[], %(own_lengths)s::bigint[])
      own (asked, cell, length) WHERE own.asked = wanted.asked AND own.cell = wanted.cell
  ) found ORDER BY length OFFSET wanted.rank LIMIT wanted.many
)
FROM unnest(%(places)s::int[], %(cells)s::int[], %(ranks)s::bigint[], %(manys)s::int[])
  wanted (asked, cell, rank, many)
"""
_LONGEST = f"""
SELECT day, longest FROM (
  SELECT t.day, max(t.lengths[t.many]) AS longest FROM measures_lengthtally {_OF} GROUP BY 1
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

    def count(self, column: int = 0) -> CellCount:
        """Give how many they are, in a column of a picture."""
        return CellCount(column, self.cell, self.many, self.total, microseconds(self.first))


@dataclass(frozen=True, slots=True)
class LengthsAsked:
    """That somebody asks how the lengths of a series lie in a period; `dots`: for a picture."""

    series: LengthSeries
    period: Period
    dots: bool = False


class DayTallies:
    """What is tallied now, by the terms that are in force."""

    def __init__(self, at: datetime) -> None:
        """Ask which days hold. `at`: until when clocks are counted."""
        self._at, self._terms = at, terms_in_force()
        self._zone = self._terms.zone
        self._known: dict[bool, list[DaySpan]] = {}
        self._told: dict[LengthsAsked, Distribution | None] = {}

    def _holding(self, series: Series | None = None) -> list[DaySpan]:
        """Give the days that hold, for a series."""
        own = series is not None and series.name == SERVICES.name
        if own not in self._known:
            services = service_terms(self._at) if own else None
            self._known[own] = held_days.known(self._terms, services)
        return self._known[own]

    def hold(self, period: Period) -> bool:
        """Say whether all local days that a period has any of are tallied."""
        days, known = days_of(period, self._zone), self._holding()
        place = bisect_right(known, days.first, key=lambda one: one.first) - 1
        return place >= 0 and days.until <= known[place].until

    def kept(self, series: str, period: Period) -> dict[str, tuple[int, ...]]:
        """Give what is kept by key, of days that a period has any of, whether they hold or not."""
        days = days_of(period, self._zone)
        rows = CountTally.objects.filter(series=series, day__gte=days.first, day__lt=days.until)
        return {key: tuple(counts) for key, counts in rows.values_list("key", "counts")}

    def _parts(
        self, series: Series, asked: DaySpan, edges: Sequence[date], *, rolled: bool = True
    ) -> tuple[dict[str, Any], list[DaySpan]]:
        """Give the values for what of the days asked for is tallied, and the days to be counted.

        Whole months are read as such if they may be (`rolled`) and no edge cuts them.
        """
        known = shared(self._holding(series), asked)
        monthly = isinstance(series, LengthSeries) and series.by == "month"
        months = whole_months(known) if rolled or monthly else []
        for cut in (one for one in edges if one.day != 1 and asked.first < one < asked.until):
            months = [one for span in months for one in left_of(span, [month_of(cut)])]
        days = [] if monthly else [one for span in known for one in left_of(span, months)]
        left = left_of(asked, months if monthly else known)
        if len(left) > _MOST_GAPS:
            days, months, left = [], [], [asked]
        names = [series.name] * len(days)
        names += [series.name if monthly else rolled_up(series.name)] * len(months)
        spans = (*days, *months)
        firsts, untils = [one.first for one in spans], [one.until for one in spans]
        return {"names": names, "firsts": firsts, "untils": untils}, left

    def counts(
        self, series: CountSeries | WorkedSeries, periods: Sequence[Period]
    ) -> list[dict[str, tuple[int, ...]]]:
        """Give the counts by key of each of these periods, which touch, rise and begin at midnight.

        What came to nothing at all is left out.
        """
        spans = [span_of(one, self._zone) for one in periods]
        found: list[dict[str, list[int]]] = [defaultdict(lambda: [0] * series.width) for _ in spans]
        edges = [one.first for one in spans]
        days, left = self._parts(series, DaySpan(edges[0], spans[-1].until), edges)
        values = days | {"edges": edges}
        rows = read(_COUNTED.format(sums=sums_of(series)), values) if days["firsts"] else []
        for place, key, *counts in rows:
            _add(found[place - 1][key], counts, series)
        more: Iterator[tuple[Any, ...]]
        if isinstance(series, WorkedSeries):
            stretches = (cut_at(one, edges) for one in left)
            more = (row for one in stretches for row in series.counted(one, self._zone, self._at))
        else:
            more = self._rows(series, left)
        for day, key, counts in more:
            _add(found[_place(edges, day)][key], counts, series)
        return [{key: tuple(sums_) for key, sums_ in one.items() if any(sums_)} for one in found]

    def days(self, series: CountSeries, period: Period) -> dict[date, tuple[int, ...]]:
        """Give the counts of each day that has any, of a series without keys."""
        days, left = self._parts(series, span_of(period, self._zone), (), rolled=False)
        found = {day: tuple(counts) for day, counts in read(_DAYS, days)}
        more = ((day, tuple(counts)) for day, _, counts in self._rows(series, left))
        return found | dict(more)

    def weekdays(self, series: CountSeries, period: Period) -> dict[int, list[int]]:
        """Give the sums of counts by the day of the week, from 1 for Monday; without keys."""
        days, left = self._parts(series, span_of(period, self._zone), (), rolled=False)
        sums_ = ", ".join(f"sum(t.counts[{n}]::int)" for n in range(1, series.width + 1))
        found: dict[int, list[int]] = {
            day: counts for day, *counts in read(_WEEKDAYS.format(sums=sums_), days)
        }
        for day, _, counts in self._rows(series, left):
            _add(found.setdefault(day.isoweekday(), [0] * series.width), counts, series)
        return found

    def lengths(
        self, series: LengthSeries, period: Period, *, dots: bool = True
    ) -> Distribution | None:
        """Give how the lengths of a series lie in a period, with dots for those that are near."""
        (found,) = self.all_lengths([LengthsAsked(series, period, dots)])
        return found

    def all_lengths(self, asked: Sequence[LengthsAsked]) -> list[Distribution | None]:
        """Do so for several at once: a few statements, however many are asked for.

        For one page each is told once, however often it is asked for.
        """
        new = [one for one in asked if one not in self._told]
        if new:
            try:
                found = self._distributions(new)
            except CellsChanged:
                found = self._distributions(new)
            self._told |= zip(new, found, strict=True)
        return [self._told[one] for one in asked]

    def _distributions(self, asked: Sequence[LengthsAsked]) -> list[Distribution | None]:
        spans: list[tuple[int, str, date, date]] = []
        own: list[list[DayLengths]] = []
        edges: list[list[date]] = []
        for place, one in enumerate(asked):
            days = span_of(one.period, self._zone)
            rolled = not one.dots or days.days > _MANY_DAYS
            parts, left = self._parts(one.series, days, (), rolled=rolled)
            named = zip(parts["names"], parts["firsts"], parts["untils"], strict=True)
            spans += [(place, *each) for each in named]
            own.append([DayLengths(*row) for row in self._rows(one.series, left)])
            edges.append(columns(days) if one.dots else [])
        values = columns_of(spans, "asked", "names", "firsts", "untils")
        cells = [[one.count() for one in mine] for mine in own]
        pictured = [
            [one.count(_place(bounds, one.day)) for one in mine] if bounds else []
            for bounds, mine in zip(edges, own, strict=True)
        ]
        for place, column, *rest in self._cells(values, edges) if spans else ():
            (cells if column is None else pictured)[place].append(CellCount(column or 0, *rest))
        lengths = self._ranked(cells, own, values)
        return [distribution_of(*each) for each in zip(cells, lengths, pictured, strict=True)]

    @staticmethod
    def _cells(values: dict[str, Any], edges: Sequence[Sequence[date]]) -> list[tuple[Any, ...]]:
        """Give of what is tallied how much is in each cell, and in each place of a picture."""
        pictures = [f"{{{','.join(str(day) for day in one)}}}" if one else None for one in edges]
        return read(_LENGTHS, values | {"edges": pictures})

    @staticmethod
    def _ranked(
        cells: Sequence[Sequence[CellCount]],
        own: Sequence[Sequence[DayLengths]],
        values: dict[str, Any],
    ) -> list[dict[CellRank, int]]:
        """Give for each that is asked for its lengths at the ranks that have to be known."""
        found: list[dict[CellRank, int]] = [{} for _ in cells]
        wanted = [(place, *one) for place, mine in enumerate(cells) for one in ranks_of(mine)]
        if not wanted:
            return found
        near = {(place, cell) for place, cell, *_ in wanted}
        mine = [
            (place, one.cell, length)
            for place, days in enumerate(own)
            for one in days
            if (place, one.cell) in near
            for length in one.lengths
        ]
        asked = columns_of(wanted, "places", "cells", "ranks", "manys")
        asked |= columns_of(mine, "own_places", "own_cells", "own_lengths")
        for place, cell, rank, lengths in read(_RANKED, values | asked):
            found[place] |= {(cell, rank + n): length for n, length in enumerate(lengths)}
        return found

    def longest(
        self, series: LengthSeries, period: Period, most: int
    ) -> tuple[list[Period], float]:
        """Give the days that hold the longest so many lengths of a period, and maybe others.

        Of lengths that are alike, those of the later days. With it how long each of them is at
        least, in seconds.
        """
        days, left = self._parts(series, span_of(period, self._zone), (), rolled=False)
        rows = read(_LONGEST, days | {"most": most})
        found = [DaySpan(day, day + DAY) for day, _ in rows]
        least = rows[-1][1] / 1e6 - _ROUNDED if len(rows) == most else 0.0
        return [one.period(self._zone) for one in (*found, *left)], least

    def _rows(self, series: Series, left: Sequence[DaySpan]) -> Iterator[tuple[Any, ...]]:
        for one in left:
            yield from series.rows(self._terms, one.period(self._zone), self._at)


def sums_of(series: CountSeries | WorkedSeries) -> str:
    """Give SQL for the counts of a series put together."""
    how = ("max" if place in series.most else "sum" for place in range(1, series.width + 1))
    return ", ".join(f"{one}(counts[{n}])::bigint" for n, one in enumerate(how, start=1))


def rolled_up(name: str) -> str:
    """Name the tallies of whole months of a series by days."""
    return f"{name}/months"


def _add(sums: list[int], counts: Sequence[int], series: CountSeries | WorkedSeries) -> None:
    for place, count in enumerate(counts):
        most = place + 1 in series.most
        sums[place] = max(sums[place], count) if most else sums[place] + count


def _place(edges: Sequence[date], day: date) -> int:
    """Give the number of the last edge that is not after a day."""
    return bisect_right(edges, day) - 1
