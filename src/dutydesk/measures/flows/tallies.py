"""Making tallies: closed days are counted once, and anew when something of them is corrected.

A worker's round. Decision 31 says what holds a tally and what ends it.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from dutydesk.database.rows import try_lock
from dutydesk.kernel.checks import Check
from dutydesk.measures.flows import turn_tallies
from dutydesk.measures.flows.day_tallies import rolled_up, sums_of
from dutydesk.measures.flows.held_days import CHANGED, tallied_values
from dutydesk.measures.flows.series import (
    CountSeries,
    LengthSeries,
    Series,
    TallyTerms,
    terms_in_force,
)
from dutydesk.measures.flows.service_series import SERVICES, service_terms
from dutydesk.measures.flows.statements import read
from dutydesk.measures.flows.tally_series import COUNTED, measured
from dutydesk.measures.models import CountTally, LengthTally, TalliedDay
from dutydesk.measures.rules.day_spans import DAY, DaySpan, month_of

CLOSED_AFTER = timedelta(days=7)
"""A day is closed once it is so long past: until then much of it is still being solved."""
STRETCH = 31
_COUNTS = "day, key, counts"
_LENGTHS = "day, cell, many, total, first, lengths"
_IN_MONTH = "series = %(name)s AND day >= %(first)s AND day < %(until)s"
_MONTH_OF_COUNTS = f"""
INSERT INTO measures_counttally ({_COUNTS}, series)
SELECT %(first)s::date, key, ARRAY[{{sums}}], %(rolled)s FROM measures_counttally
WHERE {_IN_MONTH} GROUP BY key
"""
_MONTH_OF_LENGTHS = f"""
INSERT INTO measures_lengthtally ({_LENGTHS}, series)
SELECT %(first)s::date, cell, count(*), sum(length)::bigint, min(first),
       array_agg(length ORDER BY length), %(rolled)s
FROM (SELECT cell, first, unnest(lengths) AS length FROM measures_lengthtally
      WHERE {_IN_MONTH}) found GROUP BY cell
"""
_STRETCHES_A_ROUND = 12
_FORGET = f"""
WITH changed AS (DELETE FROM measures_daychange RETURNING at, until)
DELETE FROM measures_talliedday
WHERE terms <> %(terms)s OR day IN ({CHANGED.format(changes="changed")})
"""
_BEGINS = """
SELECT least(
  (SELECT min(asked_at) FROM desk_question),
  (SELECT min(settled_at) FROM commitments_commitment
   WHERE state IN ('kept', 'late', 'missed', 'withdrawn') AND NOT (owner = '')),
  (SELECT min(least(declared, detected, fault_occurs)) FROM incidents_incident
   WHERE NOT exercise AND state IN ('open', 'resolved')),
  (SELECT min(raised_at) FROM oncall_page))
"""
_EVERY = "generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS day"
_OPEN = f"""
SELECT day::date FROM {_EVERY} WHERE day::date NOT IN (
  SELECT day FROM measures_talliedday WHERE services = %(services)s)
ORDER BY 1 DESC LIMIT %(most)s
"""
_LEFT = f"""
SELECT count(*), count(*) FILTER (WHERE day::date NOT IN (
  SELECT day FROM measures_talliedday WHERE terms = %(terms)s AND services = %(services)s))
FROM {_EVERY}
"""


def health(at: datetime) -> Iterator[Check]:
    """Say how many days are still to be tallied, as after an upgrade: it goes on by itself."""
    terms = terms_in_force()
    values = {"terms": terms.digest, "services": service_terms(at), **_closed(terms, at)}
    ((every, left),) = read(_LEFT, values)
    says = f"all {every} closed days are tallied" if every else "no day is closed yet"
    if left:
        says = f"{left} of {every} closed days are still to be tallied, the newest first; till then"
        says += " measures of years take longer"
    yield Check("measures", True, says, vital=False)


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
    terms, services = terms_in_force(), service_terms(at)
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, tallied_values(terms.zone) | {"terms": terms.digest})
    span = _next(terms, services, at)
    if span is not None:
        _tally(span, terms, services, at)
    return span


def _closed(terms: TallyTerms, at: datetime) -> dict[str, Any]:
    """Give the first day on which anything was, None if nothing was, and the last closed one."""
    ((begins,),) = read(_BEGINS, {})
    first = begins and begins.astimezone(terms.zone).date()
    return {"first": first, "last": (at - CLOSED_AFTER).astimezone(terms.zone).date() - DAY}


def _next(terms: TallyTerms, services: str, at: datetime) -> DaySpan | None:
    """Give the newest days in a row, of one month, that are closed and not tallied."""
    values = {"services": services, "most": STRETCH, **_closed(terms, at)}
    days = [day for (day,) in read(_OPEN, values)]
    if not days:
        return None
    month = days[0].replace(day=1)
    row = [day for place, day in enumerate(days) if day == days[0] - place * DAY and day >= month]
    return DaySpan(row[-1], days[0] + DAY)


def _tally(span: DaySpan, terms: TallyTerms, services: str, at: datetime) -> None:
    """Count a stretch of days, and the month that they make whole.

    Of days that only go by other services or sources now, availability alone is counted.
    """
    marked = TalliedDay.objects.filter(day__gte=span.first, day__lt=span.until)
    whole = marked.count() < span.days
    lengths = [one for one in measured(terms) if whole]
    counts = (*(COUNTED if whole else ()), SERVICES)
    daily = [one for one in lengths if one.by == "day"]
    _count("measures_counttally", _COUNTS, counts, span, terms, at)
    _count("measures_lengthtally", _LENGTHS, daily, span, terms, at)
    TalliedDay.objects.bulk_create(
        (TalliedDay(day=day, terms=terms.digest, services=services) for day in span),
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["terms", "services"],
    )
    if whole:
        turn_tallies.count(span, terms, at)
    month = month_of(span.first)
    if TalliedDay.objects.filter(day__gte=month.first, day__lt=month.until).count() == month.days:
        monthly = [one for one in lengths if one.by == "month"]
        _count("measures_lengthtally", _LENGTHS, monthly, month, terms, at)
        for each in counts:
            statement = _MONTH_OF_COUNTS.format(sums=sums_of(each))
            _roll_up(CountTally, each, month, statement)
        for each in daily:
            _roll_up(LengthTally, each, month, _MONTH_OF_LENGTHS)


def _roll_up(
    model: type[CountTally | LengthTally], series: Series, month: DaySpan, statement: str
) -> None:
    """Put the days of a whole month together, as they were counted."""
    rolled = rolled_up(series.name)
    model.objects.filter(series=rolled, day=month.first).delete()
    days = {"first": month.first, "until": month.until}
    values: dict[str, Any] = {"name": series.name, "rolled": rolled, **days}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _count(
    table: str,
    columns: str,
    every: Sequence[Series],
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
    period = span.period(terms.zone)
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE series = ANY(%(names)s)"
            " AND day >= %(first)s AND day < %(until)s",
            days,
        )
        for one in every:
            if isinstance(one, CountSeries | LengthSeries):
                statement, values = one.asked(terms, period, at)
                cursor.execute(
                    f"INSERT INTO {table} ({columns}, series)"
                    f" SELECT found.*, %(series)s FROM ({statement}) found",
                    values | {"series": one.name},
                )
            else:
                CountTally.objects.bulk_create(
                    CountTally(series=one.name, day=day, key=key, counts=counts)
                    for day, key, counts in one.rows(terms, period, at)
                )
