"""Questions as tables of a statement: how long each took, and how long help took."""

from datetime import datetime, timedelta
from typing import Any

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows.statements import CLOCK, between, clock_values
from dutydesk.process.rules.hours import Clock

ASKED = "q.asked_at >= %(start)s AND q.asked_at < %(end)s AND q.state <> 'withdrawn'"
SOLVED = "q.state = 'solved'"
GOING = "q.state NOT IN ('solved', 'withdrawn')"
EACH = """
SELECT m.at, m.seconds, o.message->>'body', m.id
FROM measured m LEFT JOIN chat_post o ON o.id = m.post_id
WHERE m.seconds IS NOT NULL ORDER BY m.at, m.id
"""
LENGTHS = {"answer": "q.answered_at", "solution": "q.solved_at"}
"""What a question's lengths end with; each begins when it was asked."""


def lengths(
    span: Period, clock: Clock, at: datetime, what: str, which: str = "true"
) -> tuple[str, dict[str, Any]]:
    """Give the table `measured` of what each question took as `clock` counts, and its values.

    `what`: the first answer, or the solution. `which` of the questions `q`.
    """
    tables = f"""{CLOCK}, measured AS MATERIALIZED (
      SELECT q.asked_at AS at, {between("q.asked_at", LENGTHS[what])} AS seconds,
             {LENGTHS[what]} AS ended, q.id, q.post_id
      FROM desk_question q CROSS JOIN clock WHERE {ASKED} AND {which})"""
    return tables, {**_values(span), **clock_values(clock, Period(span.start, max(span.end, at)))}


def helped(which: str = "true", waits: str = "true") -> str:
    """Give the table `helped` of questions that were answered: how long help took, without waits.

    From the first answer on, on the support clock, and not while the asker is waited for. `which`
    of the questions `q`; `waits`: which of what the journal says of waiting (`w`) can be of them.
    """
    return f"""
asked AS MATERIALIZED (
  SELECT q.id, q.post_id, q.asked_at, q.answered_at, q.solved_at, q.state, t.id AS ticket
  FROM desk_question q LEFT JOIN desk_ticket t ON t.question_id = q.id
  WHERE {ASKED} AND q.answered_at IS NOT NULL AND {which}
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
  WHERE w.kind = 'question.waiting' AND {waits} AND w.at >= (SELECT min(asked_at) FROM asked)
    AND w.at < (SELECT max(coalesce(solved_at, %(at)s)) FROM asked) AND n.at > a.answered_at
), helped AS MATERIALIZED (
  SELECT a.*, {between("a.answered_at", "coalesce(a.solved_at, %(at)s)")}
              - coalesce(w.waited, 0) AS help
  FROM asked a CROSS JOIN clock
  LEFT JOIN (SELECT id, sum(waited) AS waited FROM waits GROUP BY 1) w USING (id)
)
"""


def help_values(span: Period, clock: Clock, limit: timedelta, at: datetime) -> dict[str, Any]:
    """Give the values of a statement about how long help took."""
    counted = clock_values(clock, Period(span.start, max(span.end, at)))
    return {**_values(span), **counted, "limit": limit.total_seconds(), "at": at}


def _values(span: Period) -> dict[str, datetime]:
    return {"start": span.start, "end": span.end}
