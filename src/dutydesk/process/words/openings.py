"""When the clocks of a process next open, as people read it."""

from dataclasses import dataclass
from datetime import datetime

from dutydesk.kernel.durations import compact
from dutydesk.kernel.moments import span, when
from dutydesk.process.rules.hours import Clock
from dutydesk.process.rules.model import Process

SHOWN_OPENINGS = 7


@dataclass(frozen=True)
class Openings:
    """When a clock next opens. `now`: what it does at the moment."""

    title: str
    now: str
    lines: tuple[str, ...]


def openings(process: Process, at: datetime) -> tuple[Openings, ...]:
    """Give for each clock of the process its next seven openings, on the wall clock."""
    return tuple(_openings(process.clock(name), at) for name in process.clocks)


def _openings(clock: Clock, at: datetime) -> Openings:
    zone, following = clock.calendar.zone, clock.openings(at, SHOWN_OPENINGS)
    now, changes = "open" if clock.is_open(at) else "closed", clock.next_change(at)
    until = f" until {when(changes, zone, at).removeprefix('on ')}" if changes else ""
    lines = (f"{span(period, zone)}, {compact(period.length)}" for period in following)
    return Openings(clock.title, now + until, tuple(lines))
