"""Reading what a webhook contact point of Grafana Alerting sends.

Source: https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
Alerts about the rule's own health:
https://grafana.com/docs/grafana/latest/alerting/fundamentals/alert-rule-evaluation/stale-alert-instances/
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from dutydesk.alarms.rules import notifications
from dutydesk.alarms.rules.body_format import BodyFormat
from dutydesk.alarms.rules.notifications import Text, Texts, at_most, text, together
from dutydesk.kernel.moments import told_time

_FORMAT = BodyFormat(
    "This is not a webhook of Grafana Alerting",
    "Use a contact point of the kind Webhook, without a payload of your own.",
    ("alerts",),
)
_TEST = {"alertname": "TestAlert", "instance": "Grafana"}
_UNHEALTHY = {"DatasourceNoData": "No data", "DatasourceError": "The query failed"}


def _measured(value: Any) -> Any:
    """Give what was measured by its names, whatever that is; null as left out."""
    return value if isinstance(value, Mapping) else {} if value is None else {"value": value}


class _Alert(BaseModel):
    model_config = ConfigDict(frozen=True)

    fingerprint: str = Field(min_length=1, max_length=64)
    status: Literal["firing", "resolved"]
    labels: Texts
    annotations: Texts = Field(default_factory=dict)
    starts_at: Any = Field(None, alias="startsAt")
    ends_at: Any = Field(None, alias="endsAt")
    source: Text = Field("", alias="generatorURL")
    silence: Text = Field("", alias="silenceURL")
    dashboard: Text = Field("", alias="dashboardURL")
    panel: Text = Field("", alias="panelURL")
    image: Text = Field("", alias="imageURL")
    values: Annotated[dict[str, Any], BeforeValidator(_measured)] = Field(default_factory=dict)
    value_string: Text = Field("", alias="valueString")


class _Notification(BaseModel):
    """Fields that we don't know are let be: newer versions add some."""

    model_config = ConfigDict(frozen=True)

    version: Literal["1"]
    group_key: str = Field(alias="groupKey", min_length=1)
    organisation: int = Field(1, alias="orgId", ge=0, le=10**12)
    external: str = Field("", alias="externalURL", max_length=400)
    alerts: tuple[_Alert, ...] = Field(min_length=1)
    truncated: Annotated[int, BeforeValidator(lambda value: value or 0)] = Field(
        0, alias="truncatedAlerts", ge=0
    )

    bounded = model_validator(mode="before")(at_most)


def read_grafana(body: bytes, at: datetime) -> tuple[notifications.Notification, ...]:
    """Read a body that came at `at`, or refuse it with the first thing that is wrong with it.

    Grafana's test notification fires and is over at once, since nothing ever ends it.
    """
    try:
        read = _Notification.model_validate_json(body)
    except ValidationError as error:
        raise _FORMAT.refusal(error) from error
    family = f"grafana {read.external} {read.organisation} "
    alerts = tuple(_told(one, at) for one in read.alerts)
    firing = notifications.Notification(
        family + read.group_key, alerts, read.truncated, family=family
    )
    if not _is_test(read):
        return (firing,)
    over = tuple(_over(alert, at) for alert in alerts)
    return firing, notifications.Notification(family + read.group_key, over, family=family)


def _is_test(read: _Notification) -> bool:
    """Say whether somebody pressed Test. Real group keys begin with their route, in braces."""
    labels = read.alerts[0].labels
    named = labels.get("instance") == _TEST["instance"]
    return named and (
        labels.get("alertname") == _TEST["alertname"] or not read.group_key.startswith("{")
    )


def _over(alert: notifications.NotifiedAlert, at: datetime) -> notifications.NotifiedAlert:
    return notifications.NotifiedAlert(
        fingerprint=alert.fingerprint,
        firing=False,
        labels=alert.labels,
        annotations=alert.annotations,
        starts_at=alert.starts_at,
        ends_at=alert.starts_at or at,
        source=alert.source,
    )


def _told(one: _Alert, at: datetime) -> notifications.NotifiedAlert:
    told = {name: text(value) for name, value in one.values.items()}
    measured = ", ".join(f"{name} = {value}" for name, value in told.items() if value)
    more = {
        "values": measured or one.value_string,
        "dashboard_url": one.dashboard,
        "panel_url": one.panel,
        "image_url": one.image,
        "silence_url": one.silence,
    }
    return notifications.NotifiedAlert(
        fingerprint=one.fingerprint,
        firing=one.status == "firing",
        labels=one.labels,
        annotations=together(more, _honest(one)),
        starts_at=told_time(one.starts_at, at),
        ends_at=None if one.status == "firing" else told_time(one.ends_at, at),
        source=one.source,
    )


def _honest(one: _Alert) -> dict[str, str]:
    """Give the annotations; an alert about the rule's health must not claim what the rule says."""
    wrong = _UNHEALTHY.get(one.labels.get("alertname", ""))
    rule = one.labels.get("rulename", "")
    if not wrong or not rule:
        return one.annotations
    claims = (one.annotations.get(key, "") for key in ("summary", "description"))
    return {
        **one.annotations,
        "summary": f"{wrong}: {rule}",
        "description": "\n".join(
            ["The rule can't be judged, so what it watches may be well.", *filter(None, claims)]
        ),
    }
