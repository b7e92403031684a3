"""Saying what the desk would do about an alert, by the same questions as when one comes."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from dutydesk.alarms.rules.explaining import Explanation
from dutydesk.alarms.rules.routing import passed, route
from dutydesk.alarms.rules.told import title_of
from dutydesk.oncall.flows import foreseeing
from dutydesk.people import flows as people
from dutydesk.process import flows as process


@process.held()
def explain(
    *,
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    at: datetime,
    ahead: timedelta = foreseeing.AHEAD,
) -> Explanation:
    """Give what would become of an alert with these labels at `at`, alone and not in a storm.

    Nothing is stored, shown or paged.
    """
    alarms = process.in_force().alarms
    routed = route(alarms, labels, annotations)
    known = people.services_named(routed.service_names)()
    service = next((known[name] for name in routed.service_names if name in known), None)
    anyway = service is not None and service.page_anyway
    course = None
    if routed.pages:
        course = foreseeing.of_new(anyway=anyway, at=at, duties=routed.duties, ahead=ahead)
    return Explanation(
        at=at,
        title=title_of(labels, annotations),
        routed=routed,
        passed=passed(alarms, labels),
        labels=labels,
        service=service.name if service else "",
        anyway=anyway,
        course=course,
    )
