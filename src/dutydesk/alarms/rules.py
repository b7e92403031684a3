"""Reading what Alertmanager sends, and deciding how much an alarm matters.

Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config (version 4).
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from dutydesk.kernel.refusals import Refused
from dutydesk.process.rules.model import Severity

LARGEST_BODY = 2_000_000


class NotAnAlarm(Refused):
    """The body is not what Alertmanager sends."""


def _ended(value: Any) -> Any:
    """Alertmanager says the year 1 for “has not ended”."""
    return None if isinstance(value, str) and value.startswith("0001-01-01") else value


class Alert(BaseModel):
    """One firing thing, known by its fingerprint; `starts_at` tells a new firing from a repeat."""

    model_config = ConfigDict(frozen=True)

    fingerprint: str = Field(min_length=1, max_length=64)
    status: Literal["firing", "resolved"]
    labels: dict[str, str]
    annotations: dict[str, str] = Field(default_factory=dict)
    starts_at: AwareDatetime = Field(alias="startsAt")
    ends_at: Annotated[AwareDatetime | None, BeforeValidator(_ended)] = Field(None, alias="endsAt")
    source: str = Field("", alias="generatorURL")


class Notification(BaseModel):
    """Alerts that belong together, by group key. Fields that we don't know are let be."""

    model_config = ConfigDict(frozen=True)

    version: Literal["4"]
    group_key: str = Field(alias="groupKey", min_length=1, max_length=2000)
    alerts: tuple[Alert, ...] = Field(min_length=1, max_length=5000)
    truncated: int = Field(0, alias="truncatedAlerts", ge=0)


def read_notification(body: bytes) -> Notification:
    """Read a webhook's body, or refuse with the first thing that is wrong with it."""
    try:
        return Notification.model_validate(json.loads(body))
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise NotAnAlarm(
            f"This is not an Alertmanager webhook: {where or 'the body'}: {problem['msg']}.",
            "Send Alertmanager's webhook format, version 4.",
        ) from error
    except (ValueError, RecursionError) as error:
        raise NotAnAlarm(
            "The body is not JSON.", "Send Alertmanager's webhook format, version 4."
        ) from error


def severity_of(labels: Iterable[dict[str, str]], high: tuple[str, ...]) -> Severity:
    """Give high if any of the alerts' `severity` labels is among `high`, else low."""
    return "high" if any(one.get("severity", "").lower() in high for one in labels) else "low"


def title_of(labels: dict[str, str], annotations: dict[str, str]) -> str:
    """Give what the alert is called: its summary, else its name."""
    summary = annotations.get("summary") or annotations.get("message", "")
    return (summary or labels.get("alertname", "An alert without a name"))[:200]


def is_new_firing(known: datetime, starts_at: datetime) -> bool:
    """Say whether the alert fired anew since we knew of it, rather than being told again."""
    return starts_at > known
