"""Taking in what monitoring systems say: many tellings in one transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import ClassVar

from django.db import transaction

from dutydesk import rows
from dutydesk.alarms.flows import quieting, showing
from dutydesk.alarms.flows.quieting import NOTHING, Decision, Quiet
from dutydesk.alarms.models import Alarm, Alert
from dutydesk.alarms.rules.routing import Routed, is_high, route
from dutydesk.alarms.rules.told import Alert as Told
from dutydesk.alarms.rules.told import (
    Notification,
    apart,
    description_of,
    is_new_firing,
    title_of,
)
from dutydesk.chat.flows import saying as chat
from dutydesk.journal import flows as journal
from dutydesk.journal.flows import Happening
from dutydesk.kernel.facts import Fact
from dutydesk.kernel.subjects import subject
from dutydesk.oncall.flows import storms
from dutydesk.people import flows as people
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


@dataclass
class _Case:
    """One group of this batch: its alarm, those of its alerts that were told, what is new."""

    alarm: Alarm | None = None
    known: dict[str, Alert] = field(default_factory=dict)
    new: dict[str, Alert] = field(default_factory=dict)
    touched: dict[str, Alert] = field(default_factory=dict)
    raised: bool = False
    changed: bool = False
    rose: bool = False
    decided: Decision = NOTHING


def receive(*, told: Notification, at: datetime) -> Alarm | None:
    """Store what one notification told; see `receive_all`. None if there was nothing to store."""
    return receive_all(told=[told], at=at)[0]


def receive_all(*, told: Sequence[Notification], at: datetime) -> list[Alarm | None]:
    """Store what was told; say it in the alarms' channel, and page for what is high.

    All of it is committed when this returns, or none. Telling the same again changes nothing but
    the counts. Gives the alarm of each notification, None for what resolves what nobody knew.
    """
    with rows.Journey() as journey, transaction.atomic():
        rules = process.in_force().alarms
        asked = quieting.asked(at=at)
        alarms: dict[int, Alarm | None] = {}
        for part in apart([one.group_key for one in told]):
            routed = {number: _routed(told[number], rules) for number in part}
            names = {
                name for found in routed.values() for one in found for name in one.service_names
            }
            cases, keys, services = _look([told[number] for number in part], names)
            quiet = asked()
            for number in part:
                case = cases[told[number].group_key]
                alarms[number] = _tell(case, told[number], routed[number], keys, services, at)
            _settle([case for case in cases.values() if case.alarm], quiet, rules, journey, at)
    return [alarms[number] for number in range(len(told))]


@transaction.atomic
def reconsider(*, alarms: Iterable[int], at: datetime) -> None:
    """Look again at firing alarms, since what silences them has changed; what is over is left."""
    rules, wanted = process.in_force().alarms, list(alarms)
    with rows.Journey() as journey:
        quiet = quieting.asked(at=at)()
        rows.lock(list(Alarm.objects.filter(pk__in=wanted).values_list("group_key", flat=True)))
        firing = Alarm.objects.filter(pk__in=wanted, state=Alarm.State.FIRING)
        cases = {one.pk: _Case(one, changed=True) for one in firing.select_related("service")}
        for alert in Alert.objects.filter(alarm__in=list(cases), firing=True).order_by("id"):
            cases[alert.alarm_id].known[alert.fingerprint] = alert
        _settle(list(cases.values()), quiet, rules, journey, at)


def _settle(
    cases: Sequence[_Case], quiet: Quiet, rules: Alarms, journey: rows.Journey, at: datetime
) -> None:
    """Decide, write down, show and page."""
    _decide([case for case in cases if case.changed], quiet, rules, at)
    _keep(cases, at)
    changed = [case for case in cases if case.changed]
    _show(changed, quiet, rules, at)
    if any(case.decided.pages or case.decided.ends_page or _over(case) for case in changed):
        journey.end()
        _page(changed, at)


def _decide(cases: Sequence[_Case], quiet: Quiet, rules: Alarms, at: datetime) -> None:
    """Decide for each whether it pages or is silenced. Without silences that asks nothing."""
    pairs = [(case.alarm, case.known) for case in cases if case.alarm]
    firing = quieting.firing_labels(pairs, quiet)
    paged = storms.paged_for([subject("alarm", number) for number in firing])
    for case in cases:
        if case.alarm is not None:
            case.decided = quieting.decide(
                alarm=case.alarm,
                firing=firing.get(case.alarm.pk, ()),
                quiet=quiet,
                high=partial(is_high, rules),
                wanted=case.rose,
                paged=subject("alarm", case.alarm.pk) in paged,
            )


def _look(
    told: Sequence[Notification], names: Collection[str]
) -> tuple[dict[str, _Case], list[int], dict[str, Service]]:
    """Give the groups as they stand, keys for new alarms, and the services that are named.

    Tellings about one group take turns, whichever process takes them in.
    """
    cases = {one.group_key: _Case() for one in told}
    rows.lock(list(cases))
    open_now = rows.run(_OPEN_NOW, [list(cases)])
    keys = rows.keys_for(Alarm, len(cases))
    services = people.services_named(names)
    if firing := [key for (key,) in open_now.fetchall()]:
        _recall(cases, firing, {alert.fingerprint for one in told for alert in one.alerts})
    return cases, [key for (key,) in keys.fetchall()], services()


_OPEN_NOW = "SELECT id FROM alarms_alarm WHERE state = 'firing' AND group_key = ANY(%s::text[])"


def _recall(cases: Mapping[str, _Case], firing: Sequence[int], prints: set[str]) -> None:
    """Load the alarms that fire already, and those of their alerts that are told of again."""
    known: dict[int, _Case] = {}
    for alarm in Alarm.objects.filter(pk__in=firing).select_related("service"):
        known[alarm.pk] = cases[alarm.group_key]
        known[alarm.pk].alarm = alarm
    for alert in Alert.objects.filter(alarm__in=firing, fingerprint__in=prints):
        known[alert.alarm_id].known[alert.fingerprint] = alert


def _tell(
    case: _Case,
    told: Notification,
    routed: Sequence[Routed],
    keys: list[int],
    services: Mapping[str, Service],
    at: datetime,
) -> Alarm | None:
    firing = [pair for pair in zip(told.alerts, routed, strict=True) if pair[0].firing]
    if case.alarm is None:
        if not firing:
            return None
        case.alarm = _alarm(told, *firing[0], keys.pop(), services, at)
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


def _routed(told: Notification, rules: Alarms) -> list[Routed]:
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


def _store(case: _Case, alarm: Alarm, one: Told, at: datetime) -> bool:
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


_ALARM = (
    *(
        "state",
        "severity",
        "channel",
        "duties",
        "told_at",
        "resolved_at",
        "times_told",
        "firing_count",
    ),
    *("resolved_count", "silence_id", "silent_until", "page_held_back"),
)
_ALERT = ("firing", "starts_at", "ends_at", "labels", "annotations", "count", "told_at")


def _keep(cases: Sequence[_Case], at: datetime) -> None:
    """Write the alarms and alerts down."""
    for case in cases:
        if case.alarm and not case.alarm.firing_count:
            case.alarm.state, case.alarm.resolved_at = Alarm.State.RESOLVED, at
    rows.insert([case.alarm for case in cases if case.alarm and case.raised])
    rows.update(
        [case.alarm for case in cases if case.alarm and not case.raised],
        _ALARM,
    )
    rows.insert([alert for case in cases for alert in case.new.values()])
    rows.update([alert for case in cases for alert in case.touched.values()], _ALERT)


def _over(case: _Case) -> bool:
    return case.alarm is not None and not case.alarm.firing_count


def _show(cases: Sequence[_Case], quiet: Quiet, rules: Alarms, at: datetime) -> None:
    """Show the alarms as they are now, and record what happened."""
    alarms = [case.alarm for case in cases if case.alarm]
    chat.show_all([showing.shown(alarm, quiet, rules, at) for alarm in alarms], at=at)
    happenings = [one for case in cases for one in _happened(case, quiet, at)]
    journal.record_all(happenings, at=at)
    journal.stir_all([subject("alarm", alarm.pk) for alarm in alarms])


def _happened(case: _Case, quiet: Quiet, at: datetime) -> Iterable[Happening]:
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


def _page(cases: Sequence[_Case], at: datetime) -> None:
    """Stop paging for what is over or silenced, and page for what became high or is heard again."""
    over = [subject("alarm", case.alarm.pk) for case in cases if case.alarm and _over(case)]
    if over:
        storms.settle_all(abouts=over, at=at, because="all its alerts are resolved")
    silenced: dict[str, list[str]] = {}
    for case in cases:
        if case.alarm and case.decided.ends_page:
            abouts = silenced.setdefault(case.decided.because, [])
            abouts.append(subject("alarm", case.alarm.pk))
    for because, abouts in silenced.items():
        storms.settle_all(abouts=abouts, at=at, because=because)
    paging = [case for case in cases if case.decided.pages and not _over(case)]
    wanted = [showing.wanted(case.alarm, case.known.values()) for case in paging if case.alarm]
    if wanted:
        storms.page_all(wanted=wanted, at=at)
