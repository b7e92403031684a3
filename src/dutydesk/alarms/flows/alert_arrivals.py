"""Working out what monitoring systems sent, once it is kept: one telling or a thousand."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from dutydesk.alarms.flows import acknowledgements, active_silences, alerts_aside, ingestion
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules import readable_part
from dutydesk.alarms.rules.alertmanager import read_notification
from dutydesk.alarms.rules.cut_body import body_of
from dutydesk.alarms.rules.events import read_event
from dutydesk.alarms.rules.generic import read_generic
from dutydesk.alarms.rules.grafana import read_grafana
from dutydesk.alarms.rules.notifications import (
    NotAnAlarm,
    Notification,
    scoped,
    scoped_key,
)
from dutydesk.alarms.rules.telling_place import DEDUP_KEY, key_of, left_places, place_of
from dutydesk.database import rows
from dutydesk.inbox.flows import work
from dutydesk.inbox.models import Arrival
from dutydesk.kernel.arrivals import LEFT, ArrivalHandler, Arrived, WorkedOut
from dutydesk.kernel.refusals import Refused
from dutydesk.ports.delivery import Undelivered
from dutydesk.process.flows import process

READERS: Mapping[str, Callable[[bytes, datetime], tuple[Notification, ...]]] = {
    "alertmanager": lambda body, at: (read_notification(body, at),),
    "grafana": read_grafana,
    "json": read_generic,
}
LATE = "The same was told anew before this was tried again, so nothing follows from it."
PARTLY_LATE = "Some of it was told anew before this was tried again: only the rest was taken in."
MOST_READ = 5_000
"""So many of what came since in one turn are read; what more may tell counts as told anew."""


@dataclass(frozen=True, slots=True)
class _Telling:
    """What one arrival tells, by the keys that the desk knows; `acknowledged`: by which tool.

    `problem`: what is wrong with it; `unread`: so much that nobody knows what it tells, or what
    the alerts at the places in `left` do.
    """

    notifications: tuple[Notification, ...] = ()
    acknowledged: tuple[str, str] | None = None
    problem: str = ""
    unread: bool = False
    left: str = ""


def take(arrivals: Sequence[Arrived], at: datetime) -> Sequence[WorkedOut]:
    """Work out what was told, in order. What nobody can read is put aside, and harms no other.

    Raises Undelivered where it is no fault of what was told.
    """
    tellings = _still_true(arrivals)
    active_silences.share()
    rows.lock(sorted({str(key_of(one.source)) for one in arrivals}))
    try:
        with process.held():
            alarms = _received(tellings, at)
    except Refused as refusal:
        raise Undelivered(str(refusal)) from refusal
    results = []
    for telling in tellings:
        found = [next(alarms) for _ in telling.notifications]
        about = tuple(dict.fromkeys(alarm.about for alarm in found if alarm))
        results.append(WorkedOut(about, telling.problem, telling.unread, telling.left))
    pairs = zip(arrivals, tellings, strict=True)
    mended = [one for one, telling in pairs if one.told_as and not telling.unread]
    alerts_aside.tell_mended(mended, at)
    return results


@dataclass(frozen=True, slots=True)
class _Since:
    """What was told since: of each group by which arrival last.

    `unread`: up to which arrival nobody looked, by source and turn.
    """

    groups: dict[str, int]
    unread: dict[tuple[str, str], int]

    def last_told(self, one: Arrived) -> Callable[[str], int]:
        """Give what gives by which arrival a group of this one was told of last, 0 if by none."""
        turns = ((one.source, turn) for turn in (place_of(one).turn, one.source, ""))
        unread = max(self.unread.get(turn, 0) for turn in turns)
        return lambda group: max(self.groups.get(group, 0), unread)


def _still_true(arrivals: Sequence[Arrived]) -> Sequence[_Telling]:
    """Read them; leave out of what was put aside whatever was told anew since: it is recorded."""
    tellings = [_read(one) for one in arrivals]
    old = [one for one in arrivals if one.again]
    if not old:
        return tellings
    since = _told_since(old)
    pairs = zip(arrivals, tellings, strict=True)
    return [_current(one, telling, since) if one.again else telling for one, telling in pairs]


def _current(one: Arrived, telling: _Telling, since: _Since) -> _Telling:
    told, said, last = telling.notifications, telling.acknowledged, since.last_told(one)
    left = tuple(each for each in told if last(each.group_key) <= one.number)
    acknowledged = said if said is not None and last(said[0]) <= one.number else None
    if (left, acknowledged) == (told, said):
        return telling
    late = PARTLY_LATE if left else LATE
    problem = " ".join(filter(None, (telling.problem, late)))
    return replace(telling, notifications=left, acknowledged=acknowledged, problem=problem)


def _told_since(old: Sequence[Arrived]) -> _Since:
    """Read what was worked out after the first of these, in each turn the newest first."""
    same = Q(turn__in={place_of(one).turn for one in old})
    many = Q(turn=F("source")) | Q(turn="")  # They may tell of any group of theirs.
    many &= Q(source__in={one.source for one in old})
    told = Q(outcome="done") | Q(outcome="put aside", headers__has_key=LEFT)
    later = Arrival.objects.filter(same | many, told, pk__gt=min(o.number for o in old))
    newest = Window(RowNumber(), partition_by=["source", "turn"], order_by="-pk")
    near = later.annotate(place=newest).filter(place__lte=MOST_READ + 1)
    since = _Since({}, {})
    for row in near.order_by("-pk").iterator(chunk_size=100):
        if row.place > MOST_READ:
            since.unread[row.source, row.turn] = row.pk
            continue
        for each in _was_told(row):
            since.groups.setdefault(each.group_key, row.pk)
    return since


def _was_told(row: Arrival) -> tuple[Notification, ...]:
    """Give what was taken in of an arrival: without what is left of one that is put aside."""
    one = work.arrived(row)
    if row.outcome != Arrival.Outcome.ASIDE:
        return _read(replace(one, headers=_whole(one))).notifications
    return _alerts(one, readable_part.without(body_of(one), left_places(one)))


def _whole(one: Arrived) -> dict[str, str]:
    """Give the headers of an arrival of which nothing is left."""
    return {name: value for name, value in one.headers.items() if name != LEFT}


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
    """Read an arrival; its times are as of when it came. Of one that was cut, what is whole."""
    telling = _read_body(one, body_of(one))
    if not one.note:
        return telling
    return replace(telling, problem=" ".join(filter(None, (one.note, telling.problem))))


def _read_body(one: Arrived, body: bytes) -> _Telling:
    if one.door != "events":
        return _read_alerts(one, body)
    key = key_of(one.source)
    try:
        event = read_event(body, one.at, one.headers.get(DEDUP_KEY, ""))
    except NotAnAlarm as refusal:
        return _Telling(problem=str(refusal), unread=True)
    if event.notification is None:
        return _Telling(acknowledged=(scoped_key(key, f"events {event.dedup_key}"), event.client))
    return _Telling((scoped(key, event.notification),))


def _read_alerts(one: Arrived, body: bytes) -> _Telling:
    """Read one alert or many; of many, what can be read, if it was not taken in before."""
    places = left_places(one)
    body = readable_part.only(body, places) if places else body
    try:
        return _Telling(_alerts(one, body))
    except NotAnAlarm as refusal:
        bad = readable_part.unreadable(body, refusal)
        if bad is None:
            return _Telling(problem=str(refusal), unread=True)
    told = _alerts(one, readable_part.without(body, bad.places))
    if places:
        bad = replace(bad, places=tuple(places[place] for place in bad.places))
    left = " ".join(map(str, bad.places))
    return _Telling(told, problem=str(bad), unread=True, left=left)


def _alerts(one: Arrived, body: bytes) -> tuple[Notification, ...]:
    key = key_of(one.source)
    return tuple(scoped(key, told) for told in READERS[one.door](body, one.at))


ALERTS = ArrivalHandler(
    (*READERS, "events"), take, put_aside=alerts_aside.put_aside, tries=3, place=place_of
)
