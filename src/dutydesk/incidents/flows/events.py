"""What changes what an incident is; a form that was opened before it may be out of date."""

from dataclasses import dataclass
from typing import ClassVar

from dutydesk.kernel.events import Event


@dataclass(frozen=True)
class IncidentResolved(Event):
    """An incident is over."""

    kind: ClassVar[str] = "incident.resolved"
    incident: int
    priority: str


@dataclass(frozen=True)
class IncidentCorrected(Event):
    """What is known of an incident was put right: its title, services, reach or times."""

    kind: ClassVar[str] = "incident.corrected"
    incident: int
    what: list[str]


@dataclass(frozen=True)
class IncidentReassessed(Event):
    """Other criteria apply than was thought; `was` and `priority` are what followed from them."""

    kind: ClassVar[str] = "incident.reassessed"
    incident: int
    was: str
    priority: str


@dataclass(frozen=True)
class IncidentMistaken(Event):
    """There was no incident: it was declared by mistake."""

    kind: ClassVar[str] = "incident.mistaken"
    incident: int


@dataclass(frozen=True)
class IncidentReopened(Event):
    """An incident that was over goes on."""

    kind: ClassVar[str] = "incident.reopened"
    incident: int


@dataclass(frozen=True)
class IncidentMerged(Event):
    """An incident is part of another from now on."""

    kind: ClassVar[str] = "incident.merged"
    incident: int
    into: int


CHANGES = tuple(
    event.kind
    for event in (
        IncidentResolved,
        IncidentCorrected,
        IncidentReassessed,
        IncidentMistaken,
        IncidentReopened,
        IncidentMerged,
    )
)
