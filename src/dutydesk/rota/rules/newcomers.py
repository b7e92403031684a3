"""Who is new to the rota, who is experienced, and that nobody new is on without the other."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from dutydesk.kernel.periods import Period, subtract
from dutydesk.process.rules.on_call import Newcomers
from dutydesk.rota.rules.schedule import OnShift
from dutydesk.rota.rules.stretches import together


@dataclass(frozen=True)
class Experience:
    """Who is new to being on call, and who is experienced at it; others are neither."""

    newcomers: frozenset[int]
    experienced: frozenset[int]


NOBODY = Experience(frozenset(), frozenset())


@dataclass(frozen=True)
class Alone:
    """A newcomer on call for a period in which nobody experienced is on with them."""

    newcomer: int
    period: Period


def finished_turns(served: timedelta, turn: timedelta) -> int:
    """Give how many turns' worth of finished shifts somebody has, to the nearest one."""
    return int(served / turn + 0.5)


def experience(
    people: Iterable[int],
    *,
    turns: Mapping[int, int],
    marked: Mapping[int, bool],
    rules: Newcomers,
) -> Experience:
    """Sort people by their finished turns; a mark by hand (True: experienced) goes before them.

    Clause oncall.newcomers.
    """
    new: set[int] = set()
    experienced: set[int] = set()
    for person in people:
        done = turns.get(person, 0)
        if marked.get(person, done >= rules.experienced_from):
            experienced.add(person)
        elif person in marked or done < rules.new_below:
            new.add(person)
    return Experience(frozenset(new), frozenset(experienced))


def alone(on_call: Iterable[OnShift], known: Experience) -> list[Alone]:
    """Give when a newcomer is primary or secondary and nobody experienced is the other.

    `on_call`: the shifts of both duties. Part of a shift counts too. Clause oncall.newcomers.
    """
    shifts = list(on_call)
    if not any(shift.engineer in known.newcomers for shift in shifts):
        return []
    found = [
        Alone(person, period)
        for period, on in together(shifts)
        if not known.experienced.intersection(on)
        for person in on
        if person in known.newcomers
    ]
    return sorted(found, key=lambda one: (one.newcomer, one.period))


def newly(before: Iterable[Alone], after: Iterable[Alone]) -> list[Alone]:
    """Give what is worse than it was: time alone that was not alone before."""
    old: dict[int, list[Period]] = {}
    for one in before:
        old.setdefault(one.newcomer, []).append(one.period)
    new: dict[int, list[Period]] = {}
    for one in after:
        new.setdefault(one.newcomer, []).append(one.period)
    return [
        Alone(person, period)
        for person, periods in new.items()
        for period in subtract(periods, old.get(person, []))
    ]


def both(primary: Iterable[OnShift], secondary: Iterable[OnShift]) -> list[tuple[int, Period]]:
    """Give who would be primary and secondary at once, and when."""
    others: dict[int, list[Period]] = {}
    for shift in secondary:
        others.setdefault(shift.engineer, []).append(shift.period)
    return [
        (shift.engineer, shared)
        for shift in primary
        for period in others.get(shift.engineer, ())
        if (shared := shift.period.overlap(period)) is not None
    ]


_IN_TURN = ("rotation", "plan")


def give_way(
    primary: Iterable[OnShift], secondary: Iterable[OnShift], *, always: bool
) -> list[OnShift]:
    """Give the secondary's shifts without what the same person has as primary.

    Two rotations of different lengths meet in one person sooner or later; then the secondary is
    uncovered, which is seen and told like every hole. What somebody entered by hand gives way only
    if `always`; else it stays, to be refused.
    """
    mine: dict[int, list[OnShift]] = {}
    for shift in primary:
        mine.setdefault(shift.engineer, []).append(shift)
    left: list[OnShift] = []
    for shift in secondary:
        taken = [
            other.period
            for other in mine.get(shift.engineer, ())
            if always or (other.source.kind in _IN_TURN and shift.source.kind in _IN_TURN)
        ]
        parts = subtract([shift.period], taken) if taken else [shift.period]
        left += [replace(shift, period=part) for part in parts]
    return left


def free(
    people: Iterable[int], period: Period, busy: Iterable[tuple[int, Period]]
) -> Collection[int]:
    """Give who of these people has nothing in `period`, in the order given."""
    taken = {person for person, other in busy if other.overlap(period) is not None}
    return [person for person in people if person not in taken]
