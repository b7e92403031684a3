"""Local days and hours in a statement, which is told them and not the name of the zone.

The database brings rules of zones of its own. They are older or newer than the desk's, or lack the
zone: then a moment would lie on one day here and on another there. A day begins when the wall
clock first shows its midnight, and ends when the next one begins.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period, midnight, offsets
from dutydesk.measures.rules.day_spans import DaySpan


def day_values(days: DaySpan, zone: ZoneInfo) -> dict[str, Any]:
    """Give the values of a statement that says `day_of`."""
    return {"first_day": days.first, "midnights": _midnights(days, zone)}


def day_of(column: str) -> str:
    """Give SQL for the local day of the time in a column, which lies in the days of the values."""
    return f"(%(first_day)s::date + {place(column)} - 1)"


def place(column: str, times: str = "midnights") -> str:
    """Give SQL for which of the days it is, from 1: 0 before them, and the last after them."""
    return f"width_bucket(date_part('epoch', {column}), %({times})s::float8[])"


def hour_values(span: Period, zone: ZoneInfo) -> dict[str, Any]:
    """Give the values of a statement that says `hour_of`, for the years that `span` has any of."""
    changes, ahead = _changes(zone, *years_of(span))
    return {"changes": changes, "ahead": ahead}


def hour_of(column: str) -> str:
    """Give SQL for the hour that the wall clock shows at the time in a column.

    The connection's own zone is UTC: Django sees to that.
    """
    ahead = f"(%(ahead)s::interval[])[{place(column, 'changes')}]"
    return f"date_part('hour', {column} + {ahead})"


def years_of(span: Period) -> tuple[int, int]:
    """Give the first and the last year that a time has any of."""
    first, last = (moment.astimezone(UTC).year for moment in (span.start, span.end))
    return first, last


def array(values: Iterable[float]) -> str:
    """Write numbers as the database reads them: sooner than psycopg writes thousands of them."""
    return "{" + ",".join(f"{value:.15g}" for value in values) + "}"


@lru_cache(maxsize=64)
def _midnights(days: DaySpan, zone: ZoneInfo) -> str:
    return array(midnight(day, zone).timestamp() for day in days)


@lru_cache(maxsize=64)
def _changes(zone: ZoneInfo, first: int, last: int) -> tuple[str, str]:
    """Give when the clocks change in these years, and how far they are ahead of UTC from then."""
    span = Period(datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC))
    times, ahead = zip(*offsets(zone, span), strict=True)
    begun = array((float("-inf"), *(at.timestamp() for at in times[1:])))
    return begun, "{" + ",".join(f"{one.total_seconds():.0f} s" for one in ahead) + "}"
