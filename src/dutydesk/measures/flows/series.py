"""The kinds of what is tallied by days, and by which terms of the process they are counted."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows.local_times import day_of, day_values, hour_values
from dutydesk.measures.flows.statements import clock_values, read
from dutydesk.measures.rules.day_spans import DAY, DaySpan, span_of
from dutydesk.measures.rules.length_cells import CELLS
from dutydesk.process.flows import process
from dutydesk.process.rules.hours import Clock

EDITION = 3
"""Another one, and everything is tallied anew: for when a statement counts otherwise."""
_RULES = ("holidays", "opening-hours-py", "tzdata")
"""The packages by whose rules days and clocks are told: with another version all is likewise."""


@dataclass(frozen=True)
class TallyTerms:
    """By what of the process days are tallied: its zone, its clocks, its quick limit."""

    zone: ZoneInfo
    clocks: tuple[Clock, ...]
    limit: timedelta

    @property
    def digest(self) -> str:
        """Give these terms in few letters, with the edition of what is counted."""
        return _digest(self)

    def clock(self, name: str) -> Clock:
        """Give the clock of that name."""
        return next(one for one in self.clocks if one.name == name)

    def values(self, span: Period, at: datetime, clock: str = "support") -> dict[str, Any]:
        """Give the values of a statement that counts a span, as far as it is known at `at`."""
        known = Period(span.start, max(span.end, at))
        return {
            "start": span.start,
            "end": span.end,
            "limit": self.limit.total_seconds(),
            "at": at,
            **day_values(span_of(span, self.zone), self.zone),
            **hour_values(known, self.zone),
            **clock_values(self.clock(clock), known),
        }


@lru_cache(maxsize=8)
def _digest(terms: TallyTerms) -> str:
    told = (EDITION, terms, *(version(name) for name in _RULES))
    return sha256(repr(told).encode()).hexdigest()


def terms_in_force() -> TallyTerms:
    """Give the terms of the process that is in force."""
    current = process.in_force()
    clocks = tuple(current.clock(name) for name in ("elapsed", *sorted(current.clocks)))
    return TallyTerms(current.zone, clocks, current.ask.quick_limit)


Asked = tuple[str, dict[str, Any]]
"""A statement and its values."""
Rows = Iterable[tuple[Any, ...]]


class Series(Protocol):
    """What is tallied under a name: it gives the rows of a time, as a tally keeps them."""

    @property
    def name(self) -> str:
        """Give its name."""
        ...

    def rows(self, terms: TallyTerms, span: Period, at: datetime) -> Rows:
        """Count a time, of whole days, as far as it is known at `at`."""
        ...


@dataclass(frozen=True)
class CountSeries:
    """Counts by day and key: its statement gives day, key and an array of so many counts.

    `most`: the places (from 1) of those of which the most counts, and not the sum. `clock`:
    the one that its statement may count.
    """

    name: str
    width: int
    statement: str
    most: frozenset[int] = frozenset()
    clock: str = "support"

    def asked(self, terms: TallyTerms, span: Period, at: datetime) -> Asked:
        """Give the statement that counts a span, and its values."""
        return self.statement, terms.values(span, at, self.clock)

    def rows(self, terms: TallyTerms, span: Period, at: datetime) -> Rows:
        """Give day, key and counts."""
        return read(*self.asked(terms, span, at))


@dataclass(frozen=True)
class WorkedSeries:
    """Counts by day and key that no statement alone gives.

    `counted` gives for each of these stretches of days, which touch, its first day, key and counts.
    """

    name: str
    width: int
    counted: Callable[[Sequence[DaySpan], ZoneInfo, datetime], Rows]
    most: frozenset[int] = frozenset()

    def rows(self, terms: TallyTerms, span: Period, at: datetime) -> Rows:
        """Give day, key and counts."""
        days = [DaySpan(day, day + DAY) for day in span_of(span, terms.zone)]
        return self.counted(days, terms.zone, at)


Tables = Callable[[TallyTerms, Period, datetime], Asked]


@dataclass(frozen=True)
class LengthSeries:
    """Lengths by day or month: `tables` gives the tables of a statement and its values.

    One of them is `lengths`: when each counts (`at`), and its seconds.
    """

    name: str
    tables: Tables
    by: Literal["day", "month"] = "day"

    def rows(self, terms: TallyTerms, span: Period, at: datetime) -> Rows:
        """Give day, cell, how many, sum, the first, and the lengths."""
        return read(*self.asked(terms, span, at))

    def asked(self, terms: TallyTerms, span: Period, at: datetime) -> Asked:
        """Give a statement, and its values: day, cell, how many, sum, the first, and the lengths.

        In a series by months the day is the first of its month that is asked for.
        """
        tables, values = self.tables(terms, span, at)
        day = day_of("at")
        if self.by == "month":
            day = f"greatest(date_trunc('month', {day}::timestamp)::date, %(first_day)s::date)"
        statement = f"""WITH {tables}, cells AS (
          SELECT {day} AS day, at,
                 round(seconds * 1000000)::bigint AS length,
                 floor({CELLS} * log(greatest(seconds, 1)))::int AS cell
          FROM lengths WHERE seconds IS NOT NULL)
        SELECT day, cell, count(*), sum(length)::bigint, min(at),
               array_agg(length ORDER BY length) FROM cells GROUP BY 1, 2"""
        return statement, values | day_values(span_of(span, terms.zone), terms.zone)
