"""Pages of a period: when they called whom, and how soon somebody had them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows.local_times import hour_of, hour_values
from dutydesk.measures.flows.statements import CLOCK, clock_values, read, runs
from dutydesk.measures.rules.call_turns import PageCounts, TurnPart
from dutydesk.process.rules.hours import Clock

NIGHT_BEGINS, NIGHT_ENDS = 23, 7
"""The night is from 23:00 to 07:00 on the wall clock of the process's zone."""

_HOUR = f"{hour_of('c.at')} AS hour"


def _called(which: str = "true") -> str:
    """Give the tables `paged`, of pages of a time, and `called`, of when they called whom."""
    return f"""
paged AS (
  SELECT p.id, p.subject, p.title, p.raised_at, p.settled_at, p.acknowledged_at AS last_acknowledged
  FROM oncall_page p
  WHERE p.raised_at >= %(start)s AND p.raised_at < %(end)s AND p.only_id IS NULL AND {which}
), called AS (
  SELECT c.page_id AS id, min(c.at) AS at, count(DISTINCT c.engineer_id) AS people,
         max(p.settled_at) AS settled_at
  FROM oncall_call c JOIN paged p ON p.id = c.page_id WHERE NOT c.skipped GROUP BY 1
)"""


PAGED = f"""{_called()}, had AS (
  SELECT c.id, min(j.at) AS at
  FROM journal_entry j JOIN called c ON c.id = (j.data->>'page')::bigint AND j.at >= c.at
  WHERE j.kind = 'page.acknowledged' AND j.at >= %(start)s
    AND j.at <= (SELECT max(coalesce(settled_at, %(at)s)) FROM paged)
    AND j.at <= coalesce(c.settled_at, %(at)s) GROUP BY 1
), known AS MATERIALIZED (
  SELECT p.id, p.subject, p.title, p.raised_at, p.settled_at, c.at AS called_at, c.people,
         coalesce(had.at, CASE WHEN p.last_acknowledged >= c.at THEN p.last_acknowledged END)
           AS had_at, {_HOUR}
  FROM paged p LEFT JOIN called c USING (id) LEFT JOIN had USING (id)
)
"""
NIGHT = f"(hour >= {NIGHT_BEGINS} OR hour < {NIGHT_ENDS})"
OUT_OF_HOURS = f"NOT {runs('called_at')}"
PASSED_ON = "people > 1"
HELD = "called_at > raised_at"
"""Which of the known pages are in the night, and so on; the clock is that of working hours."""


def page_values(span: Period, zone: ZoneInfo, at: datetime) -> dict[str, Any]:
    """Give the values of a statement about `PAGED`."""
    hours = hour_values(Period(span.start, max(span.end, at)), zone)
    return {"start": span.start, "end": span.end, "at": at, **hours}


_IN_PARTS = """p.raised_at <@ (SELECT range_agg(tstzrange(began, ended))
  FROM unnest(%(begins)s::timestamptz[], %(until)s::timestamptz[]) AS part (began, ended))"""
_COUNTS = f"""
WITH {CLOCK}, {_called(_IN_PARTS)}, first AS (
  SELECT p.raised_at, c.at AS called_at, c.people, {_HOUR} FROM paged p JOIN called c USING (id)
), placed AS MATERIALIZED (
  SELECT width_bucket(raised_at, %(begins)s::timestamptz[]) AS place, {OUT_OF_HOURS} AS out,
         {NIGHT} AS night, {PASSED_ON} AS passed_on, {HELD} AS held
  FROM first CROSS JOIN clock
)
SELECT place, count(*), count(*) FILTER (WHERE out), count(*) FILTER (WHERE night),
       count(*) FILTER (WHERE passed_on), count(*) FILTER (WHERE held)
FROM placed GROUP BY 1
"""


def by_part(parts: Sequence[TurnPart], working: Clock, at: datetime) -> list[PageCounts]:
    """Count the pages of each of these parts of turns, which rise; a page where it was raised.

    Whether it was out of hours goes by when it first called somebody: a held page waits for that.
    """
    span = Period(parts[0].period.start, parts[-1].period.end)
    values = page_values(span, working.calendar.zone, at)
    values |= clock_values(working, Period(span.start, max(span.end, at)))
    values["begins"] = [one.period.start for one in parts]
    values["until"] = [one.period.end for one in parts]
    found = {place: PageCounts(*counts) for place, *counts in read(_COUNTS, values)}
    return [found.get(place, PageCounts()) for place in range(1, len(parts) + 1)]


def taken(span: Period, zone: ZoneInfo, at: datetime) -> tuple[str, dict[str, Any]]:
    """Give the table `measured` of how long each page called until somebody had it, and its values.

    From the first call to the first acknowledgement; null for those that nobody acknowledged.
    """
    tables = f"""{PAGED}, measured AS (
      SELECT raised_at AS at, date_part('epoch', had_at - called_at) AS seconds, title, id
      FROM known WHERE called_at IS NOT NULL
    )"""
    return tables, page_values(span, zone, at)
