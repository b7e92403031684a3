"""Who tells: whose telling a body looks like, and which alarms the desk tells of by itself."""

import json
from typing import Any

from dutydesk.kernel import bounds
from dutydesk.kernel.addresses import INTAKE, INTAKE_EVENTS

_POSTS_TO = {
    "alertmanager": ("Alertmanager's", f"{INTAKE}alertmanager/KEY"),
    "grafana": ("Grafana's", f"{INTAKE}grafana/KEY"),
    "events": ("an event of the Events API v2", INTAKE_EVENTS),
    "json": ("JSON of no monitoring system that the desk knows", f"{INTAKE}json/KEY"),
}
TOLD_ONCE = r"^(\D|\d+ put aside$)"
"""Matches the group keys of what the desk finds out by itself, as a heartbeat that failed.

Those of senders begin with the number of their integration key.
"""


def wrong_door(door: str, body: bytes) -> str:
    """Say that a body isn't this door's at all, and where it belongs; empty if it may be.

    One that looks like nobody's, since it is broken, may be anybody's.
    """
    if bounds.in_utf8(body).lstrip()[:1] not in (b"{", b"["):
        return "This is no JSON, which monitoring systems post here."
    teller = _teller(body)
    if teller in ("", door) or (teller == "json" and door == "json"):
        return ""
    whose, where = _POSTS_TO[teller]
    return f"This is {whose}; post it to {where}."


def _teller(body: bytes) -> str:
    try:
        read: Any = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(read, dict):
        return "json"
    if "groupKey" in read and "alerts" in read:
        version = read.get("version")
        return (
            "grafana" if version == "1" or (version != "4" and "orgId" in read) else "alertmanager"
        )
    return "events" if "event_action" in read else "json"
