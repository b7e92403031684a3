"""Naming one thing of the desk in one word, such as `incident:12`."""

from collections.abc import Mapping

from dutydesk.kernel import bounds
from dutydesk.kernel.addresses import path_to

SCREENS: Mapping[str, str] = {
    "alarm": "alarm",
    "announcement": "announcement",
    "arrival": "arrival",
    "availability": "service-availability",
    "channel": "channel",
    "channel-subscription": "status-page",
    "checklist": "checklist",
    "checklist-item": "routines",
    "cover": "shifts",
    "exclusion": "availability",
    "handbook": "handbook-review",
    "handover": "handover",
    "heartbeat": "heartbeats",
    "improvement": "improvement",
    "incident": "incident",
    "maintenance": "maintenance",
    "note": "incident-note",
    "page": "page",
    "post": "post",
    "postmortem": "postmortem",
    "promised-update": "promised-update",
    "question": "question",
    "rehearsal": "contact-methods",
    "repository": "handbook",
    "series": "announcement-series",
    "service": "service",
    "silence": "silence",
    "subscription": "status-page",
    "swap": "shifts",
    "thread": "thread",
    "ticket": "ticket",
}
"""For each kind of subject, the route of the screen that shows it."""


def subject(kind: str, number: int) -> str:
    """Give the subject's name, as in `incident:12`."""
    return f"{kind}:{number}"


def number_of(name: str, kind: str) -> int:
    """Give the number in `incident:12`; ValueError if `name` is not of that kind."""
    found, _, number = name.partition(":")
    read = bounds.number(number)
    if found != kind or read is None:
        raise ValueError(f"“{name[:60]}” does not name one {kind}.")
    return read


def screen_of(name: str) -> str:
    """Give the path of the screen that shows the subject; the front screen if it has none."""
    kind, _, number = name.partition(":")
    if kind == "alarm-to-silence":
        return f"{path_to('new-silence')}?alarm={number}"
    return path_to(SCREENS.get(kind, "now"), number)
