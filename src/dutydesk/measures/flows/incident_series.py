"""How many incidents there were by days: in all, by service, by criterion, and left out, why.

An incident counts on the day on which it was declared or, if that isn't known, first known of.
"""

from dutydesk.measures.flows.incident_times import COUNTED as REAL
from dutydesk.measures.flows.incident_times import COUNTED_AT, WITHIN
from dutydesk.measures.flows.local_times import day_of
from dutydesk.measures.flows.series import CountSeries

_DAY = day_of(COUNTED_AT)
_COUNTS = "count(*), count(*) FILTER (WHERE i.priority = 'high')"
ALL = CountSeries(
    "incidents",
    4,
    f"""SELECT {_DAY}, '', ARRAY[{_COUNTS}, count(*) FILTER (WHERE i.priority <> ''),
      count(*) FILTER (WHERE i.estimated)]
    FROM incidents_incident i WHERE {REAL} AND {WITHIN} GROUP BY 1""",
)
"""How many: in all, high ones, those whose priority is known, and those with estimated times."""
BY_SERVICE = CountSeries(
    "incidents-services",
    2,
    f"""SELECT {_DAY}, coalesce(link.service_id::text, ''), ARRAY[{_COUNTS}]
    FROM incidents_incident i
    LEFT JOIN incidents_incident_services link ON link.incident_id = i.id
    WHERE {REAL} AND {WITHIN} GROUP BY 1, 2""",
)
"""In all and high ones by the number of each service; none has no number."""
BY_CRITERION = CountSeries(
    "incidents-criteria",
    2,
    f"""SELECT {_DAY}, coalesce(criterion, ''), ARRAY[{_COUNTS}] FROM incidents_incident i
    LEFT JOIN LATERAL jsonb_array_elements_text(i.criteria) criterion ON true
    WHERE {REAL} AND {WITHIN} GROUP BY 1, 2""",
)
"""In all and high ones by the id of each criterion; none has no id."""
LEFT_OUT = CountSeries(
    "incidents-left-out",
    1,
    f"""SELECT {_DAY}, CASE WHEN i.exercise THEN 'exercise' ELSE i.state END, ARRAY[count(*)]
    FROM incidents_incident i WHERE NOT ({REAL}) AND {WITHIN} GROUP BY 1, 2""",
)
"""Exercises, mistakes and parts of others."""
COUNTED = (ALL, BY_SERVICE, BY_CRITERION, LEFT_OUT)
