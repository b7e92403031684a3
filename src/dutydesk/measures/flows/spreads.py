"""How many lengths lie, worked out in the database, with a dot for each or for several."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dutydesk.chat.rules import title_of
from dutydesk.measures.flows.reading import length, read
from dutydesk.measures.rules.distributions import Distribution, Dot

EACH_ALONE = 600
"""Up to so many are shown one by one; more lie on a grid as fine as a picture can show."""
_ACROSS, _DOWN = 160, 10
_STATISTICS = """
SELECT count(seconds), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY seconds),
       avg(seconds)
FROM measured
"""
_EACH = "SELECT at, seconds, title, id, 1 FROM measured WHERE seconds IS NOT NULL ORDER BY at, id"
_TOGETHER = """
SELECT to_timestamp(avg(extract(epoch FROM at))), avg(seconds), '', 0, count(*) FROM measured
WHERE seconds IS NOT NULL
GROUP BY width_bucket(extract(epoch FROM at)::float8,
                      extract(epoch FROM %(start)s::timestamptz)::float8,
                      extract(epoch FROM %(end)s::timestamptz)::float8, %(across)s),
         floor(%(down)s * log(greatest(seconds, 1)))
"""


def spread(
    tables: str, values: dict[str, Any], address: Callable[[int], str] | None = None
) -> Distribution | None:
    """Give how the lengths lie in the table `measured` that `tables` make; None if there are none.

    It has a row's time (`at`), its length in `seconds` or null, its `title` and its `id`. Without
    an `address` for an id, there are no dots.
    """
    (row,) = read(f"WITH {tables} {_STATISTICS}", values)
    count, percentiles, mean = row
    if not count:
        return None
    dots = _dots(tables, values, count, address) if address else ()
    median, p90 = (length(each) for each in percentiles)
    return Distribution(count, median, length(mean), p90, dots)


def _dots(
    tables: str, values: dict[str, Any], count: int, address: Callable[[int], str]
) -> tuple[Dot, ...]:
    if count <= EACH_ALONE:
        rows = read(f"WITH {tables} {_EACH}", values)
    else:
        rows = read(f"WITH {tables} {_TOGETHER}", {**values, "across": _ACROSS, "down": _DOWN})
    return tuple(_dot(address, *row) for row in rows)


def _dot(
    address: Callable[[int], str], at: datetime, seconds: float, title: str, number: int, many: int
) -> Dot:
    leads = address(number) if number else ""
    return Dot(at.astimezone(UTC), length(seconds), title_of(title, 80), leads, many)
