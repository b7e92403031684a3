"""What happens to handovers, and why something can't."""

from dataclasses import dataclass
from typing import ClassVar

from dutydesk.kernel.events import Event
from dutydesk.kernel.refusals import Refused


class HandoverRefused(Refused):
    """The handover is not in a state for that, or not for this person."""


@dataclass(frozen=True)
class HandoverEvent(Event):
    """Something happened to a handover."""

    kind: ClassVar[str]
    handover: int


class HandoverDrafted(HandoverEvent):
    """Its draft was made of the record."""

    kind: ClassVar[str] = "handover.drafted"


class HandoverWritten(HandoverEvent):
    """Somebody wrote in it."""

    kind: ClassVar[str] = "handover.written"


class HandoverGiven(HandoverEvent):
    """It was given: by a person, or at its time as it was drafted."""

    kind: ClassVar[str] = "handover.given"


class HandoverAccepted(HandoverEvent):
    """Somebody accepted it."""

    kind: ClassVar[str] = "handover.accepted"


class HandoverMoved(HandoverEvent):
    """Others give it or take it, since the rota is another."""

    kind: ClassVar[str] = "handover.moved"


class HandoverExtended(HandoverEvent):
    """Facts came in once it was given."""

    kind: ClassVar[str] = "handover.extended"


class HandoverClosed(HandoverEvent):
    """Nothing is handed over: there is nothing, one person has both duties, or nobody accepted."""

    kind: ClassVar[str] = "handover.closed"
