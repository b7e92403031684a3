"""Incidents and their lengths of time, counted by the database on any clock of the process.

An incident counts in the period in which it was declared or, if that isn't known, in which it was
first known of. Nothing is kept: a corrected time changes every figure at once.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from dutydesk.kernel.periods import Period
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.clock_tables import DAY, ClockTable, clock_table, days_of
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
_FIRST_WORD = "(SELECT min(u.at) FROM incidents_update u WHERE u.incident_id = i.id)"
_CHUNK = 2000


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


def over_time(
    choice: PeriodChoice, clock: Clock, spans: Sequence[MeasuredSpan] = ()
) -> tuple[Counted, Counted, tuple[Counted, ...]]:
    """Give the period before, the chosen one, and those of its trend."""
    trend = counted([one.period for one in choice.trend], clock, spans)
    if choice.each != "range":
        return trend[-2], trend[-1], trend
    before, now = counted((choice.previous.period, choice.period), clock, spans)
    return before, now, trend


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
    asked: dict[str, Any] = {"start": period.start, "end": period.end}
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
        while rows := cursor.fetchmany(_CHUNK):
            for row in rows:
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
    """
    steps = {step for span in spans for step in span.start + span.end}
    word = _FIRST_WORD if "first_word" in steps else "NULL::timestamptz"
    times = (
        "times AS (SELECT i.id, i.title, i.state, i.priority, i.exercise, i.estimated,"
        f" i.warnings, {COUNTED_AT} AS counted_at, i.fault_occurs, i.detected, i.declared,"
        f" {word} AS first_word, i.repaired, i.resolved FROM incidents_incident i WHERE {where})"
    )
    if clock.hours is None or not spans:
        lengths = [_elapsed(span) for span in spans]
        return f"WITH {times}, measured AS (SELECT {_columns(lengths)} FROM times)"
    table = clock_table(clock, *_days(where, asked))
    asked |= _arrays(table)
    lengths = [_clocked(span, f"d{n}", f"e{n}", table.most) for n, span in enumerate(spans)]
    days = " ".join(_joined(span, f"d{n}", f"e{n}") for n, span in enumerate(spans))
    return (
        f"WITH {times}, days AS MATERIALIZED ({_unnested(table)}),"
        f" measured AS (SELECT {_columns(lengths)} FROM times {days})"
    )


def _columns(lengths: Sequence[str]) -> str:
    return ", ".join(("times.*", *(f"{length} AS s{n}" for n, length in enumerate(lengths))))


def _ends(span: MeasuredSpan) -> tuple[str, str]:
    start, end = (f"coalesce({', '.join(steps)})" for steps in (span.start, span.end))
    return start, end


def _sound(span: MeasuredSpan) -> str:
    """Say in SQL whether a length can be measured: nobody's guess, and no end before its start."""
    start, end = _ends(span)
    return f"{end} >= {start}{' AND NOT estimated' if span.guessable else ''}"


def _elapsed(span: MeasuredSpan) -> str:
    start, end = _ends(span)
    return f"CASE WHEN {_sound(span)} THEN date_part('epoch', {end} - {start}) END"


def _clocked(span: MeasuredSpan, first: str, last: str, runs: int) -> str:
    start, end = _ends(span)
    length = f"{_counted_by(end, last, runs)} - {_counted_by(start, first, runs)}"
    return f"CASE WHEN {_sound(span)} THEN {length} END"


def _counted_by(moment: str, day: str, runs: int) -> str:
    """Say in SQL what a clock's table has counted by a moment: see `clock_tables`."""
    epoch = f"date_part('epoch', {moment})"
    today = (f"least(greatest({epoch} - {day}.starts{n}, 0), {day}.length{n})" for n in range(runs))
    return f"({day}.before + {' + '.join(today)})"


def _joined(span: MeasuredSpan, first: str, last: str) -> str:
    start, end = _ends(span)
    return " ".join(
        f"LEFT JOIN days {day} ON {day}.day = floor(date_part('epoch', {moment}) / {DAY})::int"
        for day, moment in ((first, start), (last, end))
    )


def _arrays(table: ClockTable) -> dict[str, Any]:
    """Give the clock's table as arrays, a column each."""
    arrays: dict[str, Any] = {
        "clock_day": [table.first + place for place in range(len(table.before))],
        "clock_before": list(table.before),
    }
    for n in range(table.most):
        arrays[f"clock_starts{n}"] = [day[n][0] for day in table.runs]
        arrays[f"clock_length{n}"] = [day[n][1] for day in table.runs]
    return arrays


def _unnested(table: ClockTable) -> str:
    runs = [f"{name}{n}" for n in range(table.most) for name in ("starts", "length")]
    arrays = ", ".join(f"%(clock_{name})s::float8[]" for name in ("before", *runs))
    names = ", ".join(("day", "before", *runs))
    return f"SELECT * FROM unnest(%(clock_day)s::int[], {arrays}) AS found({names})"


def _days(where: str, asked: dict[str, Any]) -> tuple[date, date]:
    """Give the days in which any time of these incidents lies, in whole years."""
    steps = [step for step in STEPS if step != "first_word"]
    ends = ", ".join(f"min(i.{step}), max(i.{step})" for step in steps)
    sql = f"SELECT {ends} FROM incidents_incident i WHERE {where}"
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        known = [moment for moment in cursor.fetchone() if moment is not None]
    first, last = days_of(known or [datetime(1970, 1, 1, tzinfo=UTC)])
    return first, date(last.year + 1, 12, 31)  # A first word may come in the year after.
