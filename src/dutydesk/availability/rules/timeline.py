"""What a service's time was: each instant that counts is of one state, and of one only.

Unknown is a state of its own: nobody saw how the service was, and so it counts neither for it nor
against it, and is shown.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

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
class TimeTally:
    """How long a service was in each state, in the order of `TimeState`."""

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

    by_state: Mapping[TimeState, list[Period]]

    def tally(self) -> TimeTally:
        """Give how long it was in each state."""
        return TimeTally(*(length(self.by_state[state]) for state in TimeState))

    def within(self, period: Period) -> TimeTally:
        """Give how long it was in each state within a part of the range."""
        return self.parts([period])[0]

    def parts(self, periods: Sequence[Period]) -> list[TimeTally]:
        """Give how long it was in each state within each of these, which are disjoint, in order."""
        sums = [_shared(self.by_state[state], periods) for state in TimeState]
        return [TimeTally(*each) for each in zip(*sums, strict=True)]

    def at(self, moment: datetime) -> TimeState | None:
        """Give what it was at a moment; None if that doesn't count."""
        for state, periods in self.by_state.items():
            if any(moment in one for one in reversed(periods)):
                return state
        return None


def _shared(found: Sequence[Period], parts: Sequence[Period]) -> list[timedelta]:
    """Give how much of what was found lies in each part."""
    sums = [timedelta()] * len(parts)
    place = bisect_right(found, parts[0].start, key=_end) if parts else 0
    for number, part in enumerate(parts):
        while place < len(found) and found[place].start < part.end:
            one = found[place]
            sums[number] += max(min(one.end, part.end) - max(one.start, part.start), timedelta())
            if one.end > part.end:
                break  # The next part has some of it too.
            place += 1
    return sums


def _end(period: Period) -> datetime:
    return period.end


def timeline(evidence: Evidence, counted: Iterable[Period]) -> Timeline:
    """Give what a service's time was, of the periods that count; clause measure.availability.

    Nothing outside its life is of any state.
    """
    mine = intersect(union(counted), union([evidence.life]))
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
