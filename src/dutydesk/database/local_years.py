"""Times as the database finds them among moments that it is told: the local years they lie in.

It is named no zone: its rules of them are its own, and may be older or lack the zone.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Func, IntegerField, QuerySet

from dutydesk.kernel.bounds import YEARS
from dutydesk.kernel.periods import Period, midnight


class PlaceAmong(Func):
    """How many of these rising moments are not after a time: which of them begins what it is in."""

    template = "width_bucket(date_part('epoch', %(expressions)s), '{%(moments)s}'::float8[])"
    output_field = IntegerField()

    def __init__(self, time: Any, moments: Sequence[datetime]) -> None:
        """Say of which time, a column's name or an expression, among which moments."""
        super().__init__(time, moments=",".join(f"{one.timestamp():.15g}" for one in moments))


def year_of(number: int, zone: ZoneInfo) -> Period:
    """Give a year on the wall clock of `zone`."""
    return Period(midnight(date(number, 1, 1), zone), midnight(date(number + 1, 1, 1), zone))


def years_in(rows: QuerySet[Any], time: Any, zone: ZoneInfo) -> list[int]:
    """Give the years in which any of these times is, the last first; a column or an expression."""
    found = (
        rows.annotate(among=PlaceAmong(time, _begins(zone))).filter(among__gt=0).order_by("-among")
    )
    return [YEARS[number - 1] for number in found.values_list("among", flat=True).distinct()]


@lru_cache(maxsize=8)
def _begins(zone: ZoneInfo) -> tuple[datetime, ...]:
    return tuple(year_of(number, zone).start for number in YEARS)
