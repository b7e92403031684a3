"""Turns that begin: somebody comes on who was not on just before, and not for minutes only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from dutydesk.kernel.periods import Period
from dutydesk.rota.rules.schedule import OnShift

SHORTEST = timedelta(hours=1)


@dataclass(frozen=True)
class TurnBegins:
    """A turn of somebody, from when it begins on; `before`: who had the duty until then."""

    engineer: int
    period: Period
    before: tuple[int, ...] = ()


def beginning(shifts: Sequence[OnShift], span: Period) -> list[TurnBegins]:
    """Give the turns of one duty that begin in `span`, of its shifts in order of time.

    Shifts of one person that touch are one turn, and so are those of one turn of a rotation with
    nights or days between. What is shorter than an hour is cover.
    """
    found = []
    for shift in shifts:
        if shift.period.start not in span or _goes_on(shift, shifts):
            continue
        whole = _whole(shift, shifts)
        if whole.length < SHORTEST:
            continue
        before = [
            other.engineer
            for other in shifts
            if other.period.start < shift.period.start <= other.period.end
            and other.engineer != shift.engineer
        ]
        found.append(TurnBegins(shift.engineer, whole, tuple(dict.fromkeys(before))))
    return found


def _goes_on(shift: OnShift, shifts: Sequence[OnShift]) -> bool:
    """Say whether somebody was on just before, or in the same turn of their rotation."""
    return any(
        other.engineer == shift.engineer
        and other.period.start < shift.period.start
        and (other.period.end >= shift.period.start or _one_turn(other, shift))
        for other in shifts
    )


def _one_turn(some: OnShift, other: OnShift) -> bool:
    return some.source.turn is not None and some.source == other.source


def _whole(shift: OnShift, shifts: Sequence[OnShift]) -> Period:
    end = shift.period.end
    for other in shifts:
        if other.engineer != shift.engineer or other.period.start < shift.period.start:
            continue
        if other.period.start <= end or _one_turn(other, shift):
            end = max(end, other.period.end)
    return Period(shift.period.start, end)
