"""What can be read of a body that tells of many alerts, of which some can't be read."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json, to_json

from dutydesk.alarms.rules.notifications import NotAnAlarm


@dataclass(frozen=True, slots=True)
class UnreadablePart:
    """Which alerts of a body can't be read, by their places from 0 on, and why the first can't."""

    places: tuple[int, ...]
    why: str
    of: int

    def __str__(self) -> str:
        """Say how many they are, and what is wrong."""
        others = "the others are" if self.of - len(self.places) > 1 else "the other one is"
        said = f"{len(self.places)} of {self.of} alerts can't be read; {others} taken in."
        return f"{said} Number {self.places[0] + 1}: {self.why}"


def unreadable(body: bytes, read: Callable[[bytes], object]) -> UnreadablePart | None:
    """Give what of a body `read` refuses with NotAnAlarm; None if that is all of it, or none."""
    told = _told(body)
    if told is None:
        return None
    whys: dict[int, str] = {}
    for place in range(len(_alerts(told))):
        try:
            read(_with(told, {place}))
        except NotAnAlarm as refusal:
            whys[place] = str(refusal)
    count = len(_alerts(told))
    if not 0 < len(whys) < count:
        return None
    return UnreadablePart(tuple(whys), next(iter(whys.values())), count)


def only(body: bytes, places: Collection[int]) -> bytes:
    """Give a body with no more than its alerts at these places; as it is if it lists none."""
    told = _told(body)
    return body if told is None else _with(told, places)


def without(body: bytes, places: Collection[int]) -> bytes:
    """Give a body without its alerts at these places; as it is if it lists none."""
    told = _told(body)
    if told is None:
        return body
    return _with(told, set(range(len(_alerts(told)))) - set(places))


def _told(body: bytes) -> Any:
    """Give what a body says, if it lists alerts."""
    try:
        told: Any = from_json(body.removeprefix(b"\xef\xbb\xbf"))
    except ValueError:
        return None
    listed = told.get("alerts") if isinstance(told, dict) else told
    return told if isinstance(listed, list) else None


def _alerts(told: Any) -> list[Any]:
    alerts: list[Any] = told["alerts"] if isinstance(told, dict) else told
    return alerts


def _with(told: Any, places: Collection[int]) -> bytes:
    alerts = [one for place, one in enumerate(_alerts(told)) if place in places]
    return to_json({**told, "alerts": alerts} if isinstance(told, dict) else alerts)
