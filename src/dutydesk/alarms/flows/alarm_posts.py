"""What is said about an alarm: its post, and the page that it wants."""

from datetime import datetime

from dutydesk.alarms import words
from dutydesk.alarms.flows import active_silences
from dutydesk.alarms.flows.active_silences import ActiveSilences
from dutydesk.alarms.flows.groups import AlertGroup
from dutydesk.alarms.models import Alarm, Alert
from dutydesk.alarms.rules.page_details import MOST_ALERTS, PagedAlert, common, details_of
from dutydesk.chat.flows.desk_posts import DeskPost
from dutydesk.oncall.flows.escalation import PageRequest
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Alarms


def wanted(alarm: Alarm, group: AlertGroup) -> PageRequest:
    """Give the page that an alarm wants."""
    current = process.in_force()
    told = details_of(
        [_paged(alert, firing.but, alarm.runbook) for alert, firing in group.ranked[:MOST_ALERTS]],
        current.zone,
        more=max(0, len(group.ranked) - MOST_ALERTS),
        left_out=alarm.truncated,
    )
    flaps = flapping(alarm)
    called = (alert.called_at for alert, firing in group.ranked if firing.high and not firing.quiet)
    return PageRequest(
        about=alarm.about,
        title=alarm.title,
        details=f"It flaps: {flaps}.\n{told}" if flaps else told,
        anyway=alarm.service is not None and alarm.service.page_anyway,
        thread_key=alarm.post_key,
        service=alarm.service_id,
        duties=tuple(alarm.duties),
        since=max(filter(None, called), default=None),
    )


def flapping(alarm: Alarm) -> str:
    """Say how often it began, if it flaps; else nothing."""
    if alarm.flapped_since is None:
        return ""
    current = process.in_force()
    return words.flapping(
        count=alarm.flapped,
        since=alarm.flapped_since,
        until=alarm.rests_until,
        rule=current.alarms.flapping,
        zone=current.zone,
    )


def _paged(alert: Alert, but: str, runbook: str) -> PagedAlert:
    return PagedAlert(
        title=alert.title,
        since=min(alert.starts_at, alert.told_at),
        service=alert.service.name if alert.service else "",
        annotations=alert.annotations,
        source=alert.source,
        labels=alert.labels,
        runbook=runbook,
        but=but,
    )


def shown(
    alarm: Alarm, group: AlertGroup, quiet: ActiveSilences, rules: Alarms, at: datetime
) -> DeskPost:
    """Give the alarm's post as it is to stand now."""
    silenced = active_silences.told(alarm=alarm, quiet=quiet, at=at)
    service = alarm.service.name if alarm.service else ""
    only = group.known.values() if alarm.firing_count + alarm.resolved_count == 1 else ()
    labels = [one.labels for one in group.going_on or only]
    message = words.alarm(
        about=alarm.about,
        title=alarm.title,
        high=alarm.severity == Alarm.Severity.HIGH,
        counts=words.Counts(
            alarm.firing_count, alarm.resolved_count, alarm.truncated, alarm.rests_until is not None
        ),
        description=alarm.description,
        facts={
            "Service": service,
            "Labels": common(labels, (alarm.title, service)),
            "Runbook": alarm.runbook,
            "Silenced": silenced,
            "Flaps": flapping(alarm),
            "Incident": alarm.incident.removeprefix("incident:"),
        },
        quiet=bool(silenced),
        incident=bool(alarm.incident),
    )
    channel = rules.high_channel if alarm.peak == Alarm.Severity.HIGH else rules.low_channel
    return DeskPost(alarm.post_key, alarm.channel or channel, message)
