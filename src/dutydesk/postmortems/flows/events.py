"""What happens to postmortems, and why something can't."""

from dataclasses import dataclass
from typing import ClassVar

from dutydesk.kernel.events import Event
from dutydesk.kernel.refusals import Refused


class PostmortemRefused(Refused):
    """The postmortem is not in a state for that."""


@dataclass(frozen=True)
class PostmortemOpened(Event):
    """A review began."""

    kind: ClassVar[str] = "postmortem.opened"
    postmortem: int
    incident: int


@dataclass(frozen=True)
class SessionHeld(Event):
    """The group session took place."""

    kind: ClassVar[str] = "postmortem.session"
    postmortem: int


@dataclass(frozen=True)
class PostmortemWithdrawn(Event):
    """There is nothing to review: the incident was none, or not of high priority, or is another."""

    kind: ClassVar[str] = "postmortem.withdrawn"
    postmortem: int
    incident: int


@dataclass(frozen=True)
class SessionPlanned(Event):
    """The group session has a time, or another one."""

    kind: ClassVar[str] = "postmortem.session-planned"
    postmortem: int
    sequence: int


@dataclass(frozen=True)
class SessionCalledOff(Event):
    """The group session that was planned does not take place then."""

    kind: ClassVar[str] = "postmortem.session-called-off"
    postmortem: int


class ImprovementRefused(Refused):
    """The improvement can't be so."""


@dataclass(frozen=True)
class ImprovementEvent(Event):
    """Something happened to an improvement."""

    kind: ClassVar[str]
    improvement: int


class ImprovementAdded(ImprovementEvent):
    """Something is to change."""

    kind: ClassVar[str] = "improvement.added"


class ImprovementChanged(ImprovementEvent):
    """It is somebody else's, or due at another time, or said otherwise."""

    kind: ClassVar[str] = "improvement.changed"


class ImprovementDone(ImprovementEvent):
    """It is done."""

    kind: ClassVar[str] = "improvement.done"


class ImprovementDropped(ImprovementEvent):
    """It is not done, for a reason."""

    kind: ClassVar[str] = "improvement.dropped"


class ImprovementReopened(ImprovementEvent):
    """It is to be done after all."""

    kind: ClassVar[str] = "improvement.reopened"


class ImprovementTicketRaised(ImprovementEvent):
    """The work on it has a record."""

    kind: ClassVar[str] = "improvement.ticket"


class PublicationRefused(Refused):
    """The postmortem can't be published, or not as it is."""


@dataclass(frozen=True)
class PostmortemSigned(Event):
    """Somebody whom the process names said yes to it."""

    kind: ClassVar[str] = "postmortem.signed"
    postmortem: int
    role: str


@dataclass(frozen=True)
class PostmortemPublished(Event):
    """It can be read by those for whom it is meant."""

    kind: ClassVar[str] = "postmortem.published"
    postmortem: int
    number: int


@dataclass(frozen=True)
class PublicationWithdrawn(Event):
    """What was published is not to be read any more."""

    kind: ClassVar[str] = "postmortem.publication-withdrawn"
    postmortem: int
    number: int


@dataclass(frozen=True)
class RedactionDecided(Event):
    """Somebody decided whether something is shown to those outside."""

    kind: ClassVar[str] = "postmortem.redaction"
    postmortem: int
    kept: bool
