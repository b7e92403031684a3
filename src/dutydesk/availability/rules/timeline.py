"""What a service's time was: each instant that counts is of one state, and of one only.

Unknown is a state of its own: nobody saw how the service was, and so it counts neither for it nor
against it, and is shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import chain

from dutydesk.availability.rules.spans import intersect, length
from dutydesk.kernel.periods import Period, subtract, union


class TimeState(StrEnum):
    """What an instant was. `PLANNED` and `EXCLUDED` time is left out of the share."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"
    PLANNED = "planned"
    EXCLUDED = "excluded"


@dataclass(frozen=True)
class Evidence:
    """What is known of one service, in any order, overlapping as it comes.

    `life`: when the service was there, up to the last instant that was looked at. Down goes before
    up. `planned`: maintenance that is left out. `excluded`: somebody said that what looked like
    being down in it wasn't; it takes away nothing else.
    """

    life: Period
    up: Sequence[Period] = ()
    down: Sequence[Period] = ()
    planned: Sequence[Period] = ()
    excluded: Sequence[Period] = ()


@dataclass(frozen=True)
class StateSpan:
    """A stretch of time of one state."""

    start: datetime
    end: datetime
    state: TimeState


@dataclass(frozen=True)
class TimeTally:
    """How long a service was in each state."""

    up: timedelta = timedelta()
    down: timedelta = timedelta()
    unknown: timedelta = timedelta()
    planned: timedelta = timedelta()
    excluded: timedelta = timedelta()

    def __add__(self, other: "TimeTally") -> "TimeTally":
        """Give both together."""
        return TimeTally(
            self.up + other.up,
            self.down + other.down,
            self.unknown + other.unknown,
            self.planned + other.planned,
            self.excluded + other.excluded,
        )

    @property
    def known(self) -> timedelta:
        """Give the time that the share is of."""
        return self.up + self.down

    @property
    def whole(self) -> timedelta:
        """Give all of it."""
        return self.known + self.unknown + self.planned + self.excluded

    @property
    def share(self) -> Fraction | None:
        """Give how much of the known time it was up; None if nothing is known."""
        if not self.known:
            return None
        return Fraction(self.up // _TICK, self.known // _TICK)


_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Timeline:
    """A service's time in a range, by state; each list is disjoint and in order."""

    by_state: dict[TimeState, list[Period]] = field(default_factory=dict)

    def tally(self) -> TimeTally:
        """Give how long it was in each state."""
        return TimeTally(**{state.value: length(found) for state, found in self.by_state.items()})

    def within(self, period: Period) -> TimeTally:
        """Give how long it was in each state within a part of the range."""
        part = [period]
        return TimeTally(
            **{state.value: length(intersect(s, part)) for state, s in self.by_state.items()}
        )

    def parts(self, periods: Sequence[Period]) -> list[TimeTally]:
        """Give how long it was in each state within each of these, which are disjoint, in order."""
        sums = {state: _shared(found, periods) for state, found in self.by_state.items()}
        return [
            TimeTally(**{state.value: found[place] for state, found in sums.items()})
            for place in range(len(periods))
        ]

    def spans(self) -> list[StateSpan]:
        """Give everything in order of time."""
        found = (
            StateSpan(one.start, one.end, state)
            for state, periods in self.by_state.items()
            for one in periods
        )
        return sorted(found, key=lambda one: one.start)

    def at(self, moment: datetime) -> TimeState | None:
        """Give what it was at a moment; None if that doesn't count."""
        for state, periods in self.by_state.items():
            if any(moment in one for one in reversed(periods)):
                return state
        return None


def _shared(found: Sequence[Period], parts: Sequence[Period]) -> list[timedelta]:
    sums = [timedelta()] * len(parts)
    first = 0
    for place, part in enumerate(parts):
        while first < len(found) and found[first].end <= part.start:
            first += 1
        for one in found[first:]:
            if one.start >= part.end:
                break
            sums[place] += min(one.end, part.end) - max(one.start, part.start)
    return sums


def timeline(evidence: Evidence, counted: Iterable[Period]) -> Timeline:
    """Give what a service's time was, of the periods that count; clause measure.availability.

    Nothing outside its life is of any state.
    """
    mine = intersect(union(counted), [evidence.life])
    planned = intersect(mine, union(evidence.planned))
    rest = subtract(mine, planned)
    was_down = intersect(rest, union(evidence.down))
    excluded = intersect(was_down, union(evidence.excluded))
    rest = subtract(rest, was_down)
    up = intersect(rest, union(evidence.up))
    return Timeline(
        {
            TimeState.DOWN: subtract(was_down, excluded),
            TimeState.UP: up,
            TimeState.UNKNOWN: subtract(rest, up),
            TimeState.PLANNED: planned,
            TimeState.EXCLUDED: excluded,
        }
    )


def together(timelines: Iterable[Timeline]) -> TimeTally:
    """Give the time of all services together: each service's minutes count alike."""
    return sum((one.tally() for one in timelines), TimeTally())


def edges(evidence: Evidence) -> list[datetime]:
    """Give each instant at which anything of it begins or ends, in order."""
    lists = (evidence.up, evidence.down, evidence.planned, evidence.excluded)
    ends = ((one.start, one.end) for one in chain([evidence.life], *lists))
    return sorted({moment for pair in ends for moment in pair})
