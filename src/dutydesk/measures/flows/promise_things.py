"""Gatherings, routines, handovers, postmortems and improvements: what was promised of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows.statements import read, stream
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
    people: list[str]

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
    return [RoutineOutcomes(*row) for row in found]


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
