"""Reading events as PagerDuty's Events API v2 takes them, and answering as it does.

A sender needs another host and routing key, and nothing else.
Sources: https://developer.pagerduty.com/docs/events-api-v2-overview (answers, limits) and
https://developer.pagerduty.com/docs/send-alert-event (fields).
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Literal, get_args
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dutydesk.alarms.rules.destination import SERVICE_LABELS, URGENCY
from dutydesk.alarms.rules.notifications import (
    NotAnAlarm,
    Notification,
    NotifiedAlert,
    one_line,
    text,
    together,
)
from dutydesk.kernel import bounds
from dutydesk.kernel.moments import told_time

ROUTING_KEY_LENGTH = 32

Action = Literal["trigger", "acknowledge", "resolve"]
_ACTIONS: Mapping[str, Action] = {action: action for action in get_args(Action)}
_SEVERITIES = ("critical", "error", "warning", "info")
# Of high urgency there, like `critical`, which the process calls high by itself:
# https://support.pagerduty.com/main/docs/dynamic-notifications
_URGENT = "error"
_ROUTING_KEY = re.compile(rb'"routing_key"\s*:\s*"([A-Za-z0-9_-]{32})"')
_LABEL_LINE = re.compile(r"^ *- ([a-z]+) = (.+)$", re.MULTILINE)
_LABELS = ("source", "component", "group", "class")


class NotAnEvent(NotAnAlarm):
    """The body is no event; `errors` says everything that is wrong with it, as the vendor does."""

    def __init__(self, errors: Sequence[str]) -> None:
        """Refuse with all that is wrong."""
        self.errors = tuple(errors)
        super().__init__(
            f"This is not an event: {'; '.join(self.errors)}.", "Send the Events API v2 format."
        )


@dataclass(frozen=True, slots=True)
class SentEvent:
    """One event. `notification` is what there is to store: None for an acknowledgement.

    `client` is the tool that sent it, if it says so.
    """

    action: Action
    dedup_key: str
    notification: Notification | None
    client: str = ""


class _Event(BaseModel):
    """Anything that a field could be; what it must be is told in the vendor's words."""

    model_config = ConfigDict(frozen=True)

    routing_key: Any = None
    event_action: Any = None
    dedup_key: Any = None
    payload: Any = None
    client: Any = None
    client_url: Any = None
    links: Any = None
    images: Any = None


class _Payload(BaseModel):
    model_config = ConfigDict(frozen=True)

    summary: Any = None
    source: Any = None
    severity: Any = None
    timestamp: Any = None
    component: Any = None
    group: Any = None
    kind: Any = Field(None, alias="class")
    custom_details: Any = None


@dataclass(frozen=True, slots=True)
class EventKeys:
    """What an event is let in by, and what names it; made up if its sender does not name it."""

    routing_key: str
    dedup_key: str
    named: bool


def read_keys(body: bytes, routing_key: str = "") -> EventKeys:
    """Read by which key an event comes, and its name; refuse what is no event, or has no key.

    One that is broken, or was cut, is let in by the key that can be seen.
    `routing_key`: that of the header `X-Routing-Key`, for senders that don't put it in the body.
    """
    try:
        read = _read(body)
    except NotAnEvent:
        found = _ROUTING_KEY.search(body)
        if b'"event_action"' not in body or not (routing_key or found):
            raise
        return EventKeys(found[1].decode() if found else routing_key, str(uuid4()), False)
    key, name = _text(read.routing_key) or routing_key, _name(read.dedup_key)
    errors = [*_wrong_key(key)]
    if read.event_action is None:
        errors.append("'event_action' is missing or blank")
    if errors:
        raise NotAnEvent(errors)
    return EventKeys(key, name or str(uuid4()), bool(name))


def key_in(body: bytes, routing_key: str = "") -> str:
    """Give the routing key that can be seen, whatever else is wrong; empty if there is none."""
    found = _ROUTING_KEY.search(bounds.in_utf8(body))
    return found[1].decode() if found else routing_key


def without_key(body: bytes, routing_key: str) -> bytes:
    """Give a body in which the key is written over, whichever letters its sender escaped."""
    body, stars = bounds.in_utf8(body), b"*" * len(routing_key)
    body = body.replace(routing_key.encode(), stars)
    if b"\\u00" not in body:
        return body
    letters = (rf"(?:{re.escape(letter)}|\\u(?i:{ord(letter):04x}))" for letter in routing_key)
    return re.sub("".join(letters).encode(), stars, body)


def read_event(body: bytes, at: datetime, dedup_key: str = "") -> SentEvent:
    """Read an event that came at `at`, or refuse with everything that is wrong with it.

    `dedup_key`: what names it if its sender doesn't.
    """
    read = _read(body)
    payload = _payload(read.payload)
    errors = [*_wrong_action(read), *_wrong_payload(read.event_action, read.payload, payload)]
    if errors:
        raise NotAnEvent(errors)
    action = _ACTIONS[read.event_action]
    dedup_key = _name(read.dedup_key) or dedup_key
    told = None
    if action != "acknowledge":
        alert = _alert(action, dedup_key, read, payload, at)
        told = Notification(f"events {dedup_key}", (alert,), ordered=True)
    return SentEvent(action, dedup_key, told, _text(read.client))


def _read(body: bytes) -> _Event:
    try:
        return _Event.model_validate_json(body)
    except ValidationError as error:
        raise NotAnEvent(["The body is not a JSON object"]) from error


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _name(value: Any) -> str:
    """Give a name as text, whatever it is: some senders name things by number."""
    return text(value).strip()


def _payload(given: Any) -> _Payload:
    return _Payload.model_validate(given if isinstance(given, Mapping) else {})


def _wrong_key(key: str) -> list[str]:
    if not key:
        return ["'routing_key' is missing or blank"]
    if len(key) != ROUTING_KEY_LENGTH:
        return ["Length of 'routing_key' is incorrect (should be 32 characters)"]
    return []


def _wrong_action(read: _Event) -> list[str]:
    errors = []
    action = _text(read.event_action)
    if not action:
        errors.append("'event_action' is missing or blank")
    elif read.event_action not in _ACTIONS:
        errors.append(
            "'event_action' is invalid (must be one of the following: 'trigger', 'acknowledge' or "
            "'resolve')"
        )
    if action in ("acknowledge", "resolve") and not _name(read.dedup_key):
        errors.append("'dedup_key' is missing or blank")
    return errors


def _wrong_payload(action: Any, given: Any, payload: _Payload) -> list[str]:
    """Say what is wrong. A long summary is cut, where the vendor refuses it."""
    if action != "trigger":
        return []
    if not isinstance(given, Mapping):
        return ["'payload' is missing or blank"]
    needed = {
        "summary": payload.summary,
        "source": payload.source,
        "severity": payload.severity,
    }
    errors = [
        f"'payload.{name}' is missing or blank"
        for name, value in needed.items()
        if not _text(value)
    ]
    if _text(payload.severity) and payload.severity not in _SEVERITIES:
        errors.append(
            "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', "
            "'error' or 'info')"
        )
    return errors


def _alert(
    action: Action, dedup_key: str, read: _Event, payload: _Payload, at: datetime
) -> NotifiedAlert:
    """Give what happened as an alert."""
    resolved = action == "resolve"
    return NotifiedAlert(
        fingerprint=blake2b(dedup_key.encode(), digest_size=8).hexdigest(),
        firing=not resolved,
        labels=_labels(payload),
        annotations=_annotations(read, payload),
        starts_at=at if resolved else told_time(payload.timestamp, at),
        ends_at=at if resolved else None,
        source=_text(read.client_url),
    )


def _labels(payload: _Payload) -> dict[str, str]:
    values = (payload.source, payload.component, payload.group, payload.kind)
    found = {name: _name(value) for name, value in zip(_LABELS, values, strict=True)}
    found["severity"] = severity = _text(payload.severity)
    found[URGENCY] = "high" if severity == _URGENT else ""
    found |= _service_labels(payload.custom_details)
    found["alertname"] = found["class"] or _text(payload.summary)[:200]
    return {name: value for name, value in found.items() if value}


def _service_labels(details: Any) -> dict[str, str]:
    """Give by which labels a service is known: details of their own, or those of what fires.

    Alertmanager tells the labels of each alert, as lines of a text or as JSON; the first alert's
    count. Source: DefaultPagerdutyDetails and `__text_alert_list` in
    https://github.com/prometheus/alertmanager (config/notifiers.go, template/default.tmpl).
    """
    given = details if isinstance(details, Mapping) else {}
    told = _first_labels(given.get("firing") or given.get("resolved"))
    return {name: _text(given.get(name)) or _text(told.get(name)) for name in SERVICE_LABELS}


def _first_labels(alerts: Any) -> Mapping[str, Any]:
    if isinstance(alerts, str):
        return dict(_LABEL_LINE.findall(alerts.partition("Annotations:")[0]))
    first = alerts[0] if isinstance(alerts, list) and alerts else None
    labels = first.get("labels") if isinstance(first, Mapping) else None
    return labels if isinstance(labels, Mapping) else {}


def _annotations(read: _Event, payload: _Payload) -> dict[str, str]:
    details = payload.custom_details
    if not isinstance(details, Mapping):
        details = {"details": details} if details else {}
    found = {str(name): text(value) for name, value in details.items()}
    own = {
        "summary": _text(payload.summary),
        "client": _name(read.client),
        "links": _linked(read.links, "text", "href"),
        "images": _linked(read.images, "alt", "src", "href"),
        "runbook_url": "" if "runbook_url" in found else _runbook(read.links),
    }
    return together(own, found)


def _linked(given: Any, words: str, *addresses: str) -> str:
    """Give links in lines, each with its words before its address, if it has both."""
    lines: list[str] = []
    for one in given if isinstance(given, list) else [given]:
        fields = one if isinstance(one, Mapping) else {addresses[0]: one}
        title = one_line(_name(fields.get(words)))
        leads = filter(None, (_name(fields.get(name)) for name in addresses))
        lines += [f"{title} {address}".strip() for address in leads] or [title]
    return "\n".join(filter(None, lines))


def _runbook(links: Any) -> str:
    """Give the address of the first link that calls itself a runbook."""
    found = links if isinstance(links, list) else []
    for one in found:
        if isinstance(one, Mapping) and "runbook" in _text(one.get("text")).lower():
            return _text(one.get("href"))
    return ""


def accepted(dedup_key: str) -> bytes:
    """Give the body of 202: the event is stored."""
    return _body(status="success", message="Event processed", dedup_key=dedup_key)


def refused(errors: Sequence[str]) -> bytes:
    """Give the body of 400: no repeat would mend it."""
    return _body(status="invalid event", message="Event object is invalid", errors=list(errors))


def unknown_key() -> bytes:
    """Give the body of 400 for a routing key that opens nothing."""
    return refused(["Invalid routing key"])


def too_many() -> bytes:
    """Give the body of 429: send it again later."""
    return _body(
        status="throttle exceeded",
        message="Events are arriving too quickly. Please retry later.",
    )


def _body(**values: Any) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode()
