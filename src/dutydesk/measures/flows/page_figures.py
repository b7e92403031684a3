"""Pages of a period: when they called whom, how soon somebody had them, and what they led to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows.statements import CLOCK, clock_values, read, runs
from dutydesk.measures.rules.call_turns import DutyTurn, PageCounts
from dutydesk.measures.rules.noise import AlertNoise, FlappingAlarm
from dutydesk.process.rules.hours import Clock

NIGHT_BEGINS, NIGHT_ENDS = 23, 7
"""The night is from 23:00 to 07:00 on the wall clock of the process's zone."""
FLAPS_WITHIN = timedelta(hours=1)

PAGED = """
paged AS (
  SELECT p.id, p.subject, p.title, p.raised_at, p.settled_at, p.acknowledged_at AS last_acknowledged
  FROM oncall_page p
  WHERE p.raised_at >= %(start)s AND p.raised_at < %(end)s AND p.only_id IS NULL
), called AS (
  SELECT c.page_id AS id, min(c.at) AS at, count(DISTINCT c.engineer_id) AS people
  FROM oncall_call c JOIN paged p ON p.id = c.page_id WHERE NOT c.skipped GROUP BY 1
), had AS (
  SELECT c.id, min(j.at) AS at
  FROM journal_entry j JOIN called c ON c.id = (j.data->>'page')::bigint AND j.at >= c.at
  WHERE j.kind = 'page.acknowledged' AND j.at >= %(start)s
    AND j.at <= (SELECT max(coalesce(settled_at, %(now)s)) FROM paged) GROUP BY 1
), known AS MATERIALIZED (
  SELECT p.id, p.subject, p.title, p.raised_at, p.settled_at, c.at AS called_at, c.people,
         coalesce(had.at, CASE WHEN p.last_acknowledged >= c.at THEN p.last_acknowledged END)
           AS had_at,
         date_part('hour', c.at AT TIME ZONE %(zone)s) AS hour
  FROM paged p LEFT JOIN called c USING (id) LEFT JOIN had USING (id)
)
"""
NIGHT = f"(hour >= {NIGHT_BEGINS} OR hour < {NIGHT_ENDS})"
OUT_OF_HOURS = f"NOT {runs('called_at')}"
PASSED_ON = "people > 1"
HELD = "called_at > raised_at"
"""Which of the known pages are in the night, and so on; the clock is that of working hours."""


def page_values(span: Period, zone: str, at: datetime) -> dict[str, Any]:
    """Give the values of a statement about `PAGED`."""
    return {"start": span.start, "end": span.end, "zone": zone, "now": at}


_COUNTS = f"""
, placed AS MATERIALIZED (
  SELECT width_bucket(raised_at, %(edges)s::timestamptz[]) AS place, {OUT_OF_HOURS} AS out,
         {NIGHT} AS night, {PASSED_ON} AS passed_on, {HELD} AS held
  FROM known CROSS JOIN clock WHERE called_at IS NOT NULL
)
SELECT place, count(*), count(*) FILTER (WHERE out), count(*) FILTER (WHERE night),
       count(*) FILTER (WHERE passed_on), count(*) FILTER (WHERE held)
FROM placed GROUP BY 1
"""


def by_turn(
    span: Period, turns: Sequence[DutyTurn], working: Clock, zone: str, at: datetime
) -> list[PageCounts]:
    """Count the pages of each turn, and last those of no turn. A page counts where it was raised.

    Whether it was out of hours goes by when it first called somebody: a held page waits for that.
    """
    edges, places = _edges(turns, span)
    values = page_values(span, zone, at) | clock_values(working, _till(span, at))
    rows = read(f"WITH {CLOCK}, {PAGED} {_COUNTS}", values | {"edges": edges})
    found = [PageCounts() for _ in range(len(turns) + 1)]
    for place, *counts in rows:
        where = places[place]
        found[where] = found[where] + PageCounts(*counts)
    return found


def _edges(turns: Sequence[DutyTurn], span: Period) -> tuple[list[datetime], list[int]]:
    """Give where turns begin and end, and for each part between which turn it is; -1 of none."""
    edges, places = [span.start], [-1, -1]
    for number, turn in enumerate(turns):
        for moment, place in ((turn.period.start, number), (turn.period.end, -1)):
            if moment <= edges[-1]:
                places[-1] = place
            else:
                edges.append(moment)
                places.append(place)
    return edges, places


def _till(span: Period, at: datetime) -> Period:
    return Period(span.start, max(span.end, at))


def taken(span: Period, zone: str, at: datetime) -> tuple[str, dict[str, Any]]:
    """Give the table `measured` of how long each page called until somebody had it, and its values.

    From the first call to the first acknowledgement; null for those that nobody acknowledged.
    """
    tables = f"""{PAGED}, measured AS (
      SELECT raised_at AS at, date_part('epoch', had_at - called_at) AS seconds, title, id
      FROM known WHERE called_at IS NOT NULL
    )"""
    return tables, page_values(span, zone, at)


@dataclass(frozen=True, slots=True)
class Uncounted:
    """Pages that count in no figure: rehearsals, and those that called nobody."""

    rehearsals: int
    uncalled: int


_UNCOUNTED = """
SELECT count(*) FILTER (WHERE p.only_id IS NOT NULL),
       count(*) FILTER (WHERE p.only_id IS NULL AND NOT EXISTS (
         SELECT FROM oncall_call c WHERE c.page_id = p.id AND NOT c.skipped))
FROM oncall_page p WHERE p.raised_at >= %(start)s AND p.raised_at < %(end)s
"""


def uncounted(span: Period) -> Uncounted:
    """Count the pages of `span` that are left out."""
    (row,) = read(_UNCOUNTED, {"start": span.start, "end": span.end})
    return Uncounted(*row)


_NOISE = f"""
, named AS (
  SELECT k.*, m.id AS alarm,
         coalesce((SELECT a.labels->>'alertname' FROM alarms_alert a
                   WHERE a.alarm_id = m.id ORDER BY a.id LIMIT 1), m.title) AS name
  FROM known k JOIN alarms_alarm m ON m.id = split_part(k.subject, ':', 2)::bigint
  WHERE k.called_at IS NOT NULL AND k.subject ^@ 'alarm:'
), judged AS (
  SELECT n.*, EXISTS (
      SELECT FROM incidents_incidentlink l WHERE l.about = n.subject AND l.parted_at IS NULL
    ) OR EXISTS (
      SELECT FROM chat_post o JOIN desk_ticket t ON t.post_id = o.id
      WHERE o.key IN (n.subject || ':high', n.subject || ':low')
    ) AS led
  FROM named n
)
SELECT name, count(*), count(had_at), count(*) FILTER (WHERE led),
       count(*) FILTER (WHERE had_at IS NULL AND settled_at IS NOT NULL),
       count(*) FILTER (WHERE {NIGHT}), max(alarm)
FROM judged GROUP BY name ORDER BY count(*) - count(*) FILTER (WHERE led) DESC, name
"""


def noise(span: Period, zone: str, at: datetime) -> list[AlertNoise]:
    """Say what the pages of alarms led to, by the name of their alert; those for nothing first."""
    rows = read(f"WITH {PAGED} {_NOISE}", page_values(span, zone, at))
    return [AlertNoise(*row) for row in rows]


_FLAPPING = """
WITH told AS (
  SELECT id, title, group_key, first_at,
         lag(resolved_at) OVER (PARTITION BY group_key ORDER BY first_at, id) AS before
  FROM alarms_alarm WHERE first_at >= %(start)s AND first_at < %(end)s
)
SELECT (array_agg(title ORDER BY first_at DESC))[1], count(*),
       count(*) FILTER (WHERE first_at - before < %(within)s), max(id)
FROM told GROUP BY group_key HAVING count(*) FILTER (WHERE first_at - before < %(within)s) > 1
ORDER BY 3 DESC, 1 LIMIT 50
"""


def flapping(span: Period) -> list[FlappingAlarm]:
    """Give the alarms that came back within the hour more than once, both times in `span`."""
    values = {"start": span.start, "end": span.end, "within": FLAPS_WITHIN}
    return [FlappingAlarm(*row) for row in read(_FLAPPING, values)]
