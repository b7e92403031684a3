"""Taking in what monitoring systems say: many tellings in one transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from dutydesk.alarms.flows import active_silences, alarm_posts, timers
from dutydesk.alarms.flows.active_silences import ActiveSilences
from dutydesk.alarms.flows.groups import (
    AlertGroup,
    Intake,
    decide,
    ingest,
    service_names,
)
from dutydesk.alarms.flows.happenings import happened
from dutydesk.alarms.flows.homes import AlarmPart, beginnings_of, parcels_of
from dutydesk.alarms.models import GOES_ON, Alarm, Alert
from dutydesk.alarms.rules.notifications import Notification, apart, sender_of
from dutydesk.chat.flows import desk_posts
from dutydesk.database import notifications, rows
from dutydesk.journal.flows import journal
from dutydesk.oncall.flows import storms
from dutydesk.oncall.rules.page_state import PageState
from dutydesk.people.flows import known_services
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Alarms

_OPEN = GOES_ON | Q(doubt_until__isnull=False)
"""Alerts that an alarm goes on for."""


def receive(*, told: Notification, at: datetime) -> Alarm | None:
    """Store what one notification told; see `receive_all`. None if there was nothing to store."""
    return receive_all(told=[told], at=at)[0]


def receive_all(*, told: Sequence[Notification], at: datetime) -> list[Alarm | None]:
    """Store what was told; say it in the alarms' channel, and call people for what is high.

    All of it is committed when this returns, or none. Telling the same again changes nothing but
    the counts. Gives an alarm of each notification, None for what resolves what nobody knew.
    """
    with rows.Pipeline() as pipeline, transaction.atomic(savepoint=False):
        asked = active_silences.asked(at=at)
        rules = process.in_force().alarms  # After that: see `process_changes.look_again`.
        rows.lock(sorted({sender_of(one.group_key) for one in told}))
        alarms: dict[int, Alarm | None] = {}
        for part in apart(told):
            groups = _take_in({number: told[number] for number in part}, alarms, rules, at)
            _settle(groups, asked(), rules, pipeline, at)
    return [alarms[number] for number in range(len(told))]


def _take_in(
    told: Mapping[int, Notification], alarms: dict[int, Alarm | None], rules: Alarms, at: datetime
) -> list[AlertGroup]:
    """Take tellings over, each alert into the alarm that has it; give the groups with an alarm.

    Tellings by one sender take turns, whichever process takes them in. What each telling led to
    is put into `alarms`.
    """
    names = {name for one in told.values() for name in service_names(one, rules)}
    services = known_services.named(names)
    parted = parcels_of(list(told.values()), at=at, peer_lag=rules.peer_lag)
    groups = _recall([parcel for parcels in parted for parcel in parcels])
    raised = (one for one in told.values() if (g := groups.get(one.group_key)) and not g.alarm)
    for key_of, begun in beginnings_of(raised, at - rules.flapping.within).items():
        groups[key_of].begun = begun | groups[key_of].begun
    new = sum(group.alarm is None for group in groups.values())
    keys = rows.keys_for(Alarm, new).fetchall() if new else []
    key = (number for (number,) in keys).__next__
    intake = Intake(rules, services(), at)
    for number, parcels in zip(told, parted, strict=True):
        found = [ingest(groups[p.told.group_key], p.told, intake, key) for p in parcels]
        alarms[number] = next(filter(None, found), None)
    return [group for group in groups.values() if group.alarm]


# Of a new alarm, or of a storm of them, nothing is there, and nothing more is asked. What the
# server knows of the table is from before the storm: as if few alarms fired, it would read them
# all. Asked for in order and told not to sort, it looks in the index of groups.
_KNOWN = """
SELECT mine.id FROM unnest(%(groups)s::text[]) AS told (group_key) CROSS JOIN LATERAL (
    SELECT id FROM alarms_alarm AS alarm WHERE state = 'firing'
        AND alarm.group_key BETWEEN told.group_key AND told.group_key ORDER BY alarm.group_key
) AS mine
UNION ALL
SELECT mine.id FROM unnest(%(groups)s::text[]) AS told (group_key) CROSS JOIN LATERAL (
    SELECT id FROM alarms_alarm AS alarm WHERE NOT incident = ''
        AND alarm.group_key BETWEEN told.group_key AND told.group_key ORDER BY alarm.group_key
) AS mine
UNION ALL
SELECT id FROM alarms_alarm WHERE id = ANY(%(returned)s::bigint[])
"""
_SORTS = "SELECT set_config('enable_sort', %s, true)"


def _recall(parcels: Sequence[AlarmPart]) -> dict[str, AlertGroup]:
    """Load the alarms that are told of, and those of their alerts that fire or are told of.

    Without one that fires, a doubt about what ended a moment ago is kept with the alarm before. A
    running incident that had the alarm before has the next one of its group too.
    """
    groups = {parcel.told.group_key: AlertGroup() for parcel in parcels}
    begun = {parcel.told.group_key for parcel in parcels if parcel.begins}
    returned = {
        home.alarm
        for parcel in parcels
        for home in parcel.past.values()
        if home.group_key == parcel.told.group_key and home.group_key not in begun
    }
    prints = {alert.fingerprint for parcel in parcels for alert in parcel.told.alerts}
    rows.run(_SORTS, ["off"])
    known = rows.run(_KNOWN, {"groups": list(groups), "returned": list(returned) or None})
    rows.run(_SORTS, ["on"])
    numbers = [number for (number,) in known.fetchall()]
    alarms = Alarm.objects.filter(pk__in=numbers).select_related("service") if numbers else ()
    # The one that fires comes last: it has the group.
    for alarm in sorted(alarms, key=lambda one: one.state == Alarm.State.FIRING):
        group = groups[alarm.group_key]
        group.incident = alarm.incident or group.incident
        if alarm.state == Alarm.State.FIRING or alarm.pk in returned:
            group.alarm = alarm
    for parcel in parcels:
        for name, home in parcel.past.items():
            group = groups[parcel.told.group_key]
            group.past[name], group.begun[name] = home.state, home.begun
    _load_alerts(groups.values(), _OPEN | Q(fingerprint__in=prints))
    return groups


def _load_alerts(groups: Iterable[AlertGroup], which: Q) -> None:
    by_alarm = {group.alarm.pk: group for group in groups if group.alarm}
    if by_alarm:
        alerts = Alert.objects.filter(which, alarm__in=list(by_alarm)).select_related("service")
        for alert in alerts.order_by("id"):
            by_alarm[alert.alarm_id].known[alert.fingerprint] = alert


@transaction.atomic
def reconsider(
    *, alarms: Iterable[int], at: datetime, change: Callable[[AlertGroup], None] | None = None
) -> list[AlertGroup]:
    """Look again at firing alarms, since what matters to them has changed; give those that fire.

    `change`: what is changed about each first.
    """
    wanted = list(alarms)
    with rows.Pipeline() as pipeline:
        quiet = active_silences.asked(at=at)()
        rules = process.in_force().alarms
        keys = Alarm.objects.filter(pk__in=wanted).values_list("group_key", flat=True)
        rows.lock(sorted({sender_of(key) for key in keys}))
        firing = Alarm.objects.filter(pk__in=wanted, state=Alarm.State.FIRING)
        groups = [
            AlertGroup(one, changed=True, was_firing=True)
            for one in firing.select_related("service")
        ]
        _load_alerts(groups, _OPEN)
        for group in groups:
            if change is not None:
                change(group)
        _settle(groups, quiet, rules, pipeline, at)
    return groups


def _settle(
    groups: Sequence[AlertGroup],
    quiet: ActiveSilences,
    rules: Alarms,
    pipeline: rows.Pipeline,
    at: datetime,
) -> None:
    """Decide, write down, show and call."""
    changed = [group for group in groups if group.changed]
    pages = storms.states_of(
        [g.alarm.about for g in changed if g.alarm and g.alarm.peak == Alarm.Severity.HIGH]
    )
    for group in changed:
        if group.alarm is not None:
            decide(group, quiet, rules, pages.get(group.alarm.about, "none"), at)
    _keep(groups, at)
    if any(group.need.deed == "tell the lead" for group in changed):
        pipeline.flush()
    _show(changed, quiet, rules, at)
    unsettled = any(group.unsettled_until for group in changed)
    if pages or unsettled or any(group.need.deed != "nothing" for group in changed):
        pipeline.flush()
        timers.watch(changed, at=at)
        _call(changed, pages, quiet, at)


_ALARM = (
    *("title", "state", "severity", "peak", "service_id", "channel", "duties", "runbook"),
    *("description", "told_at", "resolved_at", "times_told", "firing_count", "resolved_count"),
    *("truncated", "silence_id", "silent_until", "incident", "again_at", "flapped"),
    *("flapped_since", "rests_until"),
)
_ALERT = (
    *("firing", "starts_at", "latest_start", "ends_at", "doubt_until", "called_at", "labels"),
    *("annotations", "service_id", "count", "told_at", "begun", "rests_until"),
)


def _keep(groups: Sequence[AlertGroup], at: datetime) -> None:
    """Write the alarms and alerts down."""
    for group in groups:
        if group.alarm and group.ends:
            group.alarm.state, group.alarm.resolved_at = Alarm.State.RESOLVED, at
            group.alarm.again_at = None
    rows.insert([group.alarm for group in groups if group.alarm and group.raised])
    rows.update([group.alarm for group in groups if group.alarm and not group.raised], _ALARM)
    rows.insert([alert for group in groups for alert in group.new.values()])
    rows.update([alert for group in groups for alert in group.touched.values()], _ALERT)


def _show(groups: Sequence[AlertGroup], quiet: ActiveSilences, rules: Alarms, at: datetime) -> None:
    """Show the alarms as they are now, and record what happened."""
    alarms = [group.alarm for group in groups if group.alarm]
    posts = [alarm_posts.shown(g.alarm, g, quiet, rules, at) for g in groups if g.alarm]
    desk_posts.show_all(posts, at=at)
    journal.record_all([one for group in groups for one in happened(group, quiet, at)], at=at)
    notifications.notify_all([alarm.about for alarm in alarms])


def _call(
    groups: Sequence[AlertGroup],
    pages: Mapping[str, PageState],
    quiet: ActiveSilences,
    at: datetime,
) -> None:
    """End pages that nothing needs any more, let the others follow, and call for what is new."""
    ends: dict[str, list[str]] = {}
    paged, again, follows = [], [], []
    for group in groups:
        alarm, deed = group.alarm, group.need.deed
        if alarm is None:
            continue
        if deed == "end":
            ends.setdefault(_because(group, alarm, quiet), []).append(alarm.about)
        elif deed == "page":
            paged.append(alarm_posts.wanted(alarm, group))
        elif alarm.about in pages:
            follows.append(alarm_posts.wanted(alarm, group))
            again += [alarm.about] if deed == "call again" else []
    for because, abouts in ends.items():
        storms.settle_all(abouts=abouts, at=at, because=because)
    storms.follow_all(wanted=follows, at=at)
    storms.call_again_all(abouts=again, at=at)
    if paged:
        storms.page_all(wanted=paged, at=at)


def _because(group: AlertGroup, alarm: Alarm, quiet: ActiveSilences) -> str:
    """Say why nobody is called for an alarm any more."""
    silence = quiet.number(alarm.silence_id)
    if group.need.silenced and silence is not None:
        return f"{silence.by} silenced it: {silence.reason}"
    return "all its alerts are resolved" if group.over else "nothing high of it fires any more"
