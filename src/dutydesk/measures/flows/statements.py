"""Asking the database for figures, and counting a clock of the process in it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from dutydesk.kernel.periods import Period
from dutydesk.process.rules.hours import Clock

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)
_AT_ONCE = 500
CLOCK = """clock AS MATERIALIZED (
  SELECT %(starts)s::timestamptz[] AS starts, %(ends)s::timestamptz[] AS ends,
         %(shifted)s::timestamptz[] AS shifted, %(after)s::float8[] AS after
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


def stream(statement: str, values: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Give the rows of one statement a few at a time, however many there are."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows


def clock_values(clock: Clock, span: Period) -> dict[str, Any]:
    """Give what `CLOCK` is made of: the periods in `span` in which a clock runs.

    Before the first of them nothing was counted; times outside of `span` are not to be asked for.
    """
    starts, ends, shifted = [_BEFORE_ALL], [_BEFORE_ALL], [_BEFORE_ALL]
    counted, after = timedelta(), [0.0]
    for period in clock.periods(span.start, span.end):
        starts.append(period.start)
        ends.append(period.end)
        shifted.append(period.start - counted)
        counted += period.length
        after.append(counted.total_seconds())
    return {"starts": starts, "ends": ends, "shifted": shifted, "after": after}


def counted(column: str) -> str:
    """Give SQL for how many seconds of the clock lie before the time in a column; null of null."""
    period = f"width_bucket({column}, clock.starts)"
    gone = f"date_part('epoch', {column} - clock.shifted[{period}])"
    return f"least({gone}, clock.after[{period}])"


def between(start: str, end: str) -> str:
    """Give SQL for the seconds of the clock between two columns' times; null if one is null."""
    return f"({counted(end)} - {counted(start)})"


def runs(column: str) -> str:
    """Give SQL for whether the clock runs at the time in a column."""
    return f"({column} < clock.ends[width_bucket({column}, clock.starts)])"


def length(seconds: float) -> timedelta:
    """Give seconds as a length of time, to the millisecond."""
    return timedelta(seconds=round(seconds, 3))
