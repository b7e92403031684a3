"""Reading what Alertmanager sends.

Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config (version 4).
"""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from dutydesk.alarms.rules import told
from dutydesk.alarms.rules.told import MOST_ALERTS, NotAnAlarm


def _ended(value: Any) -> Any:
    """Alertmanager says the year 1 for “has not ended”."""
    return None if isinstance(value, str) and value.startswith("0001-01-01") else value


class _Alert(BaseModel):
    model_config = ConfigDict(frozen=True)

    fingerprint: str = Field(min_length=1, max_length=64)
    status: Literal["firing", "resolved"]
    labels: dict[str, str]
    annotations: dict[str, str] = Field(default_factory=dict)
    starts_at: AwareDatetime = Field(alias="startsAt")
    ends_at: Annotated[AwareDatetime | None, BeforeValidator(_ended)] = Field(None, alias="endsAt")
    source: str = Field("", alias="generatorURL")


class _Notification(BaseModel):
    """Fields that we don't know are let be: newer versions add some."""

    model_config = ConfigDict(frozen=True)

    version: Literal["4"]
    group_key: str = Field(alias="groupKey", min_length=1, max_length=2000)
    alerts: tuple[_Alert, ...] = Field(min_length=1, max_length=MOST_ALERTS)
    truncated: int = Field(0, alias="truncatedAlerts", ge=0)


def read_notification(body: bytes) -> told.Notification:
    """Read a webhook's body, or refuse with the first thing that is wrong with it."""
    try:
        read = _Notification.model_validate_json(body)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise NotAnAlarm(
            f"This is not an Alertmanager webhook: {where or 'the body'}: {problem['msg']}.",
            "Send Alertmanager's webhook format, version 4.",
        ) from error
    alerts = tuple(
        told.Alert(
            fingerprint=one.fingerprint,
            firing=one.status == "firing",
            labels=one.labels,
            annotations=one.annotations,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            source=one.source,
        )
        for one in read.alerts
    )
    return told.Notification(read.group_key, alerts, read.truncated)
