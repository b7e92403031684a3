"""Reading what Alertmanager sends.

Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config (version 4).
"""

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
from dutydesk.alarms.rules.notifications import Text, Texts, at_most
from dutydesk.kernel.moments import told_time

_FORMAT = BodyFormat(
    "This is not an Alertmanager webhook",
    "Send Alertmanager's webhook format, version 4.",
    ("alerts",),
)


class _Alert(BaseModel):
    model_config = ConfigDict(frozen=True)

    fingerprint: str = Field(min_length=1, max_length=64)
    status: Literal["firing", "resolved"]
    labels: Texts
    annotations: Texts = Field(default_factory=dict)
    starts_at: Any = Field(None, alias="startsAt")
    ends_at: Any = Field(None, alias="endsAt")
    source: Text = Field("", alias="generatorURL")


class _Notification(BaseModel):
    """Fields that we don't know are let be: newer versions add some."""

    model_config = ConfigDict(frozen=True)

    version: Literal["4"]
    group_key: str = Field(alias="groupKey", min_length=1)
    alerts: tuple[_Alert, ...] = Field(min_length=1)
    truncated: Annotated[int, BeforeValidator(lambda value: value or 0)] = Field(
        0, alias="truncatedAlerts", ge=0
    )

    bounded = model_validator(mode="before")(at_most)


def read_notification(body: bytes, at: datetime) -> notifications.Notification:
    """Read a body that came at `at`, or refuse it with the first thing that is wrong with it."""
    try:
        read = _Notification.model_validate_json(body)
    except ValidationError as error:
        raise _FORMAT.refusal(error) from error
    alerts = tuple(
        notifications.NotifiedAlert(
            fingerprint=one.fingerprint,
            firing=one.status == "firing",
            labels=one.labels,
            annotations=one.annotations,
            starts_at=told_time(one.starts_at, at),
            ends_at=None if one.status == "firing" else told_time(one.ends_at, at),
            source=one.source,
        )
        for one in read.alerts
    )
    return notifications.Notification(read.group_key, alerts, read.truncated, family="")
