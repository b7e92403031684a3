"""What was seen of a service, kept as runs: a stretch of time for each change, and no more."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zlib import crc32


@dataclass(frozen=True)
class Seen:
    """From when to when a service was up, or down, as far as one look says it. `said`: why down."""

    start: datetime
    end: datetime
    up: bool
    said: str = ""


def joined(last: Seen | None, looks: Iterable[Seen]) -> list[Seen]:
    """Give the runs that come of looks, in order of time, after the last run there was.

    The first of them is the last run with its new end, if there was one. A look holds until the
    next; what lies between two that don't meet nobody saw. What comes too late is left aside.
    """
    found = [last] if last else []
    for look in looks:
        before = found[-1] if found else None
        if before and look.start <= before.start:
            continue
        if before is None or look.start > before.end:
            found.append(look)
        elif look.up == before.up:
            found[-1] = replace(before, end=max(before.end, look.end))
        else:
            found[-1] = replace(before, end=look.start)
            found.append(look)
    return found


def holds(at: datetime, every: timedelta) -> datetime:
    """Give up to when a check's answer holds if no other comes: for two intervals.

    So a check that comes a little late leaves no hole, and a desk that doesn't run leaves one.
    """
    return at + 2 * every


def next_turn(after: datetime, every: timedelta, number: int) -> datetime:
    """Give a check's next turn; each has its own place in the interval: not all come at once."""
    seconds = int(every.total_seconds())
    place = timedelta(seconds=crc32(b"%d" % number) % seconds)
    begun = (after - _EPOCH - place) // every
    return _EPOCH + place + (begun + 1) * every


_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
