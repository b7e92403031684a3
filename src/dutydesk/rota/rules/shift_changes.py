"""What becomes of the shifts to come when a rota is worked out again. The past stays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from dutydesk.kernel.periods import Period, subtract
from dutydesk.rota.rules.schedule import OnShift


@dataclass(frozen=True)
class ShiftChanges:
    """What to write: shifts that are new, that end at another time, that end now, that are off.

    Recorded shifts go by their number.
    """

    new: tuple[OnShift, ...]
    moved: tuple[tuple[int, datetime], ...]
    cut: tuple[int, ...]
    off: tuple[int, ...]


def difference(
    recorded: Mapping[int, OnShift], composed: Iterable[OnShift], at: datetime
) -> ShiftChanges:
    """Compare the recorded shifts that end after `at` with those composed from `at` on.

    One that goes on at `at` by the same cause stays the same shift, from when it began.
    """
    left = {_mark(shift, at): number for number, shift in recorded.items()}
    new: list[OnShift] = []
    moved: list[tuple[int, datetime]] = []
    for shift in composed:
        number = left.pop(_mark(shift, at), None)
        if number is None:
            new.append(shift)
        elif recorded[number].period.end != shift.period.end:
            moved.append((number, shift.period.end))
    begun = {number for number in left.values() if recorded[number].period.start < at}
    off = tuple(number for number in left.values() if number not in begun)
    return ShiftChanges(tuple(new), tuple(moved), tuple(sorted(begun)), off)


def _mark(shift: OnShift, at: datetime) -> tuple[object, ...]:
    return shift.engineer, max(shift.period.start, at), shift.source


@dataclass(frozen=True)
class Moved:
    """What an edit means for one person on one duty: time that they have now, or no longer."""

    gained: tuple[Period, ...]
    lost: tuple[Period, ...]


def moved(before: Iterable[OnShift], after: Iterable[OnShift], span: Period) -> dict[int, Moved]:
    """Give for everybody whose time in `span` changed what they gained and lost."""
    old, new = _by_engineer(before, span), _by_engineer(after, span)
    found: dict[int, Moved] = {}
    for engineer in sorted(old.keys() | new.keys()):
        had, has = old.get(engineer, []), new.get(engineer, [])
        change = Moved(tuple(subtract(has, had)), tuple(subtract(had, has)))
        if change.gained or change.lost:
            found[engineer] = change
    return found


def _by_engineer(shifts: Iterable[OnShift], span: Period) -> dict[int, list[Period]]:
    found: dict[int, list[Period]] = {}
    for shift in shifts:
        shared = shift.period.overlap(span)
        if shared is not None:
            found.setdefault(shift.engineer, []).append(shared)
    return found
