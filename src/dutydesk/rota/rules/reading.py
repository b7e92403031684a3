"""Reading a composed schedule: as one with what was recorded, and by who is on together."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from dutydesk.kernel.periods import Period
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


def continued(history: Iterable[OnShift], future: Iterable[OnShift]) -> list[OnShift]:
    """Give what was recorded and what is to come as one, in order.

    Where somebody was on up to the moment at which they are on again, that is one shift, from
    when it truly began. The past is taken as it was written down, never worked out again.
    """
    coming = list(future)
    joined: list[OnShift] = []
    for past in history:
        following = next(
            (s for s in coming if (s.engineer, s.period.start) == (past.engineer, past.period.end)),
            None,
        )
        if following is None:
            joined.append(past)
        else:
            coming.remove(following)
            whole = Period(past.period.start, following.period.end)
            joined.append(replace(following, period=whole))
    return sorted(joined + coming, key=lambda shift: (shift.period.start, shift.engineer))


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
