"""Where a telling stands among those that wait: found while its sender does, so at little cost."""

import re
from hashlib import blake2b
from typing import Any

from pydantic_core import from_json

from dutydesk.alarms.rules.notifications import text
from dutydesk.kernel import bounds
from dutydesk.kernel.arrivals import LEFT, ArrivalPlace, Arrived

DEDUP_KEY = "x-dedup-key"
"""The header in which the door notes the name that it made up for an event."""
LOOKED_AT = 64 * 1024
"""So many bytes are looked at for what a telling is like."""
_LIKE = re.compile(rb'"(?:severity|priority|service)"\s*:\s*"([^"\\]{1,100})"')
_NAMED = {"alertmanager": "groupKey", "grafana": "groupKey", "events": "dedup_key", "json": "key"}


def source_of(key: int) -> str:
    """Name whose arrivals they are: an integration key's."""
    return f"key:{key}"


def key_of(source: str) -> int:
    """Give the integration key's number by which something came."""
    return int(source.removeprefix("key:"))


def left_places(one: Arrived) -> list[int]:
    """Give which alerts of an arrival are left to be worked out; empty: all of it."""
    return [int(place) for place in one.headers.get(LEFT, "").split()]


def place_of(one: Arrived) -> ArrivalPlace:
    """Give in whose turn it is worked out, and in which crowd it waits.

    What is told of one group takes turns. Crowds are told apart by the severities and services
    that a body names, so that a storm of some service's alerts delays nobody else's; there are at
    most 256 to a source, since any sender can make up more.
    """
    words = b" ".join(sorted(set(_LIKE.findall(one.body[:LOOKED_AT]))))
    crowd = f"{one.source} {blake2b(words, digest_size=1).hexdigest()}"
    name = _group(one)
    digest = blake2b(name.encode(), digest_size=8).hexdigest()
    return ArrivalPlace(f"{one.source} {digest}" if name else one.source, crowd)


def _group(one: Arrived) -> str:
    """Give by which name it is known what a body tells of; empty if that can't be seen.

    One that was cut is in the turn of its group, where the group's name is in what is left.
    Bodies of `json` may tell of many things each: all of them take turns.
    """
    if one.door == "json":
        return ""
    try:
        body = from_json(bounds.storable_json(one.body), allow_partial=bool(one.note))
    except (ValueError, RecursionError):
        return ""
    named: Any = body.get(_NAMED[one.door]) if isinstance(body, dict) else None
    return text(named).strip() or one.headers.get(DEDUP_KEY, "")
