"""Incidents that have alarms: nobody is called for what an incident looks after."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from dutydesk.alarms.flows import ingestion, timers
from dutydesk.alarms.flows.groups import AlertGroup
from dutydesk.alarms.models import GOES_ON, Alarm, Alert
from dutydesk.alarms.rules.destination import route
from dutydesk.alarms.rules.notifications import sender_of
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentDue
from dutydesk.database import rows
from dutydesk.kernel.connected import Connected
from dutydesk.kernel.subjects import number_of
from dutydesk.oncall.flows import storms
from dutydesk.ports.incidents import IncidentMention, IncidentsOf
from dutydesk.process.flows import process

MOST_READ = 500
INCIDENTS: Connected[IncidentsOf] = Connected()


@transaction.atomic
def take(*, about: str, incident: str, because: str, at: datetime) -> None:
    """Let an incident have an alarm: its page ends, and what begins in it is told to the lead.

    `about`: a subject; one that is no alarm has only its page ended, `because` of this.
    """
    alarm = _alarm(about)
    if alarm is not None:
        rows.lock([sender_of(alarm.group_key)])
        fires = Alarm.objects.filter(pk=alarm.pk, state=Alarm.State.FIRING)
        fires.update(incident=incident, again_at=None)
    storms.settle_all(abouts=[about], at=at, because=because)
    if alarm is not None:
        _mark_called(alarm, at)
        ingestion.reconsider(alarms=[alarm.pk], at=at)


def _alarm(about: str) -> Alarm | None:
    kind, _, number = about.partition(":")
    if kind != "alarm" or not number.isdecimal():
        return None
    return Alarm.objects.filter(pk=int(number)).first()


def others(alarm: Alarm) -> list[IncidentMention]:
    """Give the incidents that an alarm belongs to, but for the one that has it now."""
    found = INCIDENTS.who.of(alarm.about) if INCIDENTS.who else ()
    return [one for one in found if one.about != alarm.incident]


def beginnings(alarms: Collection[Alarm]) -> dict[int, datetime]:
    """Give when what each alarm pages for began, as its sender says; else when it was first told.

    By the alarms' numbers; one query for all.
    """
    rules = process.in_force().alarms
    order = (F("called_at").asc(nulls_last=True), F("pk").asc())
    place = Window(RowNumber(), partition_by="alarm_id", order_by=order)
    alerts = Alert.objects.filter(alarm__in=[alarm.pk for alarm in alarms]).annotate(place=place)
    starts: dict[int, datetime] = {}
    for alert in alerts.filter(place__lte=MOST_READ):
        if route(rules, alert.labels, alert.annotations).pages:
            start = min(alert.starts_at, alert.told_at)
            starts[alert.alarm_id] = min(starts.get(alert.alarm_id, start), start)
    return {alarm.pk: starts.get(alarm.pk, alarm.first_at) for alarm in alarms}


def _mark_called(alarm: Alarm, at: datetime) -> None:
    low = Q(rests_until__isnull=False, called_at=None)  # At rest: it calls once it fires as high.
    alarm.alerts.filter(GOES_ON).exclude(low).update(called_at=at)


def still_firing(*, incident: str) -> list[Alarm]:
    """Give the high alarms that an incident has and that fire; one that only rests doesn't."""
    return [alarm for alarm in _going_on(incident) if alarm.firing_count]


def _going_on(incident: str) -> Sequence[Alarm]:
    high = Alarm.objects.filter(incident=incident, severity=Alarm.Severity.HIGH)
    return list(high.filter(state=Alarm.State.FIRING).order_by("pk"))


@transaction.atomic
def take_back(*, abouts: Iterable[str], incident: str, by: str, at: datetime) -> None:
    """Let an incident that goes on again have its alarms; what is over, or another's, is left."""
    numbers = [alarm.pk for alarm in map(_alarm, abouts) if alarm is not None]
    firing = Alarm.objects.filter(pk__in=numbers, state=Alarm.State.FIRING, incident="")
    rows.lock(sorted({sender_of(key) for key in firing.values_list("group_key", flat=True)}))
    because = f"{by} reopened incident {number_of(incident, 'incident')}"
    for alarm in firing.order_by("pk"):
        take(about=alarm.about, incident=incident, because=because, at=at)


@transaction.atomic
def pass_on(*, incident: str, into: str) -> None:
    """Let the incident that another was merged into have that one's alarms: nobody is called."""
    held = Alarm.objects.filter(incident=incident)
    rows.lock(sorted({sender_of(key) for key in held.values_list("group_key", flat=True)}))
    held.update(incident=into)


@transaction.atomic
def release(*, incident: str, at: datetime) -> list[Alarm]:
    """Let an incident that is over have its alarms no more; give the high ones that still fire.

    They page again after a time, unless they are over by then.
    """
    again_at = at + process.in_force().alarms.page_again_after
    held = Alarm.objects.filter(incident=incident)
    rows.lock(sorted({sender_of(key) for key in held.values_list("group_key", flat=True)}))
    going_on, numbers = _going_on(incident), list(held.values_list("pk", flat=True))
    held.update(incident="")
    Alarm.objects.filter(pk__in=[alarm.pk for alarm in going_on]).update(again_at=again_at)
    for alarm in going_on:
        alarm.again_at = again_at
        timers.page_again(alarm, until=again_at, at=at)
    ingestion.reconsider(alarms=numbers, at=at)
    return [alarm for alarm in going_on if alarm.firing_count]


@transaction.atomic
def part(*, about: str, incident: str, at: datetime) -> None:
    """Let an incident have an alarm no more: what is high and fires pages now, as if it were new.

    What is no alarm, or one that the incident doesn't have, is left.
    """
    alarm = _alarm(about)
    if alarm is None or alarm.incident != incident:
        return
    rows.lock([sender_of(alarm.group_key)])
    Alarm.objects.filter(pk=alarm.pk).update(incident="")
    ingestion.reconsider(alarms=[alarm.pk], at=at, change=_forget_calls)


def due(*, event: CommitmentDue, at: datetime) -> None:
    """Page again for what still fires some time after its incident was resolved."""
    alarm = _alarm(event.subject)
    if alarm is not None:
        rows.lock([sender_of(alarm.group_key)])
    if commitments.keep_told(event, at=at) is None or alarm is None:
        return
    paged = bool(storms.states_of([event.subject]))
    ingestion.reconsider(alarms=[alarm.pk], at=at, change=None if paged else _forget_calls)


def _forget_calls(group: AlertGroup) -> None:
    """Let what fires or flaps call somebody anew, unless another incident has it."""
    if group.alarm is None or group.alarm.incident:
        return
    group.alarm.again_at = None
    for alert in group.going_on:
        alert.called_at = None
        group.touched[alert.fingerprint] = alert
