"""What can be read of a body that tells of many alerts, of which some can't be read.

As everywhere, no more than the first MOST_ALERTS of a body are looked at.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json, to_json

from dutydesk.alarms.rules.notifications import MOST_ALERTS, NotAnAlarm, at_most


@dataclass(frozen=True, slots=True)
class UnreadablePart:
    """Which alerts of a body can't be read, by their places from 0 on, and why the first can't.

    `of`: so many it tells of.
    """

    places: tuple[int, ...]
    why: str
    of: int

    def __str__(self) -> str:
        """Say how many they are, and what is wrong."""
        others = "the others are" if self.of - len(self.places) > 1 else "the other one is"
        if self.of > MOST_ALERTS:
            others = f"of the others the first {MOST_ALERTS - len(self.places)} are"
        said = f"{len(self.places)} of {self.of} alerts can't be read; {others} taken in."
        return f"{said} Number {self.places[0] + 1}: {self.why}"


def unreadable(body: bytes, refusal: NotAnAlarm) -> UnreadablePart | None:
    """Give what of a body was refused; None if that is all of it, or none."""
    count = len(_alerts(_told(body)))
    if not 0 < len(refusal.faulty) < min(count, MOST_ALERTS):
        return None
    first = min(refusal.faulty)
    return UnreadablePart(tuple(sorted(refusal.faulty)), refusal.faulty[first], count)


def only(body: bytes, places: Collection[int]) -> bytes:
    """Give a body with no more than its alerts at these places; as it is if it lists none."""
    told = _told(body)
    return body if told is None else _with(told, set(places))


def without(body: bytes, places: Collection[int]) -> bytes:
    """Give a body without its alerts at these places; as it is if it lists none."""
    told = _told(body)
    if told is None:
        return body
    return _with(told, set(range(min(len(_alerts(told)), MOST_ALERTS))) - set(places))


def _told(body: bytes) -> Any:
    """Give what a body says, if it lists alerts."""
    try:
        told: Any = from_json(body.removeprefix(b"\xef\xbb\xbf"))
    except ValueError:
        return None
    listed = told.get("alerts") if isinstance(told, dict) else told
    return told if isinstance(listed, list) else None


def _alerts(told: Any) -> list[Any]:
    alerts: list[Any] = told["alerts"] if isinstance(told, dict) else told or []
    return alerts


def _with(told: Any, places: Collection[int]) -> bytes:
    alerts = [one for place, one in enumerate(_alerts(told)) if place in places]
    return to_json({**at_most(told), "alerts": alerts} if isinstance(told, dict) else alerts)
