"""Saying what the desk would do about an alert, by the same questions as when one comes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from dutydesk.alarms.flows import active_silences
from dutydesk.alarms.rules.destination import passed, route
from dutydesk.alarms.rules.explanation import Explanation, heard, joined
from dutydesk.alarms.rules.notifications import title_of
from dutydesk.alarms.rules.silence_matchers import quiet_periods
from dutydesk.kernel.periods import Period
from dutydesk.oncall.flows import forecasts
from dutydesk.people.flows import known_services
from dutydesk.process.flows import process


@process.held()
def explain(
    *,
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    at: datetime,
    ahead: timedelta = forecasts.AHEAD,
) -> Explanation:
    """Give what would become of an alert with these labels at `at`, alone and not in a storm.

    Nothing is stored, shown or paged.
    """
    alarms = process.in_force().alarms
    routed = route(alarms, labels, annotations)
    known = known_services.named(routed.service_names)()
    service = known_services.first(routed.service_names, known, said=routed.service)
    anyway = service is not None and service.page_anyway
    span, zone = Period(at, at + ahead), process.in_force().zone
    number = service.pk if service else None
    silenced = quiet_periods(active_silences.kept_in(span), labels, number, span, zone)
    course = None
    if routed.pages:
        page = partial(forecasts.of_new, anyway=anyway, duties=routed.duties)
        parts = heard(span, (quiet for quiet, _ in silenced))
        course = joined((page(at=one.start, ahead=one.length) for one in parts), span.end)
    return Explanation(
        at=at,
        title=title_of(labels, annotations),
        routed=routed,
        passed=passed(alarms, labels),
        labels=labels,
        service=service.name if service else "",
        anyway=anyway,
        silenced=tuple(silenced),
        course=course,
    )
