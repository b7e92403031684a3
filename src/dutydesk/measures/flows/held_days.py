"""Which days hold: those that are tallied by the terms in force, and of which nothing changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from dutydesk.measures.flows.series import TallyTerms
from dutydesk.measures.flows.statements import read
from dutydesk.measures.rules.day_spans import DaySpan

CHANGED = """
SELECT one::date FROM {changes}, (
  SELECT min(day)::timestamp AS first, max(day)::timestamp AS last FROM measures_talliedday) bounds,
  generate_series(date_trunc('day', greatest(at AT TIME ZONE %(zone)s, first)),
    least(coalesce(until, at) AT TIME ZONE %(zone)s, last), interval '1 day') one
"""
"""The days, among those that are tallied, of which something has changed since."""
_KNOWN = f"""
SELECT min(day), max(day) + 1 FROM (
  SELECT day, day - row_number() OVER (ORDER BY day)::int AS run FROM measures_talliedday
  WHERE terms = %(terms)s AND services = coalesce(%(services)s, services)
    AND day NOT IN ({CHANGED.format(changes="measures_daychange")})
) days GROUP BY run ORDER BY 1
"""
_Known = dict[tuple[str, str | None], list[DaySpan]]
_told: ContextVar[_Known | None] = ContextVar("told", default=None)


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
    values = {"terms": terms.digest, "zone": terms.zone, "services": services}
    found = [DaySpan(first, until) for first, until in read(_KNOWN, values)]
    if told is not None:
        told[asked] = found
    return found
