"""What may not be over: told firing again as before, or flapping. When its time comes, it is said.

What was told over and then firing as before fires once no peer can have been late.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef

from dutydesk.alarms.flows import ingestion
from dutydesk.alarms.flows.groups import end_rests
from dutydesk.alarms.models import Alert
from dutydesk.alarms.rules.notifications import Notification
from dutydesk.alarms.rules.promises import DOUBT
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentDue
from dutydesk.kernel.subjects import number_of


def due(*, event: CommitmentDue, at: datetime) -> None:
    """Take the alerts of an alarm for firing that were in doubt until now, and end what rested."""
    if commitments.still_owed(event) is None:
        return
    commitments.keep(kind=DOUBT, subject=event.subject, at=at)
    number = number_of(event.subject, "alarm")
    if Alert.objects.filter(alarm=number, rests_until__lte=at).exists():
        ingestion.reconsider(alarms=[number], at=at, change=lambda group: end_rests(group, at))
    doubted = Alert.objects.filter(alarm=number, firing=False, doubt_until__lte=at)
    # A later alarm of the group knows better of what is in it too.
    later = Alert.objects.filter(
        fingerprint=OuterRef("fingerprint"),
        alarm__group_key=OuterRef("alarm__group_key"),
        alarm__gt=OuterRef("alarm"),
    )
    alerts = list(doubted.exclude(Exists(later)).select_related("alarm"))
    if alerts:
        alarm = alerts[0].alarm
        told = Notification(
            alarm.group_key, tuple(alert.telling() for alert in alerts), alarm.truncated
        )
        ingestion.receive(told=told, at=at)
    doubted.update(doubt_until=None)  # Those that fire now do so in a later alarm.
