"""Making tallies: closed days are counted once, and anew when something of them is corrected.

A worker's round. Decision 31 says what holds a tally and what ends it.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from dutydesk.database.rows import try_lock
from dutydesk.measures.flows.statements import read
from dutydesk.measures.flows.tally_series import (
    COUNTED,
    CountSeries,
    LengthSeries,
    TallyTerms,
    measured,
    terms_in_force,
)
from dutydesk.measures.models import TalliedDay
from dutydesk.measures.rules.day_spans import DAY, DaySpan, month_of

CLOSED_AFTER = timedelta(days=7)
"""A day is closed once it is so long past: until then much of it is still being solved."""
STRETCH = 31
_LENGTHS = "day, cell, many, total, first, lengths"
_STRETCHES_A_ROUND = 12
_FORGET = """
WITH changed AS (DELETE FROM measures_daychange RETURNING at)
DELETE FROM measures_talliedday WHERE terms <> %(terms)s
  OR day IN (SELECT (at AT TIME ZONE %(zone)s)::date FROM changed)
"""
_OPEN = """
SELECT day::date FROM generate_series(
  (SELECT least(
    (SELECT min(asked_at) FROM desk_question),
    (SELECT min(settled_at) FROM commitments_commitment
     WHERE state IN ('kept', 'late', 'missed', 'withdrawn') AND NOT (owner = '')),
    (SELECT min(least(declared, detected, fault_occurs)) FROM incidents_incident
     WHERE NOT exercise AND state IN ('open', 'resolved'))
  ) AT TIME ZONE %(zone)s)::date, %(last)s::date, interval '1 day') AS day
WHERE day::date NOT IN (SELECT day FROM measures_talliedday)
ORDER BY 1 DESC LIMIT %(most)s
"""


def look_after(*, at: datetime) -> None:
    """Tally what is closed and not tallied, the newest first, as much as fits into a round."""
    for _ in range(_STRETCHES_A_ROUND):
        if not tally_some(at=at):
            return


def tally_all(*, at: datetime, tell: Callable[[date], object] = lambda _: None) -> None:
    """Tally every day that is closed; `tell` is called with how far back that has come."""
    while span := tally_some(at=at):
        tell(span.first)


@transaction.atomic
def tally_some(*, at: datetime) -> DaySpan | None:
    """Forget days that have changed, and tally a stretch of those that are closed; give which.

    None if all are tallied, or another worker is at it.
    """
    if not try_lock("measures.tallies"):
        return None
    terms = terms_in_force()
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"terms": terms.digest, "zone": terms.zone})
    span = _next(terms, at)
    if span is not None:
        _tally(span, terms, at)
    return span


def _next(terms: TallyTerms, at: datetime) -> DaySpan | None:
    """Give the newest days in a row, of one month, that are closed and not tallied."""
    last = (at - CLOSED_AFTER).astimezone(ZoneInfo(terms.zone)).date() - DAY
    days = [day for (day,) in read(_OPEN, {"zone": terms.zone, "last": last, "most": STRETCH})]
    if not days:
        return None
    month = days[0].replace(day=1)
    row = [day for place, day in enumerate(days) if day == days[0] - place * DAY and day >= month]
    return DaySpan(row[-1], days[0] + DAY)


def _tally(span: DaySpan, terms: TallyTerms, at: datetime) -> None:
    """Count a stretch of days, and the month that they make whole."""
    lengths = measured(terms)
    _count("measures_counttally", "day, key, counts", COUNTED, span, terms, at)
    daily = [one for one in lengths if one.by == "day"]
    _count("measures_lengthtally", _LENGTHS, daily, span, terms, at)
    rows = "(day, terms) SELECT day::date, %(terms)s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO measures_talliedday {rows} FROM"
            " generate_series(%(first)s::date, %(until)s::date - 1, interval '1 day') day",
            {"first": span.first, "until": span.until, "terms": terms.digest},
        )
    month = month_of(span.first)
    if TalliedDay.objects.filter(day__gte=month.first, day__lt=month.until).count() == month.days:
        monthly = [one for one in lengths if one.by == "month"]
        _count("measures_lengthtally", _LENGTHS, monthly, month, terms, at)


def _count(
    table: str,
    columns: str,
    every: Sequence[CountSeries | LengthSeries],
    span: DaySpan,
    terms: TallyTerms,
    at: datetime,
) -> None:
    """Count series anew for a span."""
    days: dict[str, Any] = {
        "first": span.first,
        "until": span.until,
        "names": [one.name for one in every],
    }
    period = span.period(ZoneInfo(terms.zone))
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE series = ANY(%(names)s)"
            " AND day >= %(first)s AND day < %(until)s",
            days,
        )
        for one in every:
            statement, values = one.asked(terms, period, at)
            cursor.execute(
                f"INSERT INTO {table} ({columns}, series)"
                f" SELECT found.*, %(series)s FROM ({statement}) found",
                values | {"series": one.name},
            )
