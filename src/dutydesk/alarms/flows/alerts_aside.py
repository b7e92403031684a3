"""An alarm of its own about what was sent and can't be worked out, until that is mended."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from dutydesk.alarms.flows import ingestion
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules import readable_part
from dutydesk.alarms.rules.cut_body import body_of
from dutydesk.alarms.rules.destination import labels_of
from dutydesk.alarms.rules.notifications import (
    Notification,
    NotifiedAlert,
    scoped_key,
)
from dutydesk.alarms.rules.telling_place import key_of, left_places
from dutydesk.inbox.models import Arrival
from dutydesk.kernel import bounds
from dutydesk.kernel.arrivals import Arrived
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Severity, plain_severity

_IS_AN_END = re.compile(rb'"event_action"\s*:\s*"(?:resolve|acknowledge)"')
_SEVERITY = re.compile(rb'"(?:severity|priority)"\s*:\s*"([^"\\]{1,40})"', re.IGNORECASE)


def put_aside(
    arrivals: Sequence[Arrived], why: Sequence[str], at: datetime
) -> Sequence[Sequence[str]]:
    """Raise an alarm about what can't be worked out, one for each key until that is mended.

    It is told once for each key and severity, however many there are.
    """
    kinds = [(one.source, _severity(_left(one))) for one in arrivals]
    last = {kind: (one, reason) for kind, one, reason in zip(kinds, arrivals, why, strict=True)}
    told = [
        _about(one, severity, reason, count=kinds.count((source, severity)))
        for (source, severity), (one, reason) in last.items()
    ]
    alarms = dict(zip(last, ingestion.receive_all(told=told, at=at), strict=True))
    return [[alarm.about] if (alarm := alarms[kind]) else [] for kind in kinds]


def tell_mended(mended: Sequence[Arrived], at: datetime) -> None:
    """End the alarms about what was put aside, where nothing else told as one of them still is."""
    if not mended:
        return
    groups = {_group(one): one for one in mended}
    firing = Alarm.objects.filter(group_key__in=groups, state=Alarm.State.FIRING)
    aside = Q(outcome="put aside") | Q(due_at__isnull=False)  # Or tried again just now.
    still = Arrival.objects.filter(aside, source__in={one.source for one in mended})
    left = still.exclude(pk__in=[one.number for one in mended]).values_list("became", flat=True)
    named = {about for became in left for about in became}
    over = [
        _about(groups[alarm.group_key], severity, "", over=at)
        for alarm in firing.order_by("pk")
        for severity in _SEVERITIES
        if alarm.about not in named
    ]
    if over:
        ingestion.receive_all(told=over, at=at)


_SEVERITIES: Sequence[Severity] = ("high", "low")


def _group(one: Arrived) -> str:
    return scoped_key(key_of(one.source), "put aside")


def _about(
    one: Arrived, severity: Severity, why: str, *, count: int = 1, over: datetime | None = None
) -> Notification:
    """Give what is told of arrivals by this key that are put aside; of many, about the last."""
    labels = {"alertname": "ArrivalPutAside", "sender": one.sender}
    labels |= labels_of(process.in_force().alarms, high=severity == "high")
    which = "Arrival" if count == 1 else f"{count} at once, the last arrival"
    annotations = {"summary": f"What {one.sender} sent can't be worked out"}
    if over is None:
        annotations["description"] = (
            f"It may be an alert that nobody sees otherwise. {which} {one.number}: {why} "
            "Look at what was sent, mend what is in the way, and try it again."
        )
    alert = NotifiedAlert(f"put-aside-{severity}", over is None, labels, annotations, one.at, over)
    return Notification(_group(one), (alert,), ordered=True)


def _left(one: Arrived) -> bytes:
    """Give what of an arrival can't be worked out: all of it, or the part that is left."""
    left = left_places(one)
    return readable_part.only(body_of(one), left) if left else bounds.in_utf8(one.body)


def _severity(body: bytes) -> Severity:
    """Give how high it is, by what can be seen of it: high unless all that it names is low."""
    if _IS_AN_END.search(body):
        return "low"  # No new alert hides in it.
    rules = process.in_force().alarms
    named = [plain_severity(found.decode("latin-1")) for found in _SEVERITY.findall(body)]
    urgent = any(one == "error" or rules.is_high(one) for one in named)
    return "low" if named and not urgent else "high"
