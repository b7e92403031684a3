"""What happens to availability."""

from dataclasses import dataclass
from typing import ClassVar

from dutydesk.kernel.events import Event


@dataclass(frozen=True)
class ExclusionEvent(Event):
    """Somebody put right what counts as down."""

    kind: ClassVar[str]
    exclusion: int


class DownTimeExcluded(ExclusionEvent):
    """They said that a service wasn't down."""

    kind: ClassVar[str] = "availability.excluded"


class ExclusionWithdrawn(ExclusionEvent):
    """They took that back."""

    kind: ClassVar[str] = "availability.withdrawn"
