"""A body as it can be read; of one that was cut, the alerts that are whole."""

from hashlib import blake2b
from typing import Any

from pydantic_core import from_json, to_json

from dutydesk.kernel import bounds
from dutydesk.kernel.arrivals import Arrived

_VERSIONS = {"alertmanager": "4", "grafana": "1"}


def body_of(one: Arrived) -> bytes:
    """Give the body of an arrival as JSON that can be stored; of one that was cut what is whole."""
    body = bounds.storable_json(one.body)
    return whole_part(one.door, body) if one.note else body


def whole_part(door: str, body: bytes) -> bytes:
    """Give the whole part of a body that was cut, as its sender might have sent it.

    Its alert under way is left out. Where the name of their group came after the alerts it was
    cut off: they are then known by the first of them. Gives the body where nothing is whole.
    """
    try:
        read: Any = from_json(body, allow_partial=True)
    except ValueError:
        return body
    if isinstance(read, list):
        return to_json(read[:-1])
    if door not in _VERSIONS or not isinstance(read, dict):
        return to_json(read) if door == "events" else body
    alerts = read.get("alerts")
    if not isinstance(alerts, list):
        return body
    if next(reversed(read)) == "alerts":
        alerts = alerts[:-1]
    named = "cut " + blake2b(to_json(alerts[:1]), digest_size=8).hexdigest()
    told = {"version": _VERSIONS[door], "groupKey": named, **read, "alerts": alerts}
    return to_json({**told, "truncatedAlerts": 1})
