"""Postmortems and improvements, and the times by which they were wanted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows.spreads import spread
from dutydesk.measures.flows.statements import read, stream
from dutydesk.measures.rules.distributions import Distribution

Session = Literal["in time", "late", "waiting", "not owed"]
"""`late`: too late, or not held though its time is past. `not owed`: by nobody, or no more."""
Improved = Literal["in time", "late", "overdue", "open", "dropped", "no day"]

_RESOLVED = """coalesce(i.resolved, 'infinity'::timestamptz) >= %(start)s
    AND coalesce(i.resolved, 'infinity'::timestamptz) < %(end)s"""
"""Resolved in a time, asked as the index has it that all who look for what is not over share."""
_STANDS = "NOT i.exercise AND i.state NOT IN ('mistake', 'merged') AND p.withdrawn_at IS NULL"
"""What there is to review: an incident that was none has nothing, though a session was held."""
_REVIEWED = f"""
reviewed AS (
  SELECT p.id, i.title, i.resolved, s.due_at, p.session_at, CASE
      WHEN s.due_at IS NULL THEN 'not owed'
      WHEN s.state = 'withdrawn' AND p.session_at IS NULL THEN 'not owed'
      WHEN p.session_at <= s.due_at THEN 'in time'
      WHEN p.session_at IS NULL AND s.due_at >= %(at)s THEN 'waiting'
      ELSE 'late' END AS became,
    (SELECT min(b.at) FROM postmortems_publication b WHERE b.postmortem_id = p.id) AS published_at
  FROM incidents_incident i JOIN postmortems_postmortem p ON p.incident_id = i.id
  LEFT JOIN LATERAL (
    SELECT c.due_at, c.state FROM commitments_commitment c
    WHERE c.subject = 'postmortem:' || p.id AND c.kind = 'postmortem.session'
    ORDER BY c.made_at DESC, c.id DESC LIMIT 1
  ) s ON true
  WHERE {_RESOLVED} AND {_STANDS}
)"""
_PUBLISHED = f"""
measured AS MATERIALIZED (
  SELECT i.resolved AS at, date_part('epoch', b.at - i.resolved) AS seconds
  FROM incidents_incident i JOIN postmortems_postmortem p ON p.incident_id = i.id
  LEFT JOIN (
    SELECT postmortem_id, min(at) AS at FROM postmortems_publication GROUP BY 1
  ) b ON b.postmortem_id = p.id
  WHERE {_RESOLVED} AND {_STANDS}
)"""
_IMPROVED = """
improved AS (
  SELECT m.*, coalesce(m.due_at, m.made_at) AS counted_at, CASE
      WHEN m.state = 'dropped' THEN 'dropped'
      WHEN m.due_at IS NULL THEN 'no day'
      WHEN m.state = 'done' AND m.settled_at <= m.due_at THEN 'in time'
      WHEN m.state = 'done' THEN 'late'
      WHEN m.due_at < %(at)s THEN 'overdue'
      ELSE 'open' END AS became
  FROM postmortems_improvement m
  WHERE coalesce(m.due_at, m.made_at) >= %(start)s AND coalesce(m.due_at, m.made_at) < %(end)s
)"""


def _values(span: Period, at: datetime) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "at": at}


def _counted(statement: str, span: Period, at: datetime, words: Sequence[str]) -> dict[str, int]:
    return {word: 0 for word in words} | dict(read(statement, _values(span, at)))


def sessions(span: Period, at: datetime) -> dict[str, int]:
    """Count the postmortems of incidents that were resolved in `span` by their session."""
    statement = f"WITH {_REVIEWED} SELECT became, count(*) FROM reviewed GROUP BY 1"
    return _counted(statement, span, at, get_args(Session))


def publishing(span: Period, at: datetime) -> Distribution | None:
    """Give how long it took from each resolution in `span` to the first publication."""
    return spread(_PUBLISHED, _values(span, at))


@dataclass(frozen=True, slots=True)
class ReviewedIncident:
    """A postmortem: by when its session was due and when it was, and when it was published."""

    postmortem: int
    title: str
    resolved: datetime
    due_at: datetime | None
    session_at: datetime | None
    became: Session
    published_at: datetime | None


def postmortems(
    span: Period, at: datetime, became: Sequence[Session], published: bool | None = None
) -> Iterator[ReviewedIncident]:
    """Give the postmortems whose session became one of these, published or not; the last first."""
    statement = f"""WITH {_REVIEWED}
        SELECT id, title, resolved, due_at, session_at, became, published_at FROM reviewed
        WHERE became = ANY(%(became)s)
          AND coalesce((published_at IS NOT NULL) = %(published)s::bool, true)
        ORDER BY resolved DESC, id DESC"""
    values = _values(span, at) | {"became": list(became), "published": published}
    return (ReviewedIncident(*row) for row in stream(statement, values))


def improvements(span: Period, at: datetime) -> dict[str, int]:
    """Count what became of the improvements that were due in `span`; without a day, those made."""
    statement = f"WITH {_IMPROVED} SELECT became, count(*) FROM improved GROUP BY 1"
    return _counted(statement, span, at, get_args(Improved))


@dataclass(frozen=True, slots=True)
class DueImprovement:
    """An improvement that was due: who owns it, what became of it, and when."""

    improvement: int
    title: str
    owner: str | None
    due_at: datetime | None
    settled_at: datetime | None
    became: Improved


def improvement_rows(
    span: Period, at: datetime, became: Sequence[Improved]
) -> Iterator[DueImprovement]:
    """Give the improvements that became one of these, the last first."""
    statement = f"""WITH {_IMPROVED}
        SELECT m.id, m.title, e.name, m.due_at, m.settled_at, m.became
        FROM improved m LEFT JOIN people_engineer e ON e.id = m.owner_id
        WHERE became = ANY(%(became)s) ORDER BY m.counted_at DESC, m.id DESC"""
    values = _values(span, at) | {"became": list(became)}
    return (DueImprovement(*row) for row in stream(statement, values))
