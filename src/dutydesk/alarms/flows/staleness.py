"""Alerts that fire and are not told of any more: asking about them, and saying so.

Alertmanager repeats what fires, every four hours unless it is set otherwise. What it has not told
of for longer may be over without its end having come: lost with a key that was revoked, left out
of a long list, silenced there meanwhile, or not sent at all.
"""

from datetime import datetime

from django.db.models import QuerySet

from dutydesk.alarms.flows import alertmanager_sync
from dutydesk.alarms.models import Alarm, Alert
from dutydesk.alarms.rules.tellers import TOLD_ONCE
from dutydesk.kernel.subjects import number_of
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import MessageSettled
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.silences import LOOK
from dutydesk.process.flows import process

_KEY = ":look:"
_MOST = 2000


def stale(*, at: datetime) -> QuerySet[Alert]:
    """Give the firing alerts that were not told of for as long as the process says.

    What the desk finds out by itself it tells once, and that lasts until it is well again.
    """
    since = at - process.in_force().alarms.stale_after
    firing = Alert.objects.filter(alarm__state=Alarm.State.FIRING, firing=True)
    theirs = firing.exclude(alarm__group_key__regex=TOLD_ONCE)
    return theirs.filter(told_at__lte=since).select_related("alarm").order_by("alarm", "id")


def look_after(*, at: datetime) -> None:
    """Ask Alertmanager which stale alerts of its own it knows, if the desk can; once in a while.

    The group keys that it makes begin with a brace, after the number of the integration key.
    """
    if not outbox.can_deliver(LOOK):
        return
    asked: dict[int, list[Alert]] = {}
    for alert in stale(at=at).filter(alarm__group_key__contains=" {")[:_MOST]:
        asked.setdefault(alert.alarm_id, []).append(alert)
    for alerts in asked.values():
        about = alerts[0].alarm.about
        outbox.enqueue(
            key=f"{about}{_KEY}{at.replace(minute=0):%Y%m%dT%H%M}",
            kind=LOOK,
            subject=about,
            payload={
                "fingerprints": [one.fingerprint for one in alerts][
                    : alertmanager_sync.MOST_LOOKED_AT
                ],
                "what": "Asking Alertmanager which alerts still fire",
            },
            at=at,
        )


def concerned(event: MessageSettled) -> bool:
    """Say whether the outbox message looked at the stale alerts of an alarm."""
    return event.message_kind == LOOK and event.delivered and event.key.startswith("alarm:")


def settled(*, event: MessageSettled, at: datetime) -> None:
    """Take what Alertmanager knows no more as resolved, unless it was told of meanwhile."""
    message = OutboxMessage.objects.get(key=event.key)
    number = number_of(event.key.partition(_KEY)[0], "alarm")
    mine = Alert.objects.filter(alarm=number, firing=True, told_at__lt=message.queued_at)
    alertmanager_sync.resolve_gone(mine.select_related("alarm"), message, at)
