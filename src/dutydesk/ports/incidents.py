"""The incidents that a thing belongs to, for rooms that know no incident."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class IncidentMention:
    """An incident: its subject, what it is called, and how it is, in one word or two."""

    about: str
    title: str
    state: str


class IncidentsOf(Protocol):
    """Knows which incidents something belongs to."""

    def of(self, about: str) -> Sequence[IncidentMention]:
        """Give the incidents that an alarm or a question belongs to, the newest first."""
        ...
