"""The public, as an audience of rooms that know no status page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dutydesk.kernel.tellings import Receipt, Telling


@dataclass(frozen=True, slots=True)
class PublicNews:
    """What the public would be told of something, as it is called and of which services it is.

    Without a `text` it is an incident that was just declared, of which nothing is known yet.
    `expect`: what planned work does to users.
    """

    title: str
    services: tuple[int, ...]
    text: str = ""
    expect: str = ""


class PublicAudience(Protocol):
    """Says who of the public is told, where, and what became of it."""

    def tellings(self, news: PublicNews) -> Sequence[Telling]:
        """Give where the public reads it, each place with its wording; nothing if nowhere."""
        ...

    def receipts(
        self, *, about: str, told: Mapping[int, datetime]
    ) -> Mapping[int, Sequence[Receipt]]:
        """Give what became of the updates of a subject, by their numbers and when they were told.

        0 is what was told first.
        """
        ...
