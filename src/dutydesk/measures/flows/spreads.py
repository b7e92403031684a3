"""How many lengths lie, worked out in the database, with a dot for each or for several."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dutydesk.chat.rules import title_of
from dutydesk.measures.flows.statements import length, read
from dutydesk.measures.rules.distributions import Distribution, Dot
from dutydesk.measures.rules.length_cells import COLUMNS, DOTS

EACH_ALONE = 600
"""Up to so many are shown one by one; more lie on a grid as fine as a picture can show."""
_STATISTICS = """
SELECT count(seconds), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY seconds),
       avg(seconds), NULL::timestamptz AS at
FROM measured
"""
_TOGETHER = """
UNION ALL SELECT * FROM (
  SELECT count(*), NULL::float8[], avg(seconds), min(at) AS at FROM measured
  WHERE seconds IS NOT NULL GROUP BY width_bucket(at, %(across)s::timestamptz[]),
                                     floor(%(down)s * log(greatest(seconds, 1)))
  ORDER BY at
) dots
"""
EACH = "SELECT at, seconds, title, id FROM measured WHERE seconds IS NOT NULL ORDER BY at, id"


def spread(
    tables: str,
    values: dict[str, Any],
    address: Callable[[int], str] | None = None,
    each: str = EACH,
) -> Distribution | None:
    """Give how the lengths lie in the table `measured` that `tables` make; None if there are none.

    It has a row's time (`at`) and its length in `seconds`, or null. Without an `address` for an id
    there are no dots; `each` gives what a dot alone has: its time, length, title and id.
    """
    if address is None:
        (whole,), together = read(f"WITH {tables} {_STATISTICS}", values), []
    else:
        more = {**values, "across": _across(values), "down": DOTS}
        whole, *together = read(f"WITH {tables} {_STATISTICS} {_TOGETHER}", more)
    count, percentiles, mean, _ = whole
    if not count:
        return None
    dots = [_dot(at, seconds, many=many) for many, _, seconds, at in together]
    if address is not None and count <= EACH_ALONE:
        rows = read(f"WITH {tables} {each}", values)
        dots = [_dot(at, s, title_of(title, 80), address(number)) for at, s, title, number in rows]
    median, p90 = (length(one) for one in percentiles)
    return Distribution(count, median, length(mean), p90, tuple(dots))


def _across(values: dict[str, Any]) -> list[datetime]:
    """Give the left edges of the columns of a picture of this time."""
    step = (values["end"] - values["start"]) / COLUMNS
    return [values["start"] + place * step for place in range(COLUMNS)]


def _dot(at: datetime, seconds: float, title: str = "", leads: str = "", many: int = 1) -> Dot:
    return Dot(at.astimezone(UTC), length(seconds), title, leads, many)
