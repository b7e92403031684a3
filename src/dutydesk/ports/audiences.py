"""The public, as an audience of rooms that know no status page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from dutydesk.kernel.tellings import Receipt, Telling


@dataclass(frozen=True, slots=True)
class PublicChange:
    """An incident was reopened, taken back or merged; `into`: what the other is called, if public.

    `after`: what the public had been told before it was reopened: `late`, that it was over before
    anybody knew of it; `mistaken`, that there was none.
    """

    what: Literal["reopened", "mistaken", "merged"]
    into: str = ""
    after: Literal["", "late", "mistaken"] = ""


@dataclass(frozen=True, slots=True)
class PublicNews:
    """What the public would be told of something, as it is called and of which services it is.

    Without a `text` it is an incident that was just declared, of which nothing is known yet.
    `expect`: what planned work does to users. `change`: what became of an incident. `phase`: how
    far it is, as the update says.
    """

    title: str
    services: tuple[int, ...]
    text: str = ""
    expect: str = ""
    change: PublicChange | None = None
    phase: str = ""


class PublicAudience(Protocol):
    """Says who of the public is told, where, and what became of it."""

    def tellings(self, news: PublicNews) -> Sequence[Telling]:
        """Give where the public reads it, each place with its wording; nothing if nowhere."""
        ...

    def receipts(
        self, *, about: str, told: Mapping[str, datetime]
    ) -> Mapping[str, Sequence[Receipt]]:
        """Give what became of what was told of a subject, by its name and when it was told.

        `told` is what was told first; an update has its number, and a change `change-` before it.
        """
        ...
