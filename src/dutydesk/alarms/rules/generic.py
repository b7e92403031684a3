"""Reading the desk's own small JSON, for scripts and tools that know no other format.

One object, or a list of them:

    {"key": "backup-db1", "status": "firing", "title": "The backup failed", "severity": "critical",
     "service": "Prison visits", "description": "...", "runbook": "https://...",
     "labels": {"host": "db1"}, "starts_at": "2026-11-24T10:00:00Z"}

`key` names the thing: what has the same key is the same alarm, and `"status": "resolved"` ends it.
Only `title` must be there, and to end something its `key`. Whatever else it holds is shown too.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from dutydesk.alarms.rules.body_format import BodyFormat
from dutydesk.alarms.rules.notifications import (
    MOST_ALERTS,
    Notification,
    NotifiedAlert,
    Text,
    Texts,
    text,
    together,
)
from dutydesk.kernel.moments import told_time

_FORMAT = BodyFormat(
    "This can't be read as an alert",
    'Send JSON like {"key": "backup", "title": "The backup failed", "severity": "critical"}.',
)


def _status(given: Any) -> Any:
    """Give what a script may mean by a status: null as left out, and any letters."""
    return given.strip().lower() if isinstance(given, str) else given or "firing"


class _One(BaseModel):
    """What it says in fields of its own is kept too."""

    model_config = ConfigDict(frozen=True, extra="allow")

    key: Text = ""
    title: Text = ""
    status: Annotated[Literal["firing", "resolved"], BeforeValidator(_status)] = "firing"
    severity: Text = ""
    service: Text = ""
    description: Text = ""
    runbook: Text = ""
    labels: Texts = Field(default_factory=dict)
    starts_at: Any = None

    @model_validator(mode="before")
    @classmethod
    def is_object(cls, given: Any) -> Any:
        """Refuse what is no object."""
        if not isinstance(given, Mapping):
            raise PydanticCustomError("no_object", "Input should be an object")
        return given

    @model_validator(mode="after")
    def named(self) -> Self:
        """Refuse one that can't be told from others, or that nobody would know what it is."""
        if not self.key and not self.title:
            raise PydanticCustomError("unnamed", "it has neither a key nor a title")
        if self.status == "firing" and not self.title:
            key = self.key[:60]
            raise PydanticCustomError("untitled", "“{key}” has no title", {"key": key})
        return self


_ANYTHING = TypeAdapter[Any](Any)
_MANY = TypeAdapter(Annotated[tuple[_One, ...], Field(min_length=1)])


def read_generic(body: bytes, at: datetime) -> tuple[Notification, ...]:
    """Read what came at `at`, each object as an alarm of its own, or refuse all of it.

    The last that there is room for says how many were left out, unread.
    """
    try:
        given = _ANYTHING.validate_json(body)
        listed = given if isinstance(given, list) else [given]
        read = _MANY.validate_python(listed[:MOST_ALERTS])
    except ValidationError as error:
        raise _FORMAT.refusal(error) from error
    told = tuple(_told(one, at) for one in read)
    return (*told[:-1], replace(told[-1], truncated=len(listed) - len(told)))


def _told(one: _One, at: datetime) -> Notification:
    key = one.key or one.title
    own = {"summary": one.title, "description": one.description, "runbook_url": one.runbook}
    more = {name: text(value) for name, value in (one.model_extra or {}).items()}
    named = {"alertname": key[:200], "severity": one.severity[:100], "service": one.service[:100]}
    firing = one.status == "firing"
    alert = NotifiedAlert(
        fingerprint=blake2b(key.encode(), digest_size=8).hexdigest(),
        firing=firing,
        labels={**{name: value for name, value in named.items() if value}, **one.labels},
        annotations=together(own, more),
        starts_at=told_time(one.starts_at, at) if firing else at,
        ends_at=None if firing else at,
    )
    return Notification(f"json {key}", (alert,), ordered=True)
