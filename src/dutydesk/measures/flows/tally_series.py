"""What is tallied by days: each series as one statement that counts a time, day by day.

The same statement fills the tallies and counts the days that have none, so both say the same. What
a series counts must not change by time alone: whatever is still open is asked for elsewhere.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows import question_tables
from dutydesk.measures.flows.statements import CLOCK, clock_values
from dutydesk.measures.rules.length_cells import CELLS
from dutydesk.process.flows import process
from dutydesk.process.rules.hours import Clock

EDITION = 1
"""Another one, and everything is tallied anew: for when a statement below counts otherwise."""


@dataclass(frozen=True)
class TallyTerms:
    """By what of the process days are tallied: its zone, its support hours, its quick limit."""

    zone: str
    support: Clock
    limit: timedelta

    @property
    def digest(self) -> str:
        """Give these terms in few letters, with the edition of what is counted."""
        return _digest(self)

    def values(self, span: Period, at: datetime) -> dict[str, Any]:
        """Give the values of a statement of a series for a span, as far as it is known at `at`."""
        return {
            "start": span.start,
            "end": span.end,
            "zone": self.zone,
            "limit": self.limit.total_seconds(),
            "at": at,
            **clock_values(self.support, Period(span.start, max(span.end, at))),
        }


@lru_cache(maxsize=8)
def _digest(terms: TallyTerms) -> str:
    told = (EDITION, terms, version("holidays"))
    return sha256(repr(told).encode()).hexdigest()


def terms_in_force() -> TallyTerms:
    """Give the terms of the process that is in force."""
    current = process.in_force()
    return TallyTerms(current.zone.key, current.clock("support"), current.ask.quick_limit)


@dataclass(frozen=True)
class CountSeries:
    """Counts by day and key: its statement gives day, key and an array of so many counts."""

    name: str
    width: int
    statement: str


@dataclass(frozen=True)
class LengthSeries:
    """Lengths by day: its statement gives the day, when each counts, and its seconds."""

    name: str
    lengths: str

    @property
    def statement(self) -> str:
        """Give the statement: day, cell, how many, their sum, the first, and the lengths."""
        return f"""WITH {CLOCK}, measured AS MATERIALIZED ({self.lengths}), cells AS (
          SELECT (at AT TIME ZONE %(zone)s)::date AS day, at,
                 round(seconds * 1000000)::bigint AS length,
                 floor({CELLS} * log(greatest(seconds, 1)))::int AS cell
          FROM measured WHERE seconds IS NOT NULL)
        SELECT day, cell, count(*), sum(length)::bigint, min(at),
               array_agg(length ORDER BY length) FROM cells GROUP BY 1, 2"""


_DAY = "(q.asked_at AT TIME ZONE %(zone)s)::date"
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
    f"""SELECT day, '', ARRAY[{_HOURS}] FROM (
      SELECT {_DAY} AS day, extract(hour FROM q.asked_at AT TIME ZONE %(zone)s) AS hour
      FROM desk_question q WHERE {_SPAN} AND {_STAYED}) asked GROUP BY 1""",
)
"""Questions by the hour on the wall clock."""


LENGTHS = {what: LengthSeries(what, question_tables.took(what)) for what in question_tables.LENGTHS}
"""How long questions took until their first answer, and until they were solved."""
_HELPED = f"WITH {CLOCK}, {question_tables.helped(question_tables.SOLVED)}"
_HELPED_ON = "(asked_at AT TIME ZONE %(zone)s)::date"
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
    f"""SELECT ({_ASKED_HOW} AT TIME ZONE %(zone)s)::date, q.kind, ARRAY[count(*), {_SCORES}]
    FROM desk_question q WHERE {_ASKED_HOW} >= %(start)s AND {_ASKED_HOW} < %(end)s
    GROUP BY 1, 2""",
)
"""Who was asked how their help was, by kind of question: how many, and scores from 5 to 1."""
PROMISES = CountSeries(
    "promises",
    5,
    """SELECT (settled_at AT TIME ZONE %(zone)s)::date, kind, ARRAY[
      count(*) FILTER (WHERE state = 'kept'), count(*) FILTER (WHERE state = 'late'),
      count(*) FILTER (WHERE state = 'missed'), count(*) FILTER (WHERE state = 'withdrawn'),
      count(*) FILTER (WHERE state = 'withdrawn' AND settled_at > due_at)]
    FROM commitments_commitment
    WHERE settled_at >= %(start)s AND settled_at < %(end)s
      AND state IN ('kept', 'late', 'missed', 'withdrawn') AND NOT (owner = '')
    GROUP BY 1, 2""",
)
"""People's promises by kind: kept, late, missed, withdrawn, and those past their time."""
COUNTED = (KINDS, TEAMS, HOURS, HELP, HAPPINESS, PROMISES)
MEASURED = tuple(LENGTHS.values())
