"""What becomes of an alert: its service, how high it is, where it is shown, whom it pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from dutydesk.alarms.rules.notifications import runbook_of
from dutydesk.process.rules.model import Alarms, Duty, Severity
from dutydesk.process.rules.routes import AlertRoute, Condition

DEFAULT = "the default"
URGENCY = "urgency"
SERVICE_LABELS = ("service", "namespace", "job")


@dataclass(frozen=True, slots=True)
class Routed:
    """What the process says about one alert.

    `rule`: the route that said so, or the default. `service_names`: the first of these that there
    is; the route's own, `service`, before them all. `duties`: whom to page in this order; empty: as
    the process does.
    """

    rule: str
    service_names: tuple[str, ...]
    severity: Severity
    channel: str
    runbook: str
    duties: tuple[Duty, ...] = ()
    service: str = ""

    @property
    def pages(self) -> bool:
        """Say whether somebody is paged for it."""
        return self.severity == "high"


def route(alarms: Alarms, labels: Mapping[str, str], annotations: Mapping[str, str]) -> Routed:
    """Give what becomes of an alert: the first route that it matches decides, else the default.

    An alert's own runbook comes before its route's. Some microseconds, for a dozen routes.
    """
    taken = next((one for one in alarms.routes if one.meets(labels)), None)
    names = tuple(labels[key] for key in SERVICE_LABELS if labels.get(key))
    severity: Severity = "high" if _urgent(alarms, labels) else "low"
    runbook = runbook_of(annotations)
    if taken is None:
        return Routed(DEFAULT, names, severity, _channel(alarms, severity), runbook)
    severity = taken.priority or severity
    return Routed(
        taken.title,
        (taken.service, *names) if taken.service else names,
        severity,
        taken.channel or _channel(alarms, severity),
        runbook or taken.runbook,
        taken.page,
        taken.service or "",
    )


def _urgent(alarms: Alarms, labels: Mapping[str, str]) -> bool:
    """Say whether the sender calls it high: by its severity, or by the urgency of an event."""
    return alarms.is_high(labels.get("severity", "")) or labels.get(URGENCY) == "high"


def is_high(alarms: Alarms, labels: Mapping[str, str]) -> bool:
    """Say whether somebody is paged for an alert with these labels."""
    return route(alarms, labels, {}).pages


def labels_of(alarms: Alarms, *, high: bool) -> dict[str, str]:
    """Give the labels by which what the desk finds out itself is high or low.

    It has a severity that the process calls so; and it stays high when the process calls others
    so, since it may not be told again for long.
    """
    if not high:
        return {"severity": "low"}
    return {"severity": next(iter(alarms.high_severities), "high"), URGENCY: "high"}


def _channel(alarms: Alarms, severity: Severity) -> str:
    return alarms.high_channel if severity == "high" else alarms.low_channel


@dataclass(frozen=True, slots=True)
class Passed:
    """A route that an alert did not take, and what it did not fulfil."""

    route: AlertRoute
    unmet: tuple[Condition, ...]


def passed(alarms: Alarms, labels: Mapping[str, str]) -> tuple[Passed, ...]:
    """Give the routes that were tried before one matched, and why each did not."""
    found: list[Passed] = []
    for one in alarms.routes:
        if one.meets(labels):
            break
        unmet = tuple(each for each in one.conditions if not each.met_by(labels))
        found.append(Passed(one, unmet))
    return tuple(found)
