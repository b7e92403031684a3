"""What may not be over: told firing again as before, or flapping. When its time comes, it is said.

What was told over and then firing as before fires once no peer can have been late.
"""

from datetime import datetime

from dutydesk.alarms.flows import homes, ingestion
from dutydesk.alarms.flows.groups import end_rests
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import Notification, family_of, sender_of
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
    told = tuple(alert.telling() for alert in doubted.order_by("pk"))
    now = Alarm.objects.filter(group_key=alarm.group_key, state=Alarm.State.FIRING).first()
    left_out = (now or alarm).truncated
    again = Notification(alarm.group_key, told, left_out, family=family_of(alarm.group_key))
    if (still := homes.still_in(alarm.pk, again, at=at)).alerts:
        ingestion.receive(told=still, at=at)
    doubted.update(doubt_until=None)  # Those that fire now do so in a later alarm.
