"""Which times with too few people were told already: as with holes, each by who is on then."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from dutydesk.kernel.periods import Period
from dutydesk.rota.rules import told_holes
from dutydesk.rota.rules.told_holes import ToldHoles

_OWN, _ONCE = "thin ", "thin: "
_BEGINNING = datetime.min.replace(tzinfo=UTC)


def group(people: Iterable[int]) -> str:
    """Name those who are on, whatever their order."""
    return str(sorted(people))


def read(marks: Sequence[str]) -> ToldHoles:
    """Give what was told, as it was written down; other marks are left alone.

    What an older desk told had no times: all counts as told that could be seen then.
    """
    if own := [mark.removeprefix(_OWN) for mark in marks if mark.startswith(_OWN)]:
        return told_holes.read(own)
    until = told_holes.read(marks).until
    if until is None:
        return ToldHoles()
    seen = [Period(_BEGINNING, until)]
    once = (mark.removeprefix(_ONCE) for mark in marks if mark.startswith(_ONCE))
    return ToldHoles(dict.fromkeys(once, seen), until)


def written(found: Iterable[tuple[str, Period]], until: datetime) -> list[str]:
    """Give the marks of what is told now, and of how far ahead was looked."""
    return [f"{_OWN}{mark}" for mark in told_holes.written(found, until)]
