"""Foreseeing whom another process would call for what fires now; nothing is changed by it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from dutydesk.alarms.flows import active_silences, groups, process_changes
from dutydesk.alarms.flows.active_silences import ActiveSilences
from dutydesk.alarms.flows.groups import AlertGroup
from dutydesk.alarms.flows.process_changes import ServiceChange
from dutydesk.alarms.models import GOES_ON, Alarm, Alert
from dutydesk.alarms.rules.page_need import Deed
from dutydesk.oncall.flows import storms
from dutydesk.process.rules.model import Alarms


def foreseen(*, rules: Alarms, at: datetime) -> Mapping[Deed, Sequence[str]]:
    """Give what would follow for people at `at` if `rules` were in force, and for which alarms.

    Alarms are told by what they are called; those for which nothing follows are left out.
    """
    with transaction.atomic():
        quiet = active_silences.asked(at=at)()
    found: dict[Deed, list[str]] = {}
    for alarms in process_changes.firing_bits():
        for group in _decided(process_changes.concerned(alarms, rules), quiet, at):
            if group.alarm is not None and group.need.deed != "nothing":
                found.setdefault(group.need.deed, []).append(group.alarm.title)
    return found


def _decided(change: ServiceChange, quiet: ActiveSilences, at: datetime) -> Sequence[AlertGroup]:
    """Give the alarms of a change as they would be, in memory alone."""
    alarms = Alarm.objects.filter(pk__in=change.alarms).select_related("service").order_by("pk")
    found = {one.pk: AlertGroup(one, changed=True, was_firing=True) for one in alarms}
    alerts = Alert.objects.filter(GOES_ON, alarm__in=list(found)).select_related("service")
    for alert in alerts.order_by("id"):
        found[alert.alarm_id].known[alert.fingerprint] = alert
    abouts = [group.alarm.about for group in found.values() if group.alarm]
    pages = storms.latest_pages(abouts, only_open=True)
    for group in found.values():
        change(group)
        page = pages.get(group.alarm.about) if group.alarm else None
        groups.decide(group, quiet, change.rules, page.standing if page else "none", at)
    return list(found.values())
