"""What of on call is tallied by days: who was called, how soon a page was had, what came of it.

A page counts on the day on which it was raised, an alarm on the day on which it fired.
"""

from datetime import datetime

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows.local_times import day_of, hour_of
from dutydesk.measures.flows.page_figures import NIGHT, PAGED, page_values
from dutydesk.measures.flows.series import Asked, CountSeries, LengthSeries, TallyTerms
from dutydesk.measures.flows.statements import CLOCK, runs

_DAY = day_of("raised_at")
CALLED = CountSeries(
    "calls",
    3,
    f"""WITH {CLOCK}, {PAGED}, judged AS MATERIALIZED (
      SELECT {_DAY} AS day, c.engineer_id, c.page_id, NOT {runs("c.at")} AS out,
             {hour_of("c.at")} AS hour
      FROM oncall_call c JOIN paged p ON p.id = c.page_id CROSS JOIN clock WHERE NOT c.skipped
    )
    SELECT day, engineer_id::text, ARRAY[count(DISTINCT page_id),
      count(DISTINCT page_id) FILTER (WHERE out), count(DISTINCT page_id) FILTER (WHERE {NIGHT})]
    FROM judged GROUP BY 1, 2""",
    clock="working",
)
"""Pages by the number of whom they called: in all, out of hours, and in the night."""
UNCOUNTED = CountSeries(
    "pages-uncounted",
    2,
    f"""SELECT {_DAY}, '', ARRAY[count(*) FILTER (WHERE p.only_id IS NOT NULL),
      count(*) FILTER (WHERE p.only_id IS NULL AND NOT EXISTS (
        SELECT FROM oncall_call c WHERE c.page_id = p.id AND NOT c.skipped))]
    FROM oncall_page p WHERE p.raised_at >= %(start)s AND p.raised_at < %(end)s GROUP BY 1""",
)
"""Rehearsals, and pages that called nobody."""
NOISE = CountSeries(
    "alerts",
    6,
    f"""WITH {PAGED}, named AS (
      SELECT k.*, m.id AS alarm, left(coalesce((SELECT a.labels->>'alertname' FROM alarms_alert a
        WHERE a.alarm_id = m.id ORDER BY a.id LIMIT 1), m.title), 200) AS name
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
    SELECT {_DAY}, name, ARRAY[count(*), count(had_at), count(*) FILTER (WHERE led),
      count(*) FILTER (WHERE had_at IS NULL AND settled_at IS NOT NULL),
      count(*) FILTER (WHERE {NIGHT}), max(alarm)] FROM judged GROUP BY 1, 2""",
    most=frozenset({6}),
)
"""What pages of alarms led to, by the name of their alert; see `AlertNoise`."""
RETURNED = CountSeries(
    "returned",
    1,
    f"""SELECT {day_of("t.first_at")}, md5(t.group_key), ARRAY[count(*)]
    FROM alarms_alarm t WHERE t.first_at >= %(start)s AND t.first_at < %(end)s AND EXISTS (
      SELECT FROM alarms_alarm o WHERE o.group_key = t.group_key AND o.id <> t.id
        AND o.resolved_at >= %(start)s::timestamptz - interval '1 hour' AND o.resolved_at < %(end)s
        AND o.resolved_at <= t.first_at AND o.resolved_at > t.first_at - interval '1 hour')
    GROUP BY 1, 2""",
)
"""Alarms that fired within the hour after one of their group was over, by the group's digest.

The trigger `measures_alarm` knows of the hour too.
"""
COUNTED = (CALLED, UNCOUNTED, NOISE, RETURNED)


def _acknowledged(terms: TallyTerms, span: Period, at: datetime) -> Asked:
    lengths = """lengths AS (
      SELECT raised_at AS at, date_part('epoch', had_at - called_at) AS seconds FROM known
      WHERE called_at IS NOT NULL)"""
    return f"{PAGED}, {lengths}", page_values(span, terms.zone, at)


ACKNOWLEDGED = LengthSeries("acknowledge", _acknowledged)
"""How long each page called until somebody had it."""
