"""Questions of a period: how many of which kind, team and hour, and how long they took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows.statements import CLOCK, between, clock_values, read
from dutydesk.measures.rules.question_outcomes import (
    PastAnswerOutcomes,
    QuestionCounts,
    QuickOutcomes,
)
from dutydesk.process.rules.hours import Clock

_ASKED = "q.asked_at >= %(start)s AND q.asked_at < %(end)s AND q.state <> 'withdrawn'"
_COUNTS = f"""
SELECT q.kind, a.team_id, count(*), count(q.answered_at),
       count(*) FILTER (WHERE q.state = 'solved'),
       count(*) FILTER (WHERE q.state = 'solved' AND t.id IS NULL), count(t.id)
FROM desk_question q
LEFT JOIN people_account a ON a.id = q.asker_id
LEFT JOIN desk_ticket t ON t.question_id = q.id
WHERE {_ASKED} GROUP BY 1, 2
"""
_TREND = """
SELECT width_bucket(asked_at, %(edges)s::timestamptz[]), count(*) FROM desk_question
WHERE asked_at >= %(start)s AND asked_at < %(end)s AND state <> 'withdrawn' GROUP BY 1
"""
_HOURS = f"""
SELECT extract(isodow FROM asked)::int, extract(hour FROM asked)::int, count(*)
FROM (SELECT q.asked_at AT TIME ZONE %(zone)s AS asked FROM desk_question q WHERE {_ASKED}) q
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """The questions of one kind that one team's people asked; None: whose team nobody knows."""

    kind: str
    team: int | None
    counts: QuestionCounts


def _values(span: Period) -> dict[str, datetime]:
    return {"start": span.start, "end": span.end}


def groups(span: Period) -> list[QuestionGroup]:
    """Count the questions that were asked in `span` by kind and team; none that was withdrawn."""
    return [
        QuestionGroup(kind, team, QuestionCounts(*counts))
        for kind, team, *counts in read(_COUNTS, _values(span))
    ]


def trend(periods: Sequence[Period]) -> list[int]:
    """Count the questions that were asked in each of these periods, which touch and rise."""
    edges = [period.start for period in periods]
    values = {"edges": edges, "start": edges[0], "end": periods[-1].end}
    found = dict(read(_TREND, values))
    return [found.get(place, 0) for place in range(1, len(periods) + 1)]


def withdrawn(span: Period) -> int:
    """Count the questions of `span` that their askers took back."""
    (row,) = read(
        "SELECT count(*) FROM desk_question"
        " WHERE asked_at >= %(start)s AND asked_at < %(end)s AND state = 'withdrawn'",
        _values(span),
    )
    return int(row[0])


def hours_of_week(span: Period, zone: str) -> dict[tuple[int, int], int]:
    """Count the questions by day (1 is Monday) and hour, as the wall clock of `zone` shows them."""
    rows = read(_HOURS, {**_values(span), "zone": zone})
    return {(day, hour): count for day, hour, count in rows}


EACH = """
SELECT m.at, m.seconds, o.message->>'body', m.id
FROM measured m LEFT JOIN chat_post o ON o.id = m.post_id
WHERE m.seconds IS NOT NULL ORDER BY m.at, m.id
"""
LENGTHS = {"answer": "q.answered_at", "solution": "q.solved_at"}
"""What a question's lengths end with; each begins when it was asked."""


def lengths(span: Period, clock: Clock, at: datetime, what: str) -> tuple[str, dict[str, Any]]:
    """Give the table `measured` of what each question took as `clock` counts, and its values.

    `what`: the first answer, or the solution.
    """
    tables = f"""{CLOCK}, measured AS MATERIALIZED (
      SELECT q.asked_at AS at, {between("q.asked_at", LENGTHS[what])} AS seconds,
             {LENGTHS[what]} AS ended, q.id, q.post_id
      FROM desk_question q CROSS JOIN clock WHERE {_ASKED}
    )"""
    counted = clock_values(clock, Period(span.start, max(span.end, at)))
    return tables, {**_values(span), **counted}


HELPED = f"""
asked AS (
  SELECT q.id, q.post_id, q.asked_at, q.answered_at, q.solved_at, q.state, t.id AS ticket
  FROM desk_question q LEFT JOIN desk_ticket t ON t.question_id = q.id
  WHERE {_ASKED} AND q.answered_at IS NOT NULL
), waits AS MATERIALIZED (
  SELECT a.id, {between("greatest(w.at, a.answered_at)", "least(n.at, a.solved_at)")} AS waited
  FROM journal_entry w
  JOIN asked a ON a.id = split_part(w.subject, ':', 2)::bigint
  CROSS JOIN LATERAL (
    SELECT coalesce(min(j.at), %(at)s) AS at FROM journal_entry j
    WHERE j.subject = w.subject AND j.at >= w.at AND j.id > w.id
      AND j.kind IN ('question.resumed', 'question.solved')
  ) n
  CROSS JOIN clock
  WHERE w.kind = 'question.waiting' AND w.at >= %(start)s
    AND w.at < (SELECT max(coalesce(solved_at, %(at)s)) FROM asked) AND n.at > a.answered_at
), helped AS MATERIALIZED (
  SELECT a.*, {between("a.answered_at", "coalesce(a.solved_at, %(at)s)")}
              - coalesce(w.waited, 0) AS help
  FROM asked a CROSS JOIN clock
  LEFT JOIN (SELECT id, sum(waited) AS waited FROM waits GROUP BY 1) w USING (id)
)
"""
_QUICK = """
SELECT count(*) FILTER (WHERE help <= %(limit)s AND state = 'solved'),
       count(*) FILTER (WHERE help > %(limit)s),
       count(*) FILTER (WHERE help > %(limit)s AND ticket IS NOT NULL),
       count(*) FILTER (WHERE help <= %(limit)s AND state <> 'solved')
FROM helped
"""


def quick(span: Period, clock: Clock, limit: timedelta, at: datetime) -> QuickOutcomes:
    """Say how help went against the quick limit: from the first answer on, without waits.

    As the limit itself counts: on the support clock, and not while the asker is waited for.
    """
    (row,) = read(f"WITH {CLOCK}, {HELPED} {_QUICK}", help_values(span, clock, limit, at))
    return QuickOutcomes(*row)


def help_values(span: Period, clock: Clock, limit: timedelta, at: datetime) -> dict[str, Any]:
    """Give the values of a statement about how long help took."""
    counted = clock_values(clock, Period(span.start, max(span.end, at)))
    return {**_values(span), **counted, "limit": limit.total_seconds(), "at": at}


_PAST = """
SELECT count(*), count(DISTINCT question_id), count(DISTINCT question_id) FILTER (
  WHERE helped_at IS NOT NULL)
FROM desk_pastanswer WHERE offered_at >= %(start)s AND offered_at < %(end)s
"""
_REOPENED = """
SELECT count(*), count(DISTINCT subject) FROM journal_entry
WHERE kind = 'question.reopened' AND at >= %(start)s AND at < %(end)s
"""


def past_answers(span: Period) -> PastAnswerOutcomes:
    """Say how past answers helped that were offered in `span`."""
    (row,) = read(_PAST, _values(span))
    return PastAnswerOutcomes(*row)


def reopened(span: Period) -> tuple[int, int]:
    """Count how often questions were opened again in `span`, and how many questions those were."""
    (row,) = read(_REOPENED, _values(span))
    return row[0], row[1]
