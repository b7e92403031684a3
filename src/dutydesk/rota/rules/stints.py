"""The support sub-team: how many are on at a time, and the cycle in which people take stints."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from dutydesk.kernel.periods import Period
from dutydesk.rota.rules.schedule import OnShift
from dutydesk.rota.rules.stretches import together

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Thin:
    """Declared time in which somebody is on support, but fewer than the process says."""

    period: Period
    people: tuple[int, ...]


def thin(
    declared: Iterable[Period], shifts: Iterable[OnShift], *, reachable: Collection[int], size: int
) -> list[Thin]:
    """Give when fewer than `size` people whom a message reaches are on support, but somebody is.

    Each stretch is whole, from the first to the last declared time in it. Clause support.size.
    """
    hours = list(declared)
    found = []
    for period, people in together(shift for shift in shifts if shift.engineer in reachable):
        open_then = [shared for each in hours if (shared := each.overlap(period))]
        if len(people) < size and open_then:
            found.append(Thin(Period(open_then[0].start, open_then[-1].end), people))
    return found


def groups(people: Sequence[int], *, size: int, count: int) -> list[tuple[int, ...]]:
    """Give so many groups of `size`, everybody in one; with too few people, some are in more.

    Clause support.cycle.
    """
    if not people:
        return []
    rounds = [people[number % len(people)] for number in range(size * count)]
    return [
        tuple(dict.fromkeys(rounds[first : first + size])) for first in range(0, size * count, size)
    ]


def turn(stint: timedelta) -> tuple[int, str]:
    """Give a stint as a rotation's length and unit."""
    if stint % timedelta(weeks=1) == timedelta():
        return stint // timedelta(weeks=1), "weekly"
    if stint % _DAY == timedelta():
        return stint // _DAY, "daily"
    return max(1, stint // timedelta(hours=1)), "hourly"
