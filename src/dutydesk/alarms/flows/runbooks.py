"""The handbook's pages for an alarm: by its runbook's address, its alerts' names, its service."""

from collections.abc import Sequence

from dutydesk.alarms.models import Alarm
from dutydesk.handbook.flows import library
from dutydesk.handbook.models import HandbookPage
from dutydesk.kernel.subjects import number_of

ALERTS = 50


def of(alarm: Alarm) -> Sequence[HandbookPage]:
    """Give the pages, the likeliest first, at most three. Clause docs.repo."""
    firing = alarm.alerts.order_by("-firing", "pk").values_list("labels", flat=True)[:ALERTS]
    labels = list(firing)
    services = {str(one["service"]) for one in labels if "service" in one}
    if alarm.service is not None:
        services |= {alarm.service.name, alarm.service.slug}
    return library.at_hand(
        runbook=alarm.runbook,
        alerts=dict.fromkeys(str(one["alertname"]) for one in labels if "alertname" in one),
        services=sorted(services),
    )


def for_subject(*, subject: str) -> HandbookPage | None:
    """Give the likeliest page for what a page is about; None if it is no alarm, or has none."""
    if not library.is_kept():
        return None
    try:
        number = number_of(subject, "alarm")
    except ValueError:
        return None
    alarm = Alarm.objects.select_related("service").filter(pk=number).first()
    found = of(alarm) if alarm is not None else ()
    return found[0] if found else None
