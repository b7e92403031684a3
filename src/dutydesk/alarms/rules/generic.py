"""Reading the desk's own small JSON, for scripts and tools that know no other format.

One object, or a list of them:

    {"key": "backup-db1", "status": "firing", "title": "The backup failed", "severity": "critical",
     "service": "Prison visits", "description": "...", "runbook": "https://...",
     "labels": {"host": "db1"}, "starts_at": "2026-11-24T10:00:00Z"}

`key` names the thing: what has the same key is the same alarm, and `"status": "resolved"` ends it.
Only `title` must be there, and to end something its `key`.
"""

from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from dutydesk.alarms.rules.notifications import (
    MOST_ALERTS,
    NotAnAlarm,
    Notification,
    NotifiedAlert,
    Text,
    Texts,
)
from dutydesk.kernel.moments import told_time


def _status(given: Any) -> Any:
    """Give what a script may mean by a status: null as left out, and any letters."""
    return given.strip().lower() if isinstance(given, str) else given or "firing"


class _One(BaseModel):
    """Fields that we don't know are let be."""

    model_config = ConfigDict(frozen=True)

    key: Text = ""
    title: Text = ""
    status: Annotated[Literal["firing", "resolved"], BeforeValidator(_status)] = "firing"
    severity: Text = ""
    service: Text = ""
    description: Text = ""
    runbook: Text = ""
    labels: Texts = Field(default_factory=dict)
    starts_at: Any = None


_MANY = TypeAdapter(
    Annotated[
        tuple[_One, ...],
        BeforeValidator(lambda given: given if isinstance(given, list | tuple) else [given]),
        Field(min_length=1),
    ]
)


def read_generic(body: bytes, at: datetime) -> tuple[Notification, ...]:
    """Read what came at `at`, each object as an alarm of its own, or refuse all of it.

    The last that there is room for says how many were left out.
    """
    try:
        read = _MANY.validate_json(body)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise _refuse(f"{where or 'the body'}: {problem['msg']}") from error
    told = tuple(_told(one, at) for one in read[:MOST_ALERTS])
    return (*told[:-1], replace(told[-1], truncated=len(read) - len(told)))


def _refuse(why: str) -> NotAnAlarm:
    return NotAnAlarm(
        f"This can't be read as an alert: {why}.",
        'Send JSON like {"key": "backup", "title": "The backup failed", "severity": "critical"}.',
    )


def _told(one: _One, at: datetime) -> Notification:
    key = one.key or one.title
    if not key:
        raise _refuse("it has neither a key nor a title")
    if one.status == "firing" and not one.title:
        raise _refuse(f"“{key[:60]}” has no title")
    annotations = {
        "summary": one.title,
        "description": one.description,
        "runbook_url": one.runbook,
    }
    named = {"alertname": key[:200], "severity": one.severity[:100], "service": one.service[:100]}
    firing = one.status == "firing"
    alert = NotifiedAlert(
        fingerprint=blake2b(key.encode(), digest_size=8).hexdigest(),
        firing=firing,
        labels={**{name: value for name, value in named.items() if value}, **one.labels},
        annotations={name: value for name, value in annotations.items() if value},
        starts_at=told_time(one.starts_at, at) if firing else at,
        ends_at=None if firing else at,
    )
    return Notification(f"json {key}", (alert,), ordered=True)
