"""One group of alerts while it is taken in: what was told of it, and what that changes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from dutydesk.alarms.flows import quieting
from dutydesk.alarms.flows.quieting import NOTHING, Decision, Quiet
from dutydesk.alarms.models import Alarm, Alert
from dutydesk.alarms.rules.routing import Routed, route
from dutydesk.alarms.rules.told import Alert as Told
from dutydesk.alarms.rules.told import Notification, description_of, is_new_firing, title_of
from dutydesk.journal.flows import Happening
from dutydesk.kernel.facts import Fact
from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Service
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


@dataclass
class Case:
    """One group of a batch: its alarm, those of its alerts that were told, what is new."""

    alarm: Alarm | None = None
    known: dict[str, Alert] = field(default_factory=dict)
    new: dict[str, Alert] = field(default_factory=dict)
    touched: dict[str, Alert] = field(default_factory=dict)
    raised: bool = False
    changed: bool = False
    rose: bool = False
    decided: Decision = NOTHING


def tell(
    case: Case,
    told: Notification,
    routed: Sequence[Routed],
    key: Callable[[], int],
    services: Mapping[str, Service],
    at: datetime,
) -> Alarm | None:
    """Take over what is told of a group; give its alarm, None if nobody knew what is resolved.

    `key` gives a new alarm's number; `routed` has one for each alert.
    """
    firing = [pair for pair in zip(told.alerts, routed, strict=True) if pair[0].firing]
    if case.alarm is None:
        if not firing:
            return None
        case.alarm = _alarm(told, *firing[0], key(), services, at)
        case.raised = True
    alarm = case.alarm
    for one in told.alerts:
        case.changed |= _store(case, alarm, one, at)
    alarm.times_told += 1
    alarm.told_at = at
    high = next((route for _, route in firing if route.pages), None)
    if high is not None and alarm.severity != Alarm.Severity.HIGH:
        alarm.severity, alarm.channel, alarm.duties = (
            Alarm.Severity.HIGH,
            high.channel,
            list(high.duties),
        )
        case.rose = case.changed = True
    return alarm


def routed_by(told: Notification, rules: Alarms) -> list[Routed]:
    """Give what the process says of each alert."""
    return [route(rules, one.labels, one.annotations) for one in told.alerts]


def _alarm(
    told: Notification,
    first: Told,
    routed: Routed,
    key: int,
    services: Mapping[str, Service],
    at: datetime,
) -> Alarm:
    service = next((name for name in routed.service_names if name in services), None)
    return Alarm(
        pk=key,
        group_key=told.group_key,
        title=title_of(first.labels, first.annotations),
        severity=Alarm.Severity.LOW,
        service=services[service] if service else None,
        channel=routed.channel,
        runbook=routed.runbook,
        description=description_of(first.annotations),
        first_at=at,
        told_at=at,
    )


def _store(case: Case, alarm: Alarm, one: Told, at: datetime) -> bool:
    """Take one alert over; give whether anything but a count changed."""
    alert = case.known.get(one.fingerprint)
    if alert is None:
        alert = case.known[one.fingerprint] = case.new[one.fingerprint] = Alert(
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
        _count(alarm, one.firing, 1)
        return True
    if one.fingerprint not in case.new:
        case.touched[one.fingerprint] = alert
    was = alert.firing
    changed = _again(alert, one, at)
    if alert.firing != was:
        _count(alarm, was, -1)
        _count(alarm, alert.firing, 1)
    return changed


def _count(alarm: Alarm, firing: bool, by: int) -> None:
    if firing:
        alarm.firing_count += by
    else:
        alarm.resolved_count += by


def _again(alert: Alert, one: Told, at: datetime) -> bool:
    alert.count += 1
    alert.told_at = at
    if one.starts_at < alert.starts_at:  # An old telling that arrives late.
        return False
    anew = is_new_firing(alert.starts_at, one.starts_at)
    if one.firing and not alert.firing and not anew:  # A repeat that was overtaken by its end.
        return False
    changed = anew or one.firing != alert.firing or one.annotations != alert.annotations
    alert.firing, alert.starts_at, alert.ends_at = one.firing, one.starts_at, one.ends_at
    if one.firing or one.labels:  # Some senders say no more than that it is over.
        alert.labels, alert.annotations = dict(one.labels), dict(one.annotations)
    return changed


def is_over(case: Case) -> bool:
    """Say whether no alert of it fires any more."""
    return case.alarm is not None and not case.alarm.firing_count


def happened(case: Case, quiet: Quiet, at: datetime) -> Iterable[Happening]:
    """Give what the journal says of it."""
    alarm = case.alarm
    if alarm is None:
        return
    about = subject("alarm", alarm.pk)
    if case.raised:
        fact = AlarmRaised(alarm.pk, alarm.severity)
        yield Happening(fact, about, f"Alarm: {alarm.title}", "monitoring", "support.during")
    if case.decided.turned:
        yield quieting.happened(alarm=alarm, quiet=quiet, at=at)
    if not alarm.firing_count:
        yield Happening(AlarmResolved(alarm.pk), about, f"Alarm over: {alarm.title}", "monitoring")
