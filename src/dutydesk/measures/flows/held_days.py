"""Which days hold: those that are tallied by the terms in force, and of which nothing changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from dutydesk.measures.flows.local_times import day_values, place
from dutydesk.measures.flows.series import TallyTerms
from dutydesk.measures.flows.statements import read
from dutydesk.measures.rules.day_spans import DaySpan

_BOUNDS = "SELECT min(day), max(day) + 2 FROM measures_talliedday"
"""With one more, on which whatever is later lies."""
CHANGED = f"""
SELECT DISTINCT %(first_day)s::date + one - 1 FROM {{changes}},
  generate_series(greatest({place("at")}, 1), {place("coalesce(until, at)")}) one
"""
"""The days, among those of `tallied_values`, of which something has changed since."""
_KNOWN = f"""
SELECT min(day), max(day) + 1 FROM (
  SELECT day, day - row_number() OVER (ORDER BY day)::int AS run FROM measures_talliedday
  WHERE terms = %(terms)s AND services = coalesce(%(services)s, services)
    AND day NOT IN ({CHANGED.format(changes="measures_daychange")})
) days GROUP BY run ORDER BY 1
"""
_Known = dict[tuple[str, str | None], list[DaySpan]]
_told: ContextVar[_Known | None] = ContextVar("told", default=None)


def tallied_values(zone: ZoneInfo, only: str = "") -> dict[str, Any]:
    """Give the values of `CHANGED` for all days that are tallied; for none if `only` isn't so."""
    ((first, until),) = read(_BOUNDS + only, {}) or [(None, None)]
    return day_values(DaySpan(first or date.min, until or date.min), zone)


@contextmanager
def told_once() -> Iterator[None]:
    """Let everything within go by the days that held when it first asked: a report asks often."""
    token = _told.set({})
    try:
        yield
    finally:
        _told.reset(token)


def known(terms: TallyTerms, services: str | None) -> list[DaySpan]:
    """Give the days that hold; with `services`, of availability by these services and sources."""
    told, asked = _told.get(), (terms.digest, services)
    if told is not None and asked in told:
        return told[asked]
    values = tallied_values(terms.zone, " HAVING EXISTS (SELECT FROM measures_daychange)")
    values |= {"terms": terms.digest, "services": services}
    found = [DaySpan(first, until) for first, until in read(_KNOWN, values)]
    if told is not None:
        told[asked] = found
    return found
