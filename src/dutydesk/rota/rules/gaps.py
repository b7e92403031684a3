"""Declared hours that nobody covers, and when the desk tells people who is on."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period, instant, subtract, union
from dutydesk.rota.rules.schedule import OnShift
from dutydesk.rota.rules.stretches import together


def covered(shifts: Iterable[OnShift], *, reachable: Collection[int]) -> list[Period]:
    """Give when at least one person who can be reached is on."""
    return union(shift.period for shift in shifts if shift.engineer in reachable)


def gaps(
    declared: Iterable[Period], shifts: Iterable[OnShift], *, reachable: Collection[int]
) -> list[Period]:
    """Give the declared hours in which nobody is on who can be reached.

    Hours that nobody declared are no gap. Clauses hours.closed, oncall.rota.
    """
    return subtract(declared, covered(shifts, reachable=reachable))


def unheard(
    gap: Period, shifts: Iterable[OnShift], *, reachable: Collection[int]
) -> list[tuple[Period, tuple[int, ...]]]:
    """Give the parts of a gap, each with who is on in it whom no message reaches, if anybody."""
    mine = [
        replace(shift, period=shared)
        for shift in shifts
        if shift.engineer not in reachable and (shared := shift.period.overlap(gap))
    ]
    found = together(mine)
    left = subtract([gap], [period for period, _ in found])
    return sorted([*found, *((period, ()) for period in left)])


def next_telling(
    at: datetime, *, clock: time, days: Collection[int] | None, zone: ZoneInfo
) -> datetime | None:
    """Give the next time, strictly after `at`, to say who is on; None if no day is chosen.

    `days`: weekdays (0 is Monday), or None for all.
    """
    today = at.astimezone(zone).date()
    for ahead in range(9):
        day = today + timedelta(days=ahead)
        moment = instant(datetime.combine(day, clock), zone)
        if moment > at and (days is None or day.weekday() in days):
            return moment
    return None
