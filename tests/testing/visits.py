"""Visits that no browser makes: any address, in any role, with anything in every field.

Each is made of a seed and its own number, so that one that fails can be made again alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from django.urls import URLPattern, URLResolver

from dutydesk.site.urls import urlpatterns
from dutydesk.wiring import ACTIONS
from testing import junk

ROLES = ("", "Uma", "Ben", "Ada")  # Signed out, a user, an engineer, an administrator.
SUBJECTS = (
    "alarm", "page", "incident", "question", "thread", "ticket", "postmortem", "swap", "service",
    "maintenance", "silence", "rehearsal", "heartbeat", "note", "handover",
)  # fmt: skip
NUMBERS = ("0", "1", "2", "3", "007", str(2**31), str(2**63 - 1), str(2**63), "9" * 25, "9" * 5000)
# What never ends, what says by 503 that all is not well, and what would sign the browser out.
NOT_HERE = {"/live", "/healthz", "/account/logout/"}
# What a form is filled in with rightly, so that one wrong field in it is reached; the moment of the
# world is some day in November 2026 or after, so a far one is always to come.
LIKELY = {
    "add": "1", "address": "mailto:ada@example.org", "asked": "2", "at": "2099-11-24T10:00",
    "began": "2026-11-24T10:00", "by": "Ada", "channel": "#team", "criteria": "outage",
    "delay": "5", "duty": "primary", "email": "eve@example.org", "end": "2099-11-24T14:00",
    "engineer": "1", "every": "5 minutes", "grace": "1 minute", "labels": "severity=critical",
    "lasts": "2 hours", "length": "1", "matchers": "alertname=Down", "message": "We repair it",
    "name": "Eve", "next": "60", "number": "1", "of": "primary", "part": "1",
    "password": "long-enough-1x",
    "places": "Ada\nBen", "priority": "1", "q": "down", "reason": "We repair it", "remove": "2",
    "service": "1", "services": "1", "severity": "high",
    "shifts": "Ada, 2099-11-24 10:00, 2099-11-24 12:00",
    "start": "2099-11-24T10:00", "starts": "2099-11-24T10:00", "team": "1", "text": "It is down",
    "title": "It is down", "unit": "weekly", "until": "2099-11-25T10:00", "weeks": "2",
    "windows": "Mon-Fri 20:00-08:00", "zone": "Europe/London", "kind": "access",
    "outcome": "answered",
    "line": "A slow disk", "column": "Done", "original": "1", "other": "1", "decided": "We wait",
    "incident": "1", "thing": "alarm:1", "still": "yes", "opens": "deploys",
    "amount": "1800", "notes": "None", "repaired": "2026-11-24T10:00", "standing": "new",
}  # fmt: skip
_PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")


def routes(patterns: list[Any], before: str = "/") -> Iterator[tuple[str, str]]:
    """Give each route with the module that its view is in."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern), pattern.callback.__module__


ROUTES = [r for r in sorted(set(routes(urlpatterns))) if r[0] not in NOT_HERE]


@dataclass(frozen=True)
class Visit:
    """One request, and how to name it when it fails. `role`: whose browser; empty for nobody's."""

    seed: str
    role: str
    method: str
    address: str
    body: bytes = b""
    kind: str = "application/x-www-form-urlencoded"
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.seed}: {self.role or 'nobody'} {self.method} {self.address[:200]!r}"


def visit(seed: str) -> Visit:
    """Make up the visit of a seed."""
    random = Random(seed)
    route, module = random.choice(ROUTES)
    action = random.choice(ACTIONS.names())
    if "<str:action>" in route:
        module = ACTIONS[action].do.__module__
    path = _PLACE.sub(lambda place: _filled(random, place, action), route)
    query = _fields(random, module, random.choice([0, 0, 1, 2]))
    address = path + (f"?{query}" if query else "")
    method = random.choice(["GET", "GET", "POST", "POST", "POST", "PUT"])
    body = b"" if method == "GET" else _body(random, module)
    if body and random.random() < 0.7:
        body += b"&filled=1" + random.choice([b"", b"&confirm=1"])
    if body and random.random() < 0.03:
        body = random.choice(junk.BODIES)
    headers = {"referer": random.choice(junk.ADDRESSES)} if random.random() < 0.2 else {}
    return Visit(seed, random.choice(ROLES), method, address, body, headers=headers)


def _filled(random: Random, place: re.Match[str], action: str) -> str:
    kind, name = place.groups()
    if name == "action":
        return action
    if name == "about":
        own = action.partition(".")[0]
        subject = own if random.random() < 0.6 else random.choice(SUBJECTS)
        return quote(f"{subject}:{random.choice(NUMBERS)}", safe=":")
    if kind in ("int", "number"):
        return random.choice(NUMBERS)
    return quote(random.choice(junk.WORDS)[:2_000] or "t", safe="", errors="surrogatepass")


def _body(random: Random, module: str) -> bytes:
    """Give a form: filled in rightly but for a field or two, or with anything in any of them."""
    if random.random() < 0.3:
        return _fields(random, module, random.choice([1, 2, 4, 8])).encode()
    names = junk.field_names(module)
    form = {name: LIKELY[name] for name in names if name in LIKELY and random.random() < 0.9}
    form["what"] = random.choice(junk.known_values())
    for name in random.choices(names, k=random.choice([0, 1, 1, 2])):
        form[name] = random.choice(NUMBERS) if random.random() < 0.4 else _value(random)
    return urlencode(form, errors="surrogatepass").encode()


def _fields(random: Random, module: str, count: int) -> str:
    names = (*junk.field_names(module), "filled", "confirm", "what", "back")
    pairs = [(random.choice(names), _value(random)) for _ in range(count)]
    return urlencode(pairs, errors="surrogatepass")


def _value(random: Random) -> str:
    """Give a value: mostly at an edge or one that pages send, and now and then a very long one."""
    roll = random.random()
    if roll < 0.01:
        return random.choice(junk.HUGE)
    if roll < 0.3:
        return random.choice(junk.known_values())
    return random.choice(junk.EDGES if roll < 0.5 else junk.WORDS)
