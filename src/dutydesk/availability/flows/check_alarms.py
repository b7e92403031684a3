"""The alert of a check that fails again and again: told as any monitoring system tells one."""

from datetime import datetime

from dutydesk.alarms.flows import ingestion
from dutydesk.alarms.rules.destination import labels_of
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.availability.models import SourceTerm
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.subjects import subject
from dutydesk.process.flows import process
from dutydesk.process.rules.availability import CheckSource
from dutydesk.process.rules.model import Severity


def follow(term: SourceTerm, source: CheckSource, *, at: datetime) -> None:
    """Raise the alert once the check failed often enough, and end it when it fails no more.

    The caller holds the term's row, and saves it.
    """
    after = source.alarm_after
    if term.alarm_since is None and after and term.failures >= after:
        term.alarm_since = at
        said = f"{term.said[:1].upper()}{term.said[1:]}. " if term.said else ""
        asked = f"{term.detail} is asked every {write_duration(source.every)}"
        told = f"{said}{asked}, and was wrong {term.failures} times in a row."
        ingestion.receive(told=_told(term, told, source.severity), at=at)
    elif term.alarm_since is not None and (not term.failures or not after):
        end(term, at=at)


def end(term: SourceTerm, *, at: datetime) -> None:
    """End the alert, if there is one. The caller saves the term."""
    if term.alarm_since is not None:
        ingestion.receive(told=_told(term, "", "low", ended=at), at=at)
        term.alarm_since = None


def _told(
    term: SourceTerm, description: str, severity: Severity, ended: datetime | None = None
) -> Notification:
    labels = {"alertname": "CheckFailing", "service": term.service.name}
    labels |= labels_of(process.in_force().alarms, high=severity == "high")
    annotations = {
        "summary": f"{term.service.name} doesn't answer as it should",
        "description": description,
    }
    alert = NotifiedAlert(
        fingerprint=f"check-{term.pk}",
        firing=ended is None,
        labels=labels if ended is None else {},
        annotations=annotations if ended is None else {},
        starts_at=term.alarm_since,
        ends_at=ended,
    )
    return Notification(subject("availability", term.service_id), (alert,), ordered=True)
