"""One group of alerts while it is taken in: what was told of it, and what that changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dutydesk.alarms.flows import active_silences, swings
from dutydesk.alarms.flows.active_silences import ActiveSilences
from dutydesk.alarms.models import Alarm, Alert
from dutydesk.alarms.rules import flaps
from dutydesk.alarms.rules.alert_state import AlertState, next_state
from dutydesk.alarms.rules.destination import Routed, route
from dutydesk.alarms.rules.notifications import AT_END, Notification, description_of, words_of
from dutydesk.alarms.rules.notifications import NotifiedAlert as Told
from dutydesk.alarms.rules.page_need import NOTHING, Firing, Need, need, ranked
from dutydesk.database import rows
from dutydesk.oncall.rules.page_state import PageState
from dutydesk.people.flows import known_services
from dutydesk.people.models import Service
from dutydesk.process.rules.model import Alarms

MOST_LEFT_OUT = 1_000_000


@dataclass
class AlertGroup:
    """One group of a batch: its alarm, the alerts of it that fire or were told, what is new.

    `past`: what is believed of alerts that the alarm before had, while peers may be late. `begun`:
    when alerts of an alarm before began lately. `routed`: what the process says of those that were
    described anew.
    `was_firing`: its alarm was not over before. `incident`: the running one that had the alarm
    before, as a subject. `flaps`: it begins to. `ranked`: what goes on, the worst first.
    """

    alarm: Alarm | None = None
    known: dict[str, Alert] = field(default_factory=dict)
    past: dict[str, AlertState] = field(default_factory=dict)
    begun: dict[str, list[str]] = field(default_factory=dict)
    new: dict[str, Alert] = field(default_factory=dict)
    touched: dict[str, Alert] = field(default_factory=dict)
    routed: dict[str, Routed] = field(default_factory=dict)
    raised: bool = False
    was_firing: bool = False
    incident: str = ""
    changed: bool = False
    need: Need = NOTHING
    turned: bool = False
    flaps: bool = False
    ranked: list[tuple[Alert, Firing]] = field(default_factory=list)

    @property
    def firing(self) -> list[Alert]:
        """Give the alerts that fire, the first that was heard of first."""
        alerts = [alert for alert in self.known.values() if alert.firing]
        return sorted(alerts, key=lambda alert: alert.pk or float("inf"))

    @property
    def resting(self) -> list[Alert]:
        """Give the alerts that flap and are quiet just now."""
        return [one for one in self.known.values() if one.rests_until and not one.firing]

    @property
    def going_on(self) -> list[Alert]:
        """Give the alerts that fire, and after them those that flap and are quiet just now."""
        return [*self.firing, *self.resting]

    @property
    def unsettled_until(self) -> datetime | None:
        """Give when a doubt about or rest of its alerts is over next; None without any."""
        times = ((alert.doubt_until, alert.rests_until) for alert in self.known.values())
        return min((time for each in times for time in each if time), default=None)

    @property
    def over(self) -> bool:
        """Say whether no alert of it fires any more, nor may fire as far as is known, nor flaps."""
        quiet = self.alarm is not None and not self.alarm.firing_count
        return quiet and self.unsettled_until is None

    @property
    def ends(self) -> bool:
        """Say whether its alarm is over from now on."""
        return self.was_firing and self.over


@dataclass(frozen=True)
class Intake:
    """What holds for all that is taken in at one moment: the process, the services, the time."""

    rules: Alarms
    services: Mapping[str, Service]
    at: datetime

    def service(self, routed: Routed) -> Service | None:
        """Give the first service there is of those that an alert or its route names."""
        return known_services.first(routed.service_names, self.services, said=routed.service)


def service_names(told: Notification, rules: Alarms) -> set[str]:
    """Give the names by which its alerts may call their services."""
    routed = (route(rules, one.labels, one.annotations) for one in told.alerts)
    return {name for each in routed for name in each.service_names}


def ingest(
    group: AlertGroup, told: Notification, intake: Intake, key: Callable[[], int]
) -> Alarm | None:
    """Take over what is told of a group; give its alarm, None if nobody knew what is over.

    `key` gives a new alarm's number.
    """
    if group.alarm is None:
        if not any(one.firing for one in told.alerts):
            return None
        group.alarm = rows.new(
            Alarm,
            id=key(),
            group_key=told.group_key,
            first_at=intake.at,
            told_at=intake.at,
            incident=group.incident,
        )
        group.raised = True
    alarm = group.alarm
    group.was_firing = alarm.state == Alarm.State.FIRING
    for one in told.alerts:
        group.changed |= _take(group, alarm, one, told.ordered, intake)
    alarm.times_told += 1
    alarm.told_at = intake.at
    truncated = min(told.truncated, MOST_LEFT_OUT)
    group.changed |= alarm.truncated != truncated
    alarm.truncated = truncated
    return alarm


def _take(group: AlertGroup, alarm: Alarm, told: Told, ordered: bool, intake: Intake) -> bool:
    """Take one alert over; give whether anything but a count changed."""
    alert = group.known.get(told.fingerprint)
    known = alert.state if alert else group.past.get(told.fingerprint)
    lag = intake.rules.peer_lag
    state = next_state(known, told, at=intake.at, peer_lag=lag, ordered=ordered)
    if alert is None:
        alert = _new(alarm, told, intake.at)
        group.known[told.fingerprint] = group.new[told.fingerprint] = alert
        changed = True
    else:
        if told.fingerprint not in group.new:
            group.touched[told.fingerprint] = alert
        _count(alarm, alert.firing, -1)
        changed = state.firing != alert.firing or state.doubt_until != alert.doubt_until
    before = swings.AlertBefore.of(alert)
    begun = group.begun.get(told.fingerprint, [])
    swings.rest(alert, state, begun, intake.rules.flapping, intake.at)
    _believe(alert, state)
    _count(alarm, alert.firing, 1)
    alert.count += 1
    if alert.fingerprint in group.new or (told.firing and state.firing):
        changed |= _describe(group, alert, told, intake)
    elif not told.firing and not state.firing:
        changed |= _say_end(alert, told)
    if state.firing:
        swings.swing(alert, before, state.began, intake.rules, intake.at)
    return changed or state.began or state.restarted


def _new(alarm: Alarm, told: Told, at: datetime) -> Alert:
    return rows.new(
        Alert,
        alarm_id=alarm.pk,
        fingerprint=told.fingerprint,
        firing=told.firing,
        labels={},
        annotations={},
        source=told.source,
        told_at=at,
        count=0,
    )


def _describe(group: AlertGroup, alert: Alert, told: Told, intake: Intake) -> bool:
    """Take over what the sender says of it; give whether that is new."""
    labels, annotations = dict(told.labels), dict(told.annotations)
    if (labels, annotations) == (alert.labels, alert.annotations):
        return False
    alert.labels, alert.annotations = labels, annotations
    routed = group.routed[alert.fingerprint] = route(intake.rules, labels, annotations)
    alert.service = intake.service(routed)
    return True


def _say_end(alert: Alert, told: Told) -> bool:
    """Keep besides what the sender says otherwise at its end; what was wrong stays as it was told.

    Some say no more then than that it is over, others that all is well.
    """
    news = {n: v for n, v in told.annotations.items() if v and alert.annotations.get(n) != v}
    said = {AT_END: words_of(news)} if news else {}
    before: dict[str, str] = alert.annotations
    alert.annotations = before | said
    return any(before.get(name) != it for name, it in said.items())


def _believe(alert: Alert, state: AlertState) -> None:
    alert.firing, alert.starts_at, alert.latest_start = (
        state.firing,
        state.starts_at,
        state.latest_start,
    )
    alert.ends_at, alert.told_at, alert.doubt_until = (
        state.ends_at,
        state.told_at,
        state.doubt_until,
    )
    if (state.began or not state.firing) and alert.rests_until is None:
        alert.called_at = None
    if state.firing:
        alert.rests_until = None


def _count(alarm: Alarm, firing: bool, by: int) -> None:
    if firing:
        alarm.firing_count += by
    else:
        alarm.resolved_count += by


def end_all(group: AlertGroup, at: datetime) -> None:
    """End every alert of it, since somebody says that it is over."""
    for alert in {*group.going_on, *(one for one in group.known.values() if one.doubt_until)}:
        alert.rests_until = None
        ended = Told(alert.fingerprint, False, {}, {}, at, at)
        state = next_state(alert.state, ended, at=at, peer_lag=timedelta(), ordered=True)
        was = alert.firing
        _believe(alert, state)
        group.touched[alert.fingerprint] = alert
        if group.alarm is not None and state.firing != was:
            _count(group.alarm, True, -1)
            _count(group.alarm, False, 1)
    group.changed = True


def end_rests(group: AlertGroup, at: datetime) -> None:
    """Take for over, or for eased, what flapped and was so for long enough."""
    for alert in group.known.values():
        if alert.rests_until is not None and alert.rests_until <= at:
            alert.rests_until = alert.called_at = None
            group.touched[alert.fingerprint] = alert


def decide(
    group: AlertGroup, quiet: ActiveSilences, rules: Alarms, page: PageState, at: datetime
) -> None:
    """Say what the group's alarm is now, and what follows for people. Clause support.during.

    What the alarm is called, whose it is and whom it pages is as the worst that goes on says.
    """
    alarm, alerts = group.alarm, group.going_on
    if alarm is None:
        return
    routed = [
        group.routed.get(alert.fingerprint) or route(rules, alert.labels, alert.annotations)
        for alert in alerts
    ]
    going_on = [_firing(alert, each, quiet) for alert, each in zip(alerts, routed, strict=True)]
    if alerts:
        places = ranked(going_on)
        group.ranked = [(alerts[place], going_on[place]) for place in places]
        _name_after(alarm, alerts[places[0]], routed[places[0]])
        urgent = any(each.high for each in going_on)
        alarm.severity = Alarm.Severity.HIGH if urgent else Alarm.Severity.LOW
    else:
        alarm.severity = alarm.peak
    if alarm.severity == Alarm.Severity.HIGH:
        alarm.peak = Alarm.Severity.HIGH
    high = {each.name: each.high for each in going_on}
    group.turned = active_silences.turn(alarm, alerts, high, quiet)
    _flap(group, alarm, rules, at)
    group.need = need(going_on, page=page, incident=bool(alarm.incident))
    _mark(group, at)


def _flap(group: AlertGroup, alarm: Alarm, rules: Alarms, at: datetime) -> None:
    """Say of the alarm that it flaps, as the one of its alerts that began most often lately."""
    within = rules.flapping.within
    begun = (flaps.lately(one.begun, within, at) for one in group.going_on)
    most: list[str] = max(begun, key=len, default=[])
    flaps_now = len(most) > rules.flapping.more_than
    group.flaps = flaps_now and not alarm.flapped
    alarm.flapped = len(most) if flaps_now else 0
    alarm.flapped_since = datetime.fromisoformat(most[0]) if flaps_now else None
    rests = (alert.rests_until for alert in group.resting if alert.rests_until)
    alarm.rests_until = None if group.firing else max(rests, default=None)


def _firing(alert: Alert, routed: Routed, quiet: ActiveSilences) -> Firing:
    return Firing(
        name=alert.fingerprint,
        high=routed.pages or alert.holds,
        quiet=quiet.of(alert.labels, alert.service_id) is not None,
        called=alert.called_at is not None or (not alert.firing and alert.rests_until is not None),
        anyway=alert.service is not None and alert.service.page_anyway,
        rests=not alert.firing,
    )


def _name_after(alarm: Alarm, alert: Alert, routed: Routed) -> None:
    alarm.title, alarm.service = alert.title, alert.service
    alarm.runbook, alarm.description = routed.runbook, description_of(alert.annotations)
    alarm.channel, alarm.duties = routed.channel, list(routed.duties)


def _mark(group: AlertGroup, at: datetime) -> None:
    """Keep for which alerts somebody is called from now on, and for which nobody any more."""
    marked = {name: True for name in group.need.called} | dict.fromkeys(group.need.forgotten, False)
    for name, called in marked.items():
        alert = group.known[name]
        alert.called_at = at if called else None
        if name not in group.new:
            group.touched[name] = alert
