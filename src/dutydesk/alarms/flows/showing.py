"""What is said about an alarm: its post, and the page that it wants."""

from collections.abc import Iterable
from datetime import datetime

from dutydesk.alarms import words
from dutydesk.alarms.flows import quieting
from dutydesk.alarms.flows.quieting import Quiet
from dutydesk.alarms.models import Alarm, Alert
from dutydesk.chat.flows.saying import Shown
from dutydesk.kernel.subjects import subject
from dutydesk.oncall.flows.paging import Wanted
from dutydesk.process.rules.model import Alarms


def wanted(alarm: Alarm, alerts: Iterable[Alert]) -> Wanted:
    """Give the page that an alarm wants."""
    firing = [alert.title for alert in alerts if alert.firing]
    return Wanted(
        about=subject("alarm", alarm.pk),
        title=alarm.title,
        details="\n".join(firing[:10]),
        anyway=alarm.service is not None and alarm.service.page_anyway,
        thread_key=_post_key(alarm),
        service=alarm.service_id,
        duties=tuple(alarm.duties),
    )


def _post_key(alarm: Alarm) -> str:
    """Give the key of the alarm's post: one in each channel that it was worth."""
    return f"alarm:{alarm.pk}:{alarm.severity}"


def shown(alarm: Alarm, quiet: Quiet, channels: Alarms, at: datetime) -> Shown:
    """Give the alarm's post as it is to stand now."""
    high = alarm.severity == Alarm.Severity.HIGH
    message = words.alarm(
        about=subject("alarm", alarm.pk),
        title=alarm.title,
        high=high,
        counts=(alarm.firing_count, alarm.resolved_count),
        service=alarm.service.name if alarm.service else "",
        runbook=alarm.runbook,
        description=alarm.description,
        silenced=quieting.told(alarm=alarm, quiet=quiet, at=at),
    )
    channel = channels.high_channel if high else channels.low_channel
    return Shown(_post_key(alarm), alarm.channel or channel, message)
