"""What was told over and then firing as before: it fires once no peer can have been late."""

from datetime import datetime

from dutydesk.alarms.flows import receiving, timers
from dutydesk.alarms.models import Alert
from dutydesk.alarms.rules.told import Alert as Told
from dutydesk.alarms.rules.told import Notification
from dutydesk.commitments import flows as commitments
from dutydesk.commitments.flows import CommitmentDue
from dutydesk.kernel.subjects import number_of


def due(*, fact: CommitmentDue, at: datetime) -> None:
    """Take the alerts of an alarm for firing that were in doubt until now."""
    if fact.sort != timers.DOUBT or commitments.still_owed(fact) is None:
        return
    commitments.keep(kind=fact.sort, subject=fact.subject, at=at)
    doubted = Alert.objects.filter(
        alarm=number_of(fact.subject, "alarm"), firing=False, doubt_until__lte=at
    )
    alerts = [one for one in doubted.select_related("alarm") if not _is_elsewhere(one)]
    if alerts:
        alarm = alerts[0].alarm
        told = Notification(alarm.group_key, tuple(map(_told, alerts)), alarm.truncated)
        receiving.receive(told=told, at=at)


def _is_elsewhere(alert: Alert) -> bool:
    """Say whether a later alarm of the group knows better."""
    later = Alert.objects.filter(
        fingerprint=alert.fingerprint,
        alarm__group_key=alert.alarm.group_key,
        alarm__gt=alert.alarm_id,
    )
    return later.exists()


def _told(alert: Alert) -> Told:
    """Give what was told last of the alert."""
    return Told(
        fingerprint=alert.fingerprint,
        firing=True,
        labels=alert.labels,
        annotations=alert.annotations,
        starts_at=alert.starts_at,
        source=alert.source,
    )
