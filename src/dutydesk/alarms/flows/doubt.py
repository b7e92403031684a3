"""What may not be over: told firing again as before, or flapping. When its time comes, it is said.

What was told over and then firing as before fires once no peer can have been late.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef

from dutydesk.alarms.flows import ingestion
from dutydesk.alarms.flows.groups import end_rests
from dutydesk.alarms.models import Alarm, Alert
from dutydesk.alarms.rules.notifications import Notification, sender_of
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentDue
from dutydesk.database import rows
from dutydesk.kernel.subjects import number_of


def due(*, event: CommitmentDue, at: datetime) -> None:
    """Settle what is unsettled of an alarm by now: as whoever takes in what its sender tells.

    Its sender's turn comes before the promise, so that neither waits for the other.
    """
    alarm = Alarm.objects.filter(pk=number_of(event.subject, "alarm")).first()
    if alarm is not None:
        rows.lock([sender_of(alarm.group_key)])
    if commitments.keep_told(event, at=at) is not None and alarm is not None:
        _settle(alarm, at)


def _settle(alarm: Alarm, at: datetime) -> None:
    """End what rested, and take for firing what was in doubt until now."""
    if alarm.alerts.filter(rests_until__lte=at).exists():
        ingestion.reconsider(alarms=[alarm.pk], at=at, change=lambda group: end_rests(group, at))
    doubted = alarm.alerts.filter(firing=False, doubt_until__lte=at)
    # A later alarm of the group knows better of what is in it too.
    later = Alert.objects.filter(
        fingerprint=OuterRef("fingerprint"),
        alarm__group_key=alarm.group_key,
        alarm__gt=alarm.pk,
    )
    alerts = list(doubted.exclude(Exists(later)).order_by("pk"))
    if alerts:
        told = tuple(alert.telling() for alert in alerts)
        ingestion.receive(told=Notification(alarm.group_key, told, alarm.truncated), at=at)
    doubted.update(doubt_until=None)  # Those that fire now do so in a later alarm.
