"""Asking the database for figures, and counting a clock of the process in it."""

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Any

from django.db import connection

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows.local_times import array, years_of
from dutydesk.process.rules.hours import Clock

_FEW = 50
_AT_ONCE = 1000
CLOCK = """clock AS MATERIALIZED (
  SELECT %(starts)s::float8[] AS starts, %(ends)s::float8[] AS ends,
         %(shifted)s::float8[] AS shifted, %(after)s::float8[] AS after
)"""
"""The table of a statement in which a clock is counted; see `clock_values`.

What is counted belongs into a materialized table before it is sorted or grouped: else the whole
clock is carried along with every row.
"""


def read(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Give the rows of one statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def columns_of(rows: Sequence[tuple[Any, ...]], *names: str) -> dict[str, list[Any]]:
    """Give rows as the values of a statement, which takes them column by column."""
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def stream(statement: str, values: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Give the rows of one statement a few at a time, however many there are."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        yield from few_first(cursor)


def few_first(cursor: Any) -> Iterator[tuple[Any, ...]]:
    """Give what a cursor finds: a few rows at once, as a screen shows, and then many."""
    rows = cursor.fetchmany(_FEW)
    while rows:
        yield from rows
        rows = cursor.fetchmany(_AT_ONCE)


def clock_values(clock: Clock, span: Period) -> dict[str, str]:
    """Give what `CLOCK` is made of: when a clock runs in the years that `span` has any of.

    Before the first time nothing was counted; times outside of `span` are not to be asked for.
    """
    return _clock_arrays(clock, *years_of(span))


@lru_cache(maxsize=64)
def _clock_arrays(clock: Clock, first: int, last: int) -> dict[str, str]:
    """Give the runs of a clock in these years as arrays, written as the database reads them.

    Seconds of the epoch; `shifted` is the start of a run less what was counted before it, `after`
    what was counted with it.
    """
    runs = clock.periods(datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC))
    starts = [run.start.timestamp() for run in runs]
    ends = [run.end.timestamp() for run in runs]
    after = list(accumulate(end - start for start, end in zip(starts, ends, strict=True)))
    shifted = [end - counted for end, counted in zip(ends, after, strict=True)]
    before_all = -math.inf
    return {
        "starts": array((before_all, *starts)),
        "ends": array((before_all, *ends)),
        "shifted": array((before_all, *shifted)),
        "after": array((0, *after)),
    }


def counted(column: str) -> str:
    """Give SQL for how many seconds of the clock lie before the time in a column; null of null."""
    moment = f"date_part('epoch', {column})"
    run = f"width_bucket({moment}, clock.starts)"
    return f"least({moment} - clock.shifted[{run}], clock.after[{run}])"


def between(start: str, end: str) -> str:
    """Give SQL for the seconds of the clock between two columns' times; null if one is null."""
    return f"({counted(end)} - {counted(start)})"


def elapsed(start: str, end: str) -> str:
    """Give SQL for the seconds between two columns' times."""
    return f"date_part('epoch', {end} - {start})"


def runs(column: str) -> str:
    """Give SQL for whether the clock runs at the time in a column."""
    moment = f"date_part('epoch', {column})"
    return f"({moment} < clock.ends[width_bucket({moment}, clock.starts)])"


def length(seconds: float) -> timedelta:
    """Give seconds as a length of time, to the millisecond."""
    return timedelta(seconds=round(seconds, 3))
