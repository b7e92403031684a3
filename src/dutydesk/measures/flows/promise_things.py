"""Gatherings, routines, handovers, postmortems and improvements: what was promised of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows.reading import read, stream
from dutydesk.measures.rules.promise_outcomes import Gathered, GatheringOutcomes

_OWED_GATHERINGS = """
owed AS (
  SELECT c.id, i.id AS incident, i.title, c.due_at, c.settled_at, CASE
      WHEN i.exercise OR i.state = 'mistake' THEN 'practised'
      WHEN c.state = 'kept' THEN 'held'
      WHEN c.state IN ('late', 'missed') THEN c.state
      WHEN c.state = 'open' THEN 'due'
      WHEN EXISTS (
        SELECT FROM incidents_gathering g
        WHERE g.incident_id = i.id AND g.skipped AND g.at = c.settled_at
      ) THEN 'skipped'
      WHEN c.settled_at > c.due_at THEN 'missed'
      ELSE 'over' END AS became
  FROM commitments_commitment c
  JOIN incidents_incident i ON i.id = split_part(c.subject, ':', 2)::bigint
  WHERE c.kind = 'incident.gathering' AND (
    (c.settled_at >= %(start)s AND c.settled_at < %(end)s AND NOT (c.owner = '')
      AND c.state IN ('kept', 'late', 'missed', 'withdrawn'))
    OR (c.state = 'open' AND c.due_at >= %(start)s AND c.due_at < least(%(end)s, %(at)s)))
)
"""


def _values(span: Period, at: datetime) -> dict[str, datetime]:
    return {"start": span.start, "end": span.end, "at": at}


def gatherings(span: Period, at: datetime) -> GatheringOutcomes:
    """Give what became of the gatherings that were owed in `span`. Clause incident.hourly.

    One counts where it was settled: it was held or left out then, or the incident ended. One that
    the incident ended before, though its time was past, was missed.
    """
    statement = f"WITH {_OWED_GATHERINGS} SELECT became, count(*) FROM owed GROUP BY 1"
    return GatheringOutcomes(**dict(read(statement, _values(span, at))))


@dataclass(frozen=True, slots=True)
class OwedGathering:
    """One gathering that was owed: of which incident, by when, and what became of it."""

    incident: int
    title: str
    due_at: datetime
    settled_at: datetime | None
    became: Gathered


def gathering_rows(
    span: Period, at: datetime, became: Sequence[Gathered]
) -> Iterator[OwedGathering]:
    """Give the gatherings behind the counts, the last first; those that became one of these."""
    statement = f"""WITH {_OWED_GATHERINGS}
        SELECT incident, title, due_at, settled_at, became FROM owed
        WHERE became = ANY(%(became)s) ORDER BY coalesce(settled_at, due_at) DESC, id DESC"""
    values = _values(span, at) | {"became": list(became)}
    return (OwedGathering(*row) for row in stream(statement, values))


@dataclass(frozen=True, slots=True)
class RoutineOutcomes:
    """A routine's checklists whose day is over, and their items.

    `by_press`: items that somebody pressed; `by_facts`: those that were done since the facts said
    so. `people` are those who pressed.
    """

    routine: str
    title: str
    done: int
    late: int
    left: int
    items: int
    by_press: int
    by_facts: int
    undone: int
    people: tuple[str, ...]

    @property
    def lists(self) -> int:
        """Give how many checklists there were."""
        return self.done + self.late + self.left


_ROUTINES = """
WITH lists AS (
  SELECT id, routine, title, done_at, due_at FROM routines_checklist
  WHERE comes_at >= %(start)s AND comes_at < %(end)s AND closed_at IS NOT NULL
), items AS (
  SELECT l.routine, count(*) AS items,
         count(*) FILTER (WHERE i.done_at IS NOT NULL AND i.done_by <> '') AS by_press,
         count(*) FILTER (WHERE i.done_at IS NOT NULL AND i.done_by = '') AS by_facts,
         count(*) FILTER (WHERE i.done_at IS NULL) AS undone,
         array_agg(DISTINCT i.done_by) FILTER (WHERE i.done_by <> '') AS people
  FROM lists l JOIN routines_checklistitem i ON i.checklist_id = l.id GROUP BY 1
)
SELECT l.routine, (array_agg(l.title ORDER BY l.id DESC))[1],
       count(*) FILTER (WHERE done_at <= due_at), count(*) FILTER (WHERE done_at > due_at),
       count(*) FILTER (WHERE done_at IS NULL), coalesce(i.items, 0), coalesce(i.by_press, 0),
       coalesce(i.by_facts, 0), coalesce(i.undone, 0), coalesce(i.people, '{}')
FROM lists l LEFT JOIN items i USING (routine)
GROUP BY l.routine, i.items, i.by_press, i.by_facts, i.undone, i.people ORDER BY 2
"""


def routines(span: Period) -> list[RoutineOutcomes]:
    """Give what became of each routine. A checklist counts where it came; those that run don't."""
    found = read(_ROUTINES, {"start": span.start, "end": span.end})
    return [RoutineOutcomes(*row[:-1], tuple(row[-1])) for row in found]


@dataclass(frozen=True, slots=True)
class HandoverOutcomes:
    """What became of the handovers of a kind, and how soon those given were accepted."""

    kind: str
    accepted: int
    missed: int
    nothing: int
    same: int
    waiting: int
    by_itself: int
    median: timedelta | None

    @property
    def asked(self) -> int:
        """Give how many somebody was to accept."""
        return self.accepted + self.missed


_HANDOVERS = """
SELECT kind, count(*) FILTER (WHERE state = 'accepted'), count(*) FILTER (WHERE state = 'missed'),
       count(*) FILTER (WHERE state = 'nothing'), count(*) FILTER (WHERE state = 'same'),
       count(*) FILTER (WHERE state IN ('draft', 'given')),
       count(*) FILTER (WHERE state IN ('accepted', 'missed') AND given_by_id IS NULL),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY accepted_at - given_at)
         FILTER (WHERE state = 'accepted')
FROM handovers_handover WHERE due_at >= %(start)s AND due_at < %(end)s AND due_at < %(at)s
GROUP BY kind ORDER BY kind
"""


def handovers(span: Period, at: datetime) -> list[HandoverOutcomes]:
    """Give what became of handovers, by kind. One counts where its time came."""
    return [HandoverOutcomes(*row) for row in read(_HANDOVERS, _values(span, at))]


@dataclass(frozen=True, slots=True)
class ReviewedIncident:
    """A postmortem: by when its session was due and when it was, and when it was published."""

    postmortem: int
    title: str
    resolved: datetime
    due_at: datetime | None
    session_at: datetime | None
    published_at: datetime | None
    withdrawn: bool

    @property
    def taken(self) -> timedelta | None:
        """Give how long it took from the resolution to the first publication."""
        return self.published_at - self.resolved if self.published_at else None

    def in_time(self, at: datetime) -> bool | None:
        """Say whether the session was held in time; None while it still can be."""
        if self.due_at is None:
            return None
        if self.session_at is not None:
            return self.session_at <= self.due_at
        return None if at <= self.due_at else False


_REVIEWED = """
SELECT p.id, i.title, i.resolved, s.due_at, p.session_at, u.at, p.withdrawn_at IS NOT NULL
FROM postmortems_postmortem p
JOIN incidents_incident i ON i.id = p.incident_id
LEFT JOIN LATERAL (
  SELECT c.due_at FROM commitments_commitment c
  WHERE c.subject = 'postmortem:' || p.id AND c.kind = 'postmortem.session'
  ORDER BY c.id DESC LIMIT 1
) s ON true
LEFT JOIN LATERAL (
  SELECT min(b.at) AS at FROM postmortems_publication b WHERE b.postmortem_id = p.id
) u ON true
WHERE i.resolved >= %(start)s AND i.resolved < %(end)s AND NOT i.exercise ORDER BY i.resolved DESC
"""


def postmortems(span: Period) -> list[ReviewedIncident]:
    """Give the postmortems of incidents that were resolved in `span`, the last first."""
    found = read(_REVIEWED, {"start": span.start, "end": span.end})
    return [ReviewedIncident(*row) for row in found]


@dataclass(frozen=True, slots=True)
class DueImprovement:
    """An improvement that was due: who owns it, what became of it, and when."""

    improvement: int
    title: str
    owner: str | None
    made_at: datetime
    due_at: datetime | None
    state: str
    settled_at: datetime | None

    def became(self, at: datetime) -> str:
        """Say in one word what became of it by then."""
        if self.state == "dropped":
            return "dropped"
        if self.due_at is None:
            return "without a day"
        if self.state == "done" and self.settled_at is not None:
            return "in time" if self.settled_at <= self.due_at else "late"
        return "overdue" if self.due_at < at else "open"


_IMPROVEMENTS = """
SELECT m.id, m.title, e.name, m.made_at, m.due_at, m.state, m.settled_at
FROM postmortems_improvement m LEFT JOIN people_engineer e ON e.id = m.owner_id
WHERE coalesce(m.due_at, m.made_at) >= %(start)s AND coalesce(m.due_at, m.made_at) < %(end)s
ORDER BY coalesce(m.due_at, m.made_at) DESC, m.id DESC
"""


def improvements(span: Period) -> list[DueImprovement]:
    """Give the improvements that were due in `span`, the last first; without a day, those made."""
    return [
        DueImprovement(*row) for row in read(_IMPROVEMENTS, {"start": span.start, "end": span.end})
    ]
