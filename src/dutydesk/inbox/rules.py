"""How what came in is shown: readable, with what is secret masked."""

import json
import re
from dataclasses import dataclass
from typing import Any

from dutydesk.kernel import bounds

OUTCOMES = {"waiting": "waiting", "done": "worked out", "put aside": "put aside"}
"""How far an arrival is, in words."""
MASK = "••••"
LONGEST = 64 * 1024
_SECRET = re.compile(
    r"(routing|api|service|integration|auth)?[_-]?(key|token|password|secret)$", re.I
)
_NO_SECRET = frozenset({"dedup_key", "groupKey", "key", "incident_key"})
_WRITTEN = re.compile(
    r'("(?:routing_key|service_key|token|api_key|password|secret)"\s*:\s*)"(?:[^"\\]|\\.)*"'
)


@dataclass(frozen=True, slots=True)
class ShownBody:
    """A body for people: its text, and how many bytes more there are."""

    text: str
    more: int = 0


def shown_body(body: bytes) -> ShownBody:
    """Give a body as people read it: JSON in lines of its own, else as it is, cut at 64 kB."""
    text = _pretty(body)
    return ShownBody(text[:LONGEST], max(0, len(text) - LONGEST))


def _pretty(body: bytes) -> str:
    try:
        read = json.loads(bounds.storable_json(body))
        return json.dumps(_masked(read), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return _WRITTEN.sub(rf'\1"{MASK}"', body.decode("utf-8", "replace"))


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: MASK if _hides(name, one) else _masked(one) for name, one in value.items()}
    return [_masked(one) for one in value] if isinstance(value, list) else value


def _hides(name: str, value: Any) -> bool:
    known = name not in _NO_SECRET and _SECRET.search(name) is not None
    return known and isinstance(value, str) and bool(value)
