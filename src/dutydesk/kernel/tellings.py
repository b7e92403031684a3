"""What is told to an audience, place by place: shown before it is sent, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dutydesk.kernel.messages import Message

USERS = "Affected users"
TEAM = "The team"
LEADERS = "Those who tell senior leadership"
PUBLIC = "The status page"
ReceiptState = Literal["delivered", "waiting", "failed"]


@dataclass(frozen=True, slots=True)
class Telling:
    """What an audience reads in one place: a channel, somebody's mail, a page."""

    audience: str
    place: str
    message: Message


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a telling in one place.

    `at`: when it arrived, or was given up. `tries` that failed are counted while it waits;
    `reason` is why the last one did.
    """

    audience: str
    place: str
    state: ReceiptState
    at: datetime | None = None
    tries: int = 0
    reason: str = ""

    @property
    def tone(self) -> str:
        """Give the tag that it is shown with."""
        return "kept" if self.state == "delivered" else self.state

    @property
    def trouble(self) -> str:
        """Say why it has not arrived, and how often it was tried; nothing if it has."""
        if self.state == "delivered":
            return ""
        tried = f"tried {self.tries} time{'s' if self.tries > 1 else ''}" if self.tries else ""
        return ": ".join(filter(None, (tried, self.reason)))


@dataclass(frozen=True, slots=True)
class Receipts:
    """What became of one thing that was told, in every place."""

    places: tuple[Receipt, ...]

    @property
    def delivered(self) -> int:
        """Count the places that have it."""
        return sum(one.state == "delivered" for one in self.places)

    @property
    def failed(self) -> int:
        """Count the places that will not get it."""
        return sum(one.state == "failed" for one in self.places)

    @property
    def whole(self) -> bool:
        """Say whether every place has it."""
        return self.delivered == len(self.places)


def listed(tellings: Iterable[Telling]) -> str:
    """Name the places in one sentence; nothing if there are none."""
    names = list(dict.fromkeys(one.place for one in tellings))
    return f"It goes to {', '.join(names)}." if names else "Nobody is told."


@dataclass(frozen=True, slots=True)
class Wording:
    """One message, and the places where it is read."""

    places: tuple[str, ...]
    message: Message


def wordings(tellings: Iterable[Telling]) -> list[tuple[str, list[Wording]]]:
    """Give what each audience reads, each wording once, in the order in which audiences come up."""
    found: dict[str, dict[Message, list[str]]] = {}
    for one in tellings:
        found.setdefault(one.audience, {}).setdefault(one.message, []).append(one.place)
    return [
        (audience, [Wording(tuple(places), said) for said, places in of.items()])
        for audience, of in found.items()
    ]
