"""By which contact methods a person is reached, in which order, and after how long."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Carrier = Literal["email", "method", "mention"]

CHAT = "chat"
EMAIL = re.compile(r"[^@\s:/]+@[^@\s:/]+\.[^@\s:/.]+")
LONGEST_DELAY = 60
_KEY = re.compile(r"page-call:(\d+):(\w+)")
_TEST = re.compile(r"contact-method-test:(\d+):.*")
_SHORTEST_TAIL = 12


@dataclass(frozen=True)
class ContactRoute:
    """One way to reach a person. `key` names it within a call; `delay`: minutes after the call.

    `method`: the number of a contact method of their own. `relied`: it is verified, and did not
    fail last.
    """

    key: str
    name: str
    carrier: Carrier
    to: str = ""
    delay: int = 0
    order: int = 0
    method: int | None = None
    verified: bool = True
    relied: bool = True


def routes(
    own: Iterable[ContactRoute], otherwise: Sequence[ContactRoute]
) -> tuple[ContactRoute, ...]:
    """Give the contact methods to call a person, in order. `otherwise`: those that everybody has.

    One that isn't verified is not relied on: it comes last, and while none of a person's own can be
    relied on, those that everybody has are used too, at once. Clause oncall.respond.
    """
    own = sorted(own, key=lambda route: (route.delay, route.order))
    sure = [route for route in own if route.verified]
    unsure = [route for route in own if not route.verified]
    if not any(route.relied for route in sure):
        known = {route.carrier for route in sure if route.carrier != "method"}
        sure = [*(route for route in otherwise if route.carrier not in known), *sure]
    last = max((route.delay for route in sure), default=-1)
    later = (_delayed(route, max(route.delay, last + 1)) for route in unsure)
    return tuple(sorted([*sure, *later], key=lambda route: route.delay))


def _delayed(route: ContactRoute, delay: int) -> ContactRoute:
    return ContactRoute(**{**vars(route), "delay": delay})


def reached(found: Iterable[ContactRoute]) -> bool:
    """Say whether somebody can be relied on to hear of a page by these contact methods."""
    return any(route.relied for route in found)


def call_key(call: int, key: str) -> str:
    """Give the key of the outbox message that calls somebody by one contact method."""
    return f"page-call:{call}:{key}"


def call_of(key: str) -> tuple[int, str] | None:
    """Give the call and the contact method that a message's key names; None if it is no call's."""
    found = _KEY.fullmatch(key)
    return (int(found[1]), found[2]) if found else None


def test_key(method: int, at: datetime) -> str:
    """Give the key of the outbox message that tests a contact method."""
    return f"contact-method-test:{method}:{at.isoformat()}"


def test_of(key: str) -> int | None:
    """Give the contact method that an outbox message's key tests; None if it is no test's."""
    found = _TEST.fullmatch(key)
    return int(found[1]) if found else None


def mask(address: str) -> str:
    """Give what may be shown of an address: its scheme, and four characters at most."""
    if address == CHAT:
        return address
    scheme, separator, rest = address.rpartition("://")
    tail = rest[-4:] if len(rest) >= _SHORTEST_TAIL else ""
    return f"{scheme}{separator}…{tail}"


def snooze_limit(*, at: datetime, shift_ends: datetime | None, most: timedelta) -> datetime:
    """Give until when a page may be put off: the end of the person's cover, and not too long."""
    return min(at + most, shift_ends) if shift_ends else at + most


_ENDS = re.compile("[.,;:!\n\N{EN DASH}\N{EM DASH}]|\\s-\\s")


def acknowledges(text: str, phrases: Iterable[str]) -> bool:
    """Say whether a post says that its author has it: its first clause is one of the phrases.

    “On it!” and “Ack, looking” do; “I have it on good authority” and “on it?” do not.
    """
    first = _ENDS.split(text.strip(), maxsplit=1)[0]
    said = " ".join(first.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").lower().split())
    return said in {" ".join(phrase.lower().split()) for phrase in phrases}


def rehearse_by(*, at: datetime, shift: datetime) -> datetime:
    """Give by when somebody should have rehearsed: the day before their first shift begins.

    If they were given it later than that: by its beginning.
    """
    before = shift - timedelta(days=1)
    return before if before > at else shift
