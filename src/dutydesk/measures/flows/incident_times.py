"""Incidents and their lengths of time, counted by the database on any clock of the process.

An incident counts in the period in which it was declared itself or, if that isn't known, in which
it was first known of. Nothing is kept: a corrected time changes every figure at once.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows.statements import (
    CLOCK,
    between,
    clock_values,
    elapsed,
    few_first,
    read,
)
from dutydesk.measures.rules.day_spans import parts_back
from dutydesk.measures.rules.distributions import Distribution
from dutydesk.measures.rules.steps import SPANS, STEPS, MeasuredSpan, Times
from dutydesk.process.rules.hours import Clock

COUNTED_AT = "coalesce(i.declared, i.detected, i.fault_occurs)"
WITHIN = (
    "(i.declared >= %(start)s AND i.declared < %(end)s OR i.declared IS NULL"
    " AND coalesce(i.detected, i.fault_occurs) >= %(start)s"
    " AND coalesce(i.detected, i.fault_occurs) < %(end)s)"
)
COUNTED = "NOT i.exercise AND i.state IN ('open', 'resolved')"
_PARTS = """parts AS MATERIALIZED (
  SELECT p.id, p.merged_into_id AS whole, p.declared FROM incidents_incident p
  JOIN incidents_incident i ON i.id = p.merged_into_id WHERE {where}
), first_parts AS (SELECT whole, min(declared) AS declared FROM parts GROUP BY 1), """
_FIRST_WORDS = """first_words AS MATERIALIZED (
  SELECT whole, min(at) AS at FROM (
    SELECT u.incident_id AS whole, u.at FROM incidents_update u
    JOIN incidents_incident i ON i.id = u.incident_id WHERE {where}
    UNION ALL SELECT p.whole, u.at FROM parts p JOIN incidents_update u ON u.incident_id = p.id
  ) said GROUP BY 1
), """


@dataclass(frozen=True)
class Counted:
    """What happened in one period: how many incidents, how many high ones, and how lengths lie.

    `judged`: whether the priority of any is known; a log from elsewhere may not say it.
    """

    period: Period
    count: int = 0
    high: int = 0
    judged: bool = False
    spans: dict[str, Distribution] | None = None

    def spread(self, span: MeasuredSpan) -> Distribution | None:
        """Give how the lengths of a span lie; None if none could be measured."""
        return (self.spans or {}).get(span.name)


@dataclass(frozen=True, slots=True)
class MeasuredIncident:
    """One incident with its times, and how long each span took on the clock that was asked for."""

    number: int
    title: str
    state: str
    priority: str
    exercise: bool
    estimated: bool
    warnings: tuple[str, ...]
    counted_at: datetime | None
    times: Times
    lengths: dict[str, timedelta | None]


def counted(
    periods: Sequence[Period], clock: Clock, spans: Sequence[MeasuredSpan] = SPANS
) -> tuple[Counted, ...]:
    """Count the incidents of periods that follow each other, with the lengths of these spans."""
    bounds = [period.start for period in periods]
    asked: dict[str, Any] = {
        "start": periods[0].start,
        "end": periods[-1].end,
        "bounds": bounds,
    }
    lengths = ", ".join(
        f"count(s{n}), avg(s{n}), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY s{n})"
        for n, _ in enumerate(spans)
    )
    sql = (
        f"{measured(clock, spans, asked)} SELECT"
        " width_bucket(counted_at, %(bounds)s::timestamptz[]), count(*),"
        " count(*) FILTER (WHERE priority = 'high'), bool_or(priority <> '')"
        f"{', ' + lengths if lengths else ''} FROM measured GROUP BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    return tuple(
        _counted(period, found.get(place), spans) for place, period in enumerate(periods, start=1)
    )


def _counted(period: Period, row: tuple[Any, ...] | None, spans: Sequence[MeasuredSpan]) -> Counted:
    if row is None:
        return Counted(period)
    count, high, judged, *rest = row
    spreads = {}
    for place, span in enumerate(spans):
        number, mean, marks = rest[3 * place : 3 * place + 3]
        if number:
            median, p90 = (timedelta(seconds=mark) for mark in marks)
            spreads[span.name] = Distribution(number, median, timedelta(seconds=mean), p90)
    return Counted(period, count, high, bool(judged), spreads)


def incidents(
    period: Period, clock: Clock, spans: Sequence[MeasuredSpan] = SPANS, which: str = COUNTED
) -> Iterator[MeasuredIncident]:
    """Give every incident of a period, the newest first, one by one, however many there are."""
    for part in parts_back(period):
        asked: dict[str, Any] = {"start": part.start, "end": part.end}
        yield from read_incidents(clock, spans, f"{which} AND {WITHIN}", asked)


def read_incidents(
    clock: Clock, spans: Sequence[MeasuredSpan], where: str, asked: dict[str, Any]
) -> Iterator[MeasuredIncident]:
    """Give the incidents that `where` says, the newest first."""
    columns = ", ".join(f"s{place}" for place, _ in enumerate(spans))
    sql = (
        f"{measured(clock, spans, asked, where)} SELECT id, title, state, priority, exercise,"
        f" estimated, warnings, counted_at, {', '.join(STEPS)}{', ' + columns if columns else ''}"
        " FROM measured"
        " ORDER BY counted_at DESC NULLS LAST, id DESC"
    )
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, asked)
        for row in few_first(cursor):
            yield _incident(row, spans)


def _incident(row: tuple[Any, ...], spans: Sequence[MeasuredSpan]) -> MeasuredIncident:
    number, title, state, priority, exercise, estimated, *rest = row
    warnings, counted_at, *rest = rest
    times: dict[str, datetime | None] = dict(zip(STEPS, rest[: len(STEPS)], strict=True))
    lengths = {
        span.name: None if seconds is None else timedelta(seconds=seconds)
        for span, seconds in zip(spans, rest[len(STEPS) :], strict=True)
    }
    return MeasuredIncident(
        number,
        title,
        state,
        priority,
        exercise,
        estimated,
        _warnings(warnings),
        counted_at,
        times,
        lengths,
    )


def _warnings(kept: Any) -> tuple[str, ...]:
    return tuple(json.loads(kept) if isinstance(kept, str) else kept or ())


def measured(
    clock: Clock,
    spans: Sequence[MeasuredSpan],
    asked: dict[str, Any],
    where: str = f"{COUNTED} AND {WITHIN}",
) -> str:
    """Begin a query: `measured` holds each incident with `s0`, `s1` … in seconds, or null.

    It is null where its start or end isn't known or estimated, or the end lies before the start.
    What others are part of was declared, and first told of, when the first of them was.
    """
    steps = {step for span in spans for step in span.start + span.end}
    word, joined, words = "NULL::timestamptz", "", _PARTS.format(where=where)
    if "first_word" in steps:
        word, joined = "w.at", " LEFT JOIN first_words w ON w.whole = i.id"
        words += _FIRST_WORDS.format(where=where)
    times = (
        f"{words}times AS (SELECT i.id, i.title, i.state, i.priority, i.exercise, i.estimated,"
        f" i.warnings, {COUNTED_AT} AS counted_at, i.fault_occurs, i.detected,"
        f" least(i.declared, o.declared) AS declared, {word} AS first_word, i.repaired, i.resolved"
        f" FROM incidents_incident i LEFT JOIN first_parts o ON o.whole = i.id{joined}"
        f" WHERE {where})"
    )
    if not spans:
        return f"WITH {times}, measured AS (SELECT times.* FROM times)"
    if clock.hours is None:
        return f"WITH {times}, measured AS (SELECT {_columns(spans, elapsed)} FROM times)"
    asked |= clock_values(clock, _known(where, asked))
    return (
        f"WITH {CLOCK}, {times}, measured AS MATERIALIZED"
        f" (SELECT {_columns(spans, between)} FROM times CROSS JOIN clock)"
    )


def _columns(spans: Sequence[MeasuredSpan], count: Callable[[str, str], str]) -> str:
    lengths = (_length(span, count) for span in spans)
    return ", ".join(("times.*", *(f"{length} AS s{n}" for n, length in enumerate(lengths))))


def _length(span: MeasuredSpan, count: Callable[[str, str], str]) -> str:
    start, end = (f"coalesce({', '.join(steps)})" for steps in (span.start, span.end))
    guess = " AND NOT estimated" if span.guessable else ""
    return f"CASE WHEN {end} >= {start}{guess} THEN {count(start, end)} END"


def _known(where: str, asked: dict[str, Any]) -> Period:
    """Give the time in which all that is known of these incidents lies."""
    steps = [*(f"i.{step}" for step in STEPS if step != "first_word"), "p.declared"]
    names = ", ".join(steps)
    sql = (
        f"SELECT min(least({names})), max(greatest({names})) FROM incidents_incident i"
        f" LEFT JOIN incidents_incident p ON p.merged_into_id = i.id WHERE {where}"
    )
    ((first, last),) = read(sql, asked)
    now = first or datetime(1970, 1, 1, tzinfo=UTC)
    return Period(now, (last or now) + timedelta(days=366))  # A first word may come after all else.
