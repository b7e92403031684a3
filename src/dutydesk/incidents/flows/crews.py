"""Who is in an incident: its lead, who has which role, who works on it, and who joined."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from dutydesk.database import rows
from dutydesk.incidents.models import Incident
from dutydesk.incidents.rules.owners import Owner
from dutydesk.process.flows import process

Title = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Crew:
    """Who of an incident's people may owe something.

    `holders` by role; `worker` works on it out of hours; `others` are who does, then who joined.
    In an exercise nobody else owes anything.
    """

    holders: Mapping[str, Owner]
    worker: Owner | None
    others: tuple[Owner, ...]
    exercise: bool = False


def crews(subjects: Iterable[str], *, title: Title) -> dict[str, Crew]:
    """Give the crew of each subject: of an open incident, or of what was taken out for one.

    `title` names roles.
    """
    numbers: dict[str, list[int]] = {"incident": [], "maintenance": []}
    for kind, _, number in (one.partition(":") for one in subjects):
        if kind in numbers:
            numbers[kind].append(int(number))
    if not any(numbers.values()):
        return {}
    asked = rows.run(_CREWS, numbers).fetchall()
    return {about: _crew(list(people), title) for about, people in groupby(asked, itemgetter(0))}


def _crew(people: Sequence[tuple[Any, ...]], title: Title) -> Crew:
    """Put together what `_CREWS` finds for one subject."""
    holders, worker, joined = dict[str, Owner](), list[Owner](), list[Owner]()
    for *_, place, role, number, name in people:
        if number is None:
            continue
        if place == _WORKER:
            worker.append(Owner(name, "works on it", number))
        elif place == _JOINED:
            joined.append(Owner(name, "joined", number))
        else:
            holders[role] = Owner(name, title(role), number)
    return Crew(holders, next(iter(worker), None), (*worker, *joined), people[0][1])


# Asked at every reminder; to put such statements together takes Django longer than to run them.
# Who has left the team is nobody. There is always a row: the lead's, whoever that is.
_WORKER, _JOINED = 3, 4
_CREWS = f"""
WITH asked AS (
    SELECT 'incident:' || id AS about, id, exercise, lead_id, worker_id
    FROM incidents_incident WHERE id = ANY(%(incident)s::bigint[]) AND state = 'open'
    UNION ALL
    SELECT 'maintenance:' || m.id, i.id, i.exercise, i.lead_id, i.worker_id
    FROM incidents_maintenance AS m JOIN incidents_incident AS i ON i.id = m.incident_id
    WHERE m.id = ANY(%(maintenance)s::bigint[]) AND i.state = 'open'
)
SELECT asked.about, asked.exercise, someone.place, someone.role, engineer.id, engineer.name
FROM asked
CROSS JOIN LATERAL (
    SELECT 1 AS place, role, CASE role WHEN 'lead' THEN asked.lead_id ELSE engineer_id END
        AS engineer_id, began AS since, id
    FROM incidents_roleterm WHERE incident_id = asked.id AND ended IS NULL
    UNION ALL
    SELECT 2, 'lead', asked.lead_id, NULL, 0
    UNION ALL
    SELECT {_WORKER}, '', asked.worker_id, NULL, 0
    UNION ALL
    SELECT {_JOINED}, '', engineer_id, joined, id FROM incidents_participant
    WHERE incident_id = asked.id AND "left" IS NULL
) AS someone
LEFT JOIN people_engineer AS engineer ON engineer.id = someone.engineer_id AND engineer.active
ORDER BY asked.about, someone.place, someone.since, someone.id
"""


def crew_of(incident: Incident) -> Crew | None:
    """Give the crew of an incident; None once it is over."""
    title = process.in_force().incidents.role
    return crews([incident.about], title=title).get(incident.about)
