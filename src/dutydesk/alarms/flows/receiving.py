"""Taking in what monitoring systems say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import connection, transaction

from dutydesk.alarms import words
from dutydesk.alarms.models import Alarm, Alert
from dutydesk.alarms.rules.told import Alert as Told
from dutydesk.alarms.rules.told import Notification, is_new_firing, severity_of, title_of
from dutydesk.chat import flows as chat
from dutydesk.journal import flows as journal
from dutydesk.kernel.facts import Fact
from dutydesk.kernel.subjects import subject
from dutydesk.oncall.flows import paging as oncall
from dutydesk.people.models import Service
from dutydesk.process import flows as process
from dutydesk.process.rules.model import Alarms


@dataclass(frozen=True)
class AlarmRaised(Fact):
    """An alarm began to fire."""

    kind: ClassVar[str] = "alarm.raised"
    alarm: int
    severity: str


@dataclass(frozen=True)
class AlarmResolved(Fact):
    """All alerts of an alarm are resolved."""

    kind: ClassVar[str] = "alarm.resolved"
    alarm: int


@transaction.atomic
def receive(*, told: Notification, at: datetime) -> Alarm | None:
    """Store what was told; say it in the alarms' channel, and page for what is high.

    Telling the same again changes nothing but the counts. None if it resolves what nobody knew.
    """
    with connection.cursor() as cursor:  # Two tellings about one group take turns.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [told.group_key])
    rules = process.in_force().alarms
    alarm = Alarm.objects.filter(group_key=told.group_key, state=Alarm.State.FIRING).first()
    new = alarm is None
    if alarm is None:
        firing = [alert for alert in told.alerts if alert.firing]
        if not firing:
            return None
        alarm = _raise(told, firing[0], rules, at)
    changed = _store(alarm, told.alerts, at)
    alarm.times_told += 1
    alarm.told_at = at
    alarm.save(update_fields=["times_told", "told_at"])
    if changed:
        _reconsider(alarm, new, rules, at)
    return alarm


def _raise(told: Notification, first: Told, rules: Alarms, at: datetime) -> Alarm:
    high = rules.high_severities
    return Alarm.objects.create(
        group_key=told.group_key,
        title=title_of(first.labels, first.annotations),
        severity=severity_of((a.labels for a in told.alerts if a.firing), high),
        service=_service(first.labels),
        first_at=at,
        told_at=at,
    )


def _service(labels: Mapping[str, str]) -> Service | None:
    names = [labels[key] for key in ("service", "namespace", "job") if labels.get(key)]
    found = {service.name: service for service in Service.objects.filter(name__in=names)}
    return next((found[name] for name in names if name in found), None)


def _store(alarm: Alarm, told: tuple[Told, ...], at: datetime) -> bool:
    """Store the alerts, one query each way; give whether anything but a count changed."""
    known = {alert.fingerprint: alert for alert in alarm.alerts.all()}
    new: dict[str, Alert] = {}
    touched: dict[str, Alert] = {}
    changed = False
    for one in told:
        alert = known.get(one.fingerprint) or new.get(one.fingerprint)
        if alert is None:
            new[one.fingerprint] = _alert(alarm, one, at)
            changed = True
            continue
        changed |= _tell(alert, one, at)
        if one.fingerprint in known:
            touched[one.fingerprint] = alert
    Alert.objects.bulk_create(new.values())
    fields = ["firing", "starts_at", "ends_at", "labels", "annotations", "count", "told_at"]
    Alert.objects.bulk_update(touched.values(), fields, batch_size=500)
    return changed


def _alert(alarm: Alarm, one: Told, at: datetime) -> Alert:
    return Alert(
        alarm=alarm,
        fingerprint=one.fingerprint,
        firing=one.firing,
        labels=one.labels,
        annotations=one.annotations,
        source=one.source,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        told_at=at,
    )


def _tell(alert: Alert, one: Told, at: datetime) -> bool:
    firing = one.firing
    alert.count += 1
    alert.told_at = at
    if one.starts_at < alert.starts_at:  # An old telling that arrives late.
        return False
    anew = is_new_firing(alert.starts_at, one.starts_at)
    if firing and not alert.firing and not anew:  # A repeat that was overtaken by its end.
        return False
    changed = anew or firing != alert.firing or one.annotations != alert.annotations
    alert.firing, alert.starts_at, alert.ends_at = firing, one.starts_at, one.ends_at
    alert.labels, alert.annotations = one.labels, one.annotations
    return changed


def _reconsider(alarm: Alarm, new: bool, rules: Alarms, at: datetime) -> None:
    """Show the alarm as it is now, and page or stop paging accordingly."""
    alerts = list(alarm.alerts.all())
    firing = [alert for alert in alerts if alert.firing]
    was_high = alarm.severity == Alarm.Severity.HIGH
    if severity_of((alert.labels for alert in firing), rules.high_severities) == "high":
        alarm.severity = Alarm.Severity.HIGH
    if not firing:
        alarm.state, alarm.resolved_at = Alarm.State.RESOLVED, at
    alarm.save(update_fields=["severity", "state", "resolved_at"])
    _show(alarm, alerts, rules, at)
    about = subject("alarm", alarm.pk)
    if new:
        journal.record(
            fact=AlarmRaised(alarm.pk, alarm.severity),
            subject=about,
            text=f"Alarm: {alarm.title}",
            at=at,
            actor="monitoring",
            clause="support.during",
        )
    if not firing:
        journal.record(
            fact=AlarmResolved(alarm.pk),
            subject=about,
            text=f"Alarm over: {alarm.title}",
            at=at,
            actor="monitoring",
        )
        oncall.settle(about=about, at=at, because="all its alerts are resolved")
    elif alarm.severity == Alarm.Severity.HIGH and (new or not was_high):
        _page(alarm, firing, at)


def _page(alarm: Alarm, firing: list[Alert], at: datetime) -> None:
    oncall.page(
        about=subject("alarm", alarm.pk),
        title=alarm.title,
        details="\n".join(alert.title for alert in firing[:10]),
        anyway=alarm.service is not None and alarm.service.page_anyway,
        thread_key=_post_key(alarm),
        at=at,
    )


def _post_key(alarm: Alarm) -> str:
    """Give the key of the alarm's post: one in each channel that it was worth."""
    return f"alarm:{alarm.pk}:{alarm.severity}"


def _show(alarm: Alarm, alerts: list[Alert], channels: Alarms, at: datetime) -> None:
    high = alarm.severity == Alarm.Severity.HIGH
    firing = [alert for alert in alerts if alert.firing]
    first = (firing or alerts)[0]
    message = words.alarm(
        about=subject("alarm", alarm.pk),
        title=alarm.title,
        high=high,
        firing=len(firing),
        resolved=len(alerts) - len(firing),
        service=alarm.service.name if alarm.service else "",
        runbook=first.runbook,
        description=str(first.annotations.get("description", ""))[:1000],
    )
    chat.show(
        key=_post_key(alarm),
        channel=channels.high_channel if high else channels.low_channel,
        message=message,
        at=at,
    )
    journal.stir(subject("alarm", alarm.pk))
