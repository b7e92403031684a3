"""Looking again at what fires once another process is in force, or services are others.

It may be high by that process, belong to a service by its name now, or call at any hour for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction

from dutydesk.alarms.flows import active_silences, ingestion
from dutydesk.alarms.flows.groups import AlertGroup
from dutydesk.alarms.models import GOES_ON, Alarm, Alert
from dutydesk.alarms.rules.destination import Routed, route
from dutydesk.oncall.flows import storms
from dutydesk.oncall.models import Page
from dutydesk.people.flows import known_services
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Alarms

AT_ONCE = 500
"""So many alarms are looked at in one transaction."""


@dataclass
class ProcessChanges:
    """Remembers by which version of the process, and which services, it was looked at last."""

    _seen: tuple[int, str] | None = None

    def look_after(self, *, at: datetime) -> None:
        """Look at what fires if another process is in force, or services are others."""
        newest = (process.version_in_force().pk, known_services.fingerprint())
        if newest != self._seen:
            look_again(at=at)
            self._seen = newest


def look_again(*, at: datetime) -> None:
    """Let what fires be as the process in force says: what is high by now calls people.

    What is held goes out if it may call at any hour by now; what calls only for that is held again.
    It first waits for whoever takes alerts in by what was before. Then it goes through what fires
    bit by bit, so that nobody who takes alerts in waits for long, however many fire.
    """
    with transaction.atomic():
        active_silences.hold()
    with process.held():
        rules = process.in_force().alarms
        for alarms in firing_bits():
            change = concerned(alarms, rules)
            if change.alarms:
                ingestion.reconsider(alarms=change.alarms, at=at, change=change)


def firing_bits() -> Iterator[Sequence[int]]:
    """Give the numbers of the alarms that fire, AT_ONCE at a time."""
    firing = Alarm.objects.filter(state=Alarm.State.FIRING).order_by("pk")
    numbers = list(firing.values_list("pk", flat=True))
    return (numbers[first : first + AT_ONCE] for first in range(0, len(numbers), AT_ONCE))


def concerned(alarms: Sequence[int], rules: Alarms) -> "ServiceChange":
    """Give which of these alarms may be others by `rules` than they are, and what gives them so."""
    columns = ("alarm", "labels", "called_at", "alarm__channel", "alarm__duties")
    fires = Alert.objects.filter(GOES_ON, alarm__in=alarms).select_related("alarm", "service")
    fires = fires.only(*columns, "service", "service__page_anyway")
    alerts = list(fires.order_by("alarm", "id"))
    routed = [route(rules, alert.labels, {}) for alert in alerts]
    services = known_services.named({name for one in routed for name in one.service_names})()
    pages = storms.latest_pages(sorted({alert.alarm.about for alert in alerts}), only_open=True)
    differing = [
        alarm.pk
        for alarm, pairs in groupby(zip(alerts, routed, strict=True), lambda pair: pair[0].alarm)
        if _differs(alarm, list(pairs), services, pages.get(alarm.about))
    ]
    return ServiceChange(tuple(differing), rules, services)


def _differs(
    alarm: Alarm,
    routed: Sequence[tuple[Alert, Routed]],
    services: Mapping[str, Service],
    page: Page | None,
) -> bool:
    """Say whether an alarm, or its open page, may be another by what becomes of its alerts now."""
    if (alarm.channel, tuple(alarm.duties)) not in {(one.channel, one.duties) for _, one in routed}:
        return True
    return any(
        one.pages != (alert.called_at is not None)
        or (page is not None and page.anyway != _calls_at_any_hour(alert))
        or (
            (found := known_services.first(one.service_names, services, said=one.service))
            is not None
            and found.pk != alert.service_id
        )
        for alert, one in routed
    )


def _calls_at_any_hour(alert: Alert) -> bool:
    return alert.service is not None and alert.service.page_anyway


@dataclass(frozen=True)
class ServiceChange:
    """Gives alerts the services that the process names; what it names none for keeps its own.

    `alarms`: the numbers of those whose alerts it is for.
    """

    alarms: tuple[int, ...]
    rules: Alarms
    services: Mapping[str, Service]

    def __call__(self, group: AlertGroup) -> None:
        """Give the services of one alarm's alerts."""
        for alert in group.going_on:
            routed = route(self.rules, alert.labels, alert.annotations)
            names = routed.service_names
            found = known_services.first(names, self.services, said=routed.service)
            if found is not None and found.pk != alert.service_id:
                alert.service = found
                group.touched[alert.fingerprint] = alert
