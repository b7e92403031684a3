"""What happens to alarms, for whoever reacts to it."""

from dataclasses import dataclass
from typing import ClassVar

from dutydesk.kernel.events import Event


@dataclass(frozen=True)
class AlarmRaised(Event):
    """An alarm began to fire."""

    kind: ClassVar[str] = "alarm.raised"
    alarm: int
    severity: str


@dataclass(frozen=True)
class AlarmResolved(Event):
    """All alerts of an alarm are resolved."""

    kind: ClassVar[str] = "alarm.resolved"
    alarm: int


@dataclass(frozen=True)
class AlarmWorsened(Event):
    """Something high began to fire in an alarm that an incident has; `titles` names it."""

    kind: ClassVar[str] = "alarm.worsened"
    alarm: int
    incident: str
    titles: str


@dataclass(frozen=True)
class AlarmFlapped(Event):
    """An alert of an alarm began so often that it flaps: people are called for it once."""

    kind: ClassVar[str] = "alarm.flapped"
    alarm: int


@dataclass(frozen=True)
class AlarmEndedByHand(Event):
    """Somebody said that an alarm is over."""

    kind: ClassVar[str] = "alarm.ended_by_hand"
    alarm: int
    by: str


@dataclass(frozen=True)
class AlarmSilenced(Event):
    """An alarm is quieted by a silence from now on."""

    kind: ClassVar[str] = "alarm.silenced"
    alarm: int
    silence: int


@dataclass(frozen=True)
class AlarmHeard(Event):
    """An alarm that still fires is not silenced any more."""

    kind: ClassVar[str] = "alarm.heard"
    alarm: int
