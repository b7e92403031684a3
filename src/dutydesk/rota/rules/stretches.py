"""Reading a schedule: each person's time as one, and who is on together."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from dutydesk.kernel.periods import Period, union
from dutydesk.rota.rules.schedule import OnShift


def joined(shifts: Iterable[OnShift]) -> list[OnShift]:
    """Give the shifts with those of one person that touch made one, in order of start."""
    found: list[OnShift] = []
    latest: dict[int, int] = {}
    for shift in sorted(shifts, key=lambda shift: (shift.period.start, shift.engineer)):
        index = latest.get(shift.engineer)
        if index is not None and found[index].period.end >= shift.period.start:
            before = found[index]
            end = max(before.period.end, shift.period.end)
            found[index] = replace(before, period=Period(before.period.start, end))
        else:
            latest[shift.engineer] = len(found)
            found.append(shift)
    return found


def together(shifts: Iterable[OnShift]) -> list[tuple[Period, tuple[int, ...]]]:
    """Give who is on together: periods in order in which somebody is on and nothing changes."""
    steps = sorted(
        step
        for shift in shifts
        for step in (
            (shift.period.start, True, shift.engineer),
            (shift.period.end, False, shift.engineer),
        )
    )
    found: list[tuple[Period, tuple[int, ...]]] = []
    on: list[int] = []
    since: datetime | None = None
    for at, comes, engineer in steps:
        if since is not None and on and since < at:
            people = tuple(sorted(set(on)))
            if found and found[-1][1] == people and found[-1][0].end == since:
                found[-1] = (Period(found[-1][0].start, at), people)
            else:
                found.append((Period(since, at), people))
        if comes:
            on.append(engineer)
        else:
            on.remove(engineer)
        since = at
    return found


def within(periods: Iterable[Period], span: Period) -> list[Period]:
    """Give what of these lies in `span`, as stretches that don't touch."""
    return union(shared for each in periods if (shared := each.overlap(span)) is not None)
