"""What is tallied by days: each series as one statement that counts a time, day by day.

The same statement fills the tallies and counts the days that have none, so both say the same. What
a series counts must not change by time alone: whatever is still open is asked for elsewhere.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows import call_series, incident_series, incident_times, question_tables
from dutydesk.measures.flows.local_times import day_of, hour_of
from dutydesk.measures.flows.series import CountSeries, LengthSeries, Tables, TallyTerms
from dutydesk.measures.flows.statements import CLOCK
from dutydesk.measures.rules.steps import SPANS, MeasuredSpan

_DAY = day_of("q.asked_at")
_SPAN = "q.asked_at >= %(start)s AND q.asked_at < %(end)s"
_STAYED = "q.state <> 'withdrawn'"
_COUNTS = f"""ARRAY[
  count(*) FILTER (WHERE {_STAYED}), count(q.answered_at) FILTER (WHERE {_STAYED}),
  count(*) FILTER (WHERE q.state = 'solved'),
  count(*) FILTER (WHERE q.state = 'solved' AND t.id IS NULL),
  count(t.id) FILTER (WHERE {_STAYED}), count(*) FILTER (WHERE q.state = 'withdrawn')]"""
_HOURS = ", ".join(f"count(*) FILTER (WHERE hour = {hour})" for hour in range(24))
KINDS = CountSeries(
    "questions",
    6,
    f"""SELECT {_DAY}, q.kind, {_COUNTS} FROM desk_question q
    LEFT JOIN desk_ticket t ON t.question_id = q.id WHERE {_SPAN} GROUP BY 1, 2""",
)
"""Questions by kind: asked, answered, solved, without a ticket, with one, and taken back."""
TEAMS = CountSeries(
    "questions-teams",
    6,
    f"""SELECT {_DAY}, coalesce(a.team_id::text, ''), {_COUNTS} FROM desk_question q
    LEFT JOIN people_account a ON a.id = q.asker_id
    LEFT JOIN desk_ticket t ON t.question_id = q.id WHERE {_SPAN} GROUP BY 1, 2""",
)
"""The same by the number of the asker's team; none has no number."""
HOURS = CountSeries(
    "questions-hours",
    24,
    f"""WITH asked AS MATERIALIZED (
      SELECT {_DAY} AS day, {hour_of("q.asked_at")} AS hour
      FROM desk_question q WHERE {_SPAN} AND {_STAYED}
    ) SELECT day, '', ARRAY[{_HOURS}] FROM asked GROUP BY 1""",
)
"""Questions by the hour on the wall clock."""


def _questions(what: str) -> Tables:
    def tables(terms: TallyTerms, span: Period, at: datetime) -> tuple[str, dict[str, Any]]:
        found, values = question_tables.lengths(span, terms.clock("support"), at, what)
        return f"{found}, lengths AS (SELECT at, seconds FROM measured)", values

    return tables


LENGTHS = {what: LengthSeries(what, _questions(what)) for what in question_tables.LENGTHS}
"""How long questions took until their first answer, and until they were solved."""


def _help(terms: TallyTerms, span: Period, at: datetime) -> tuple[str, dict[str, Any]]:
    solved = question_tables.helped(question_tables.SOLVED)
    lengths = "lengths AS (SELECT asked_at AS at, help AS seconds FROM helped)"
    return f"{CLOCK}, {solved}, {lengths}", terms.values(span, at)


HELP_LENGTHS = LengthSeries("help", _help)
"""How long help took for solved questions."""


@lru_cache(maxsize=256)
def incident_lengths(span: MeasuredSpan, clock: str) -> LengthSeries:
    """Give the series of how long a step of incidents took on a clock, by months."""

    def tables(terms: TallyTerms, period: Period, at: datetime) -> tuple[str, dict[str, Any]]:
        asked: dict[str, Any] = {"start": period.start, "end": period.end}
        begin = incident_times.measured(terms.clock(clock), (span,), asked)
        lengths = "lengths AS (SELECT counted_at AS at, s0 AS seconds FROM measured)"
        return f"{begin.removeprefix('WITH ')}, {lengths}", asked

    return LengthSeries(f"{span.name}/{clock}", tables, "month")


_HELPED = f"WITH {CLOCK}, {question_tables.helped(question_tables.SOLVED)}"
_HELPED_ON = day_of("asked_at")
HELP = CountSeries(
    "help",
    3,
    f"""{_HELPED} SELECT {_HELPED_ON}, '', ARRAY[count(*) FILTER (WHERE help <= %(limit)s),
      count(*) FILTER (WHERE help > %(limit)s),
      count(*) FILTER (WHERE help > %(limit)s AND ticket IS NOT NULL)] FROM helped GROUP BY 1""",
)
"""Solved questions by how long help took: within the quick limit, longer, these with a ticket."""
_ASKED_HOW = "coalesce(q.happiness_asked_at, q.happiness_at)"
_SCORES = ", ".join(f"count(*) FILTER (WHERE q.happiness = {n})" for n in range(5, 0, -1))
HAPPINESS = CountSeries(
    "happiness",
    6,
    f"""SELECT {day_of(_ASKED_HOW)}, q.kind, ARRAY[count(*), {_SCORES}]
    FROM desk_question q WHERE {_ASKED_HOW} >= %(start)s AND {_ASKED_HOW} < %(end)s
    GROUP BY 1, 2""",
)
"""Who was asked how their help was, by kind of question: how many, and scores from 5 to 1."""
PROMISES = CountSeries(
    "promises",
    5,
    f"""SELECT {day_of("settled_at")}, kind, ARRAY[
      count(*) FILTER (WHERE state = 'kept'), count(*) FILTER (WHERE state = 'late'),
      count(*) FILTER (WHERE state = 'missed'), count(*) FILTER (WHERE state = 'withdrawn'),
      count(*) FILTER (WHERE state = 'withdrawn' AND settled_at > due_at)]
    FROM commitments_commitment
    WHERE settled_at >= %(start)s AND settled_at < %(end)s
      AND state IN ('kept', 'late', 'missed', 'withdrawn') AND NOT (owner = '')
    GROUP BY 1, 2""",
)
"""People's promises by kind: kept, late, missed, withdrawn, and those past their time."""
COUNTED = (
    *(KINDS, TEAMS, HOURS, HELP, HAPPINESS, PROMISES),
    *call_series.COUNTED,
    *incident_series.COUNTED,
)


def measured(terms: TallyTerms) -> tuple[LengthSeries, ...]:
    """Give every series of lengths: those of incidents are on each of the process's clocks."""
    incidents = (incident_lengths(span, one.name) for span in SPANS for one in terms.clocks)
    return (*LENGTHS.values(), HELP_LENGTHS, call_series.ACKNOWLEDGED, *incidents)
