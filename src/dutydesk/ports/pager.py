"""Hearing from a pager outside what people did about our pages there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from dutydesk.kernel.kinds import MessageKind

EVENT = MessageKind("pagerduty", "PagerDuty", setting="DUTYDESK_PAGERDUTY_ROUTING_KEY")
WHO = MessageKind("pagerduty.word", "PagerDuty", setting="DUTYDESK_PAGERDUTY_API_KEY")

Does = Literal["acknowledged", "resolved", ""]
_KEY = "dutydesk-page-"


def key_of(page: int) -> str:
    """Give the key by which an outside pager knows a page of ours, for good."""
    return f"{_KEY}{page}"


def page_of(key: str) -> int | None:
    """Give the number of the page of ours that has this key; None if it is none of ours."""
    number = key.removeprefix(_KEY)
    return int(number) if key.startswith(_KEY) and number.isdecimal() else None


@dataclass(frozen=True)
class PagerEvent:
    """One thing that the outside pager says of a page of ours.

    `key` is the same however often it is said. `by` is the person's number there, empty if no
    person did it; `does` is empty for what the desk doesn't follow.
    """

    key: str
    page: int
    what: str
    does: Does
    by: str
    name: str
    at: datetime


class PagerEvents(Protocol):
    """Reads what the outside pager posts to us."""

    def check(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Let it pass if it is signed. Raises Forged."""
        ...

    def read(self, body: bytes) -> PagerEvent | None:
        """Give what it says of a page of ours; None if of none."""
        ...


class PagerQueries(Protocol):
    """Asks the outside pager how our pages stand there."""

    def ask(self, pages: Collection[int]) -> list[PagerEvent]:
        """Give what people did about these pages. Uses the network; raises Undelivered."""
        ...
