"""Working out what monitoring systems sent, once it is kept: one telling or a thousand."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from dutydesk.alarms.flows import acknowledgements, active_silences, ingestion
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.alertmanager import read_notification
from dutydesk.alarms.rules.events import read_event
from dutydesk.alarms.rules.generic import read_generic
from dutydesk.alarms.rules.grafana import read_grafana
from dutydesk.alarms.rules.notifications import (
    NotAnAlarm,
    Notification,
    NotifiedAlert,
    scoped,
    scoped_key,
)
from dutydesk.alarms.rules.telling_place import DEDUP_KEY, place_of
from dutydesk.database import rows
from dutydesk.inbox.models import Arrival
from dutydesk.kernel import bounds
from dutydesk.kernel.arrivals import ArrivalHandler, Arrived, WorkedOut
from dutydesk.kernel.refusals import Refused
from dutydesk.ports.delivery import Undelivered
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Severity

READERS: Mapping[str, Callable[[bytes, datetime], tuple[Notification, ...]]] = {
    "alertmanager": lambda body, at: (read_notification(body, at),),
    "grafana": read_grafana,
    "json": read_generic,
}
_IS_AN_END = re.compile(rb'"event_action"\s*:\s*"(?:resolve|acknowledge)"')
_SEVERITY = re.compile(rb'"(?:severity|priority)"\s*:\s*"([^"\\]{1,40})"', re.IGNORECASE)


def source_of(key: int) -> str:
    """Name whose arrivals are worked out one after the other: an integration key's."""
    return f"key:{key}"


def key_of(source: str) -> int:
    """Give the integration key's number by which something came."""
    return int(source.removeprefix("key:"))


@dataclass(frozen=True, slots=True)
class _Telling:
    """What one arrival tells, by the keys that the desk knows; `acknowledged`: by which tool."""

    notifications: tuple[Notification, ...] = ()
    acknowledged: tuple[str, str] | None = None
    problem: str = ""


def take(arrivals: Sequence[Arrived], at: datetime) -> Sequence[WorkedOut]:
    """Work out what was told, in order. What nobody can read is put aside, and harms no other.

    Raises Undelivered where it is no fault of what was told.
    """
    active_silences.share()
    rows.lock(sorted({str(key_of(one.source)) for one in arrivals}))
    tellings = [_still_true(one, _read(one)) if one.told_as else _read(one) for one in arrivals]
    try:
        with process.held():
            alarms = _received(tellings, at)
    except Refused as refusal:
        raise Undelivered(str(refusal)) from refusal
    results = []
    for telling in tellings:
        found = [next(alarms) for _ in telling.notifications]
        about = tuple(dict.fromkeys(alarm.about for alarm in found if alarm))
        results.append(WorkedOut(about, telling.problem, aside=bool(telling.problem)))
    pairs = zip(arrivals, tellings, strict=True)
    mended = [one for one, telling in pairs if one.told_as and not telling.problem]
    for one in {one.source: one for one in mended}.values():
        _tell_mended(one, [each.number for each in mended], at)
    return results


def _still_true(one: Arrived, telling: _Telling) -> _Telling:
    """Leave out of what was put aside whatever fires and was told anew since."""
    keys = [told.group_key for told in telling.notifications if told.ordered]
    later = Arrival.objects.filter(source=one.source, pk__gt=one.number, outcome="done")
    anew = {
        alarm.group_key
        for alarm in Alarm.objects.filter(group_key__in=keys, state=Alarm.State.FIRING)
        if later.filter(became__contains=[alarm.about]).exists()
    }
    left = tuple(told for told in telling.notifications if told.group_key not in anew)
    return replace(telling, notifications=left)


def _received(tellings: Sequence[_Telling], at: datetime) -> Iterator[Alarm | None]:
    """Take in what was told, up to each acknowledgement, which is said in its turn."""
    alarms: list[Alarm | None] = []
    told: list[Notification] = []
    for telling in tellings:
        told += telling.notifications
        if telling.acknowledged is not None:
            alarms += ingestion.receive_all(told=told, at=at) if told else []
            told = []
            group, client = telling.acknowledged
            acknowledgements.acknowledged_elsewhere(group_key=group, client=client, at=at)
    alarms += ingestion.receive_all(told=told, at=at) if told else []
    return iter(alarms)


def _read(one: Arrived) -> _Telling:
    """Read an arrival; its times are as of when it came."""
    key, body = key_of(one.source), bounds.storable_json(one.body)
    try:
        if one.door != "events":
            return _Telling(tuple(scoped(key, told) for told in READERS[one.door](body, one.at)))
        event = read_event(body, one.at, one.headers.get(DEDUP_KEY, ""))
    except NotAnAlarm as refusal:
        return _Telling(problem=" ".join(filter(None, (one.note, str(refusal)))))
    if event.notification is None:
        return _Telling(acknowledged=(scoped_key(key, f"events {event.dedup_key}"), event.client))
    return _Telling((scoped(key, event.notification),))


def put_aside(one: Arrived, why: str, at: datetime) -> Sequence[str]:
    """Raise an alarm about what can't be worked out, once for each key until that is mended."""
    severity = _severity(one.body)
    about = _about(one, severity, why)
    alarm = ingestion.receive(told=about, at=at)
    return [alarm.about] if alarm else []


def _about(
    one: Arrived, severity: Severity, why: str, *, over: datetime | None = None
) -> Notification:
    """Give what is told of arrivals by this key that are put aside."""
    high = process.in_force().alarms.high_severities
    labels = {
        "alertname": "ArrivalPutAside",
        "sender": one.sender,
        "severity": high[0] if severity == "high" and high else "low",
    }
    annotations = {
        "summary": f"What {one.sender} sent can't be worked out",
        "description": f"It may be an alert that nobody sees otherwise. Arrival {one.number}: "
        f"{why} Look at what was sent, mend what is in the way, and try it again.",
    }
    alert = NotifiedAlert(f"put-aside-{severity}", over is None, labels, annotations, one.at, over)
    group = scoped_key(key_of(one.source), "put aside")
    return Notification(group, (alert,), ordered=True)


def _severity(body: bytes) -> Severity:
    """Give how high it is, by what can be seen of it: high unless all that it names is low."""
    if _IS_AN_END.search(body):
        return "low"  # No new alert hides in it.
    high = process.in_force().alarms.high_severities
    named = {found.decode("latin-1").lower() for found in _SEVERITY.findall(body)}
    return "low" if named and not named & {*high, "error"} else "high"


def _tell_mended(one: Arrived, mended: Sequence[int], at: datetime) -> None:
    """End the alarm about what was put aside, if nothing else that it was told as still is."""
    group = scoped_key(key_of(one.source), "put aside")
    alarm = Alarm.objects.filter(group_key=group, state=Alarm.State.FIRING).first()
    aside = Q(outcome="put aside") | Q(due_at__isnull=False)  # Or tried again just now.
    left = Arrival.objects.filter(aside, source=one.source).exclude(pk__in=mended)
    if alarm is None or left.filter(became__contains=[alarm.about]).exists():
        return
    for severity in ("high", "low"):
        ingestion.receive(told=_about(one, severity, "", over=at), at=at)


ALERTS = ArrivalHandler(
    (*READERS, "events"), take, put_aside=put_aside, tries=3, place=place_of
)
