"""One alert that begins or gets worse again and again: when that was, and how long it rests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dutydesk.alarms.models import Alert
from dutydesk.alarms.rules import flaps
from dutydesk.alarms.rules.alert_state import AlertState
from dutydesk.alarms.rules.destination import is_high
from dutydesk.process.rules.model import Alarms, Flapping


def rest(
    alert: Alert, state: AlertState, begun: Sequence[str], rule: Flapping, at: datetime
) -> None:
    """Keep when it began; let it rest from when it ended, if it flaps and the rest isn't over."""
    if state.began:
        began = min(state.latest_start, at)
        alert.begun = flaps.beginnings(alert.begun or begun, rule.within, began)
    elif alert.firing and not state.firing:
        until = flaps.rests_until(alert.begun, rule, min(state.ends_at or at, at))
        alert.rests_until = until if until is not None and until > at else None


@dataclass(frozen=True, slots=True)
class AlertBefore:
    """How an alert was; `held_until`: it flaps, and counted as high until then."""

    firing: bool
    labels: Mapping[str, str]
    held_until: datetime | None

    @classmethod
    def of(cls, alert: Alert) -> "AlertBefore":
        """Give how an alert is."""
        return cls(alert.firing, alert.labels, alert.rests_until if alert.holds else None)


def swing(alert: Alert, before: AlertBefore, began: bool, rules: Alarms, at: datetime) -> None:
    """Take getting worse for a beginning; let what flaps and eases count as high for its rest.

    So one that swings between severities is called for once. The alert fires.
    """
    if before.held_until is None and (began or alert.labels == before.labels):
        return
    high, was_high = is_high(rules, alert.labels), before.firing and is_high(rules, before.labels)
    if high and not was_high and not began:
        alert.begun = flaps.beginnings(alert.begun, rules.flapping.within, at)
    elif was_high and not high and alert.called_at is not None:
        alert.rests_until = flaps.rests_until(alert.begun, rules.flapping, at)
    elif not high and before.held_until is not None and before.held_until > at:
        alert.rests_until = before.held_until
