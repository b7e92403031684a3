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
