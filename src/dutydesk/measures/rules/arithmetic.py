"""How a length came about: which hours of which day the clock counted, and what would change it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from dutydesk.measures.rules.steps import STEPS, MeasuredSpan, Times
from dutydesk.process.rules.hours import Clock


@dataclass(frozen=True)
class CountedDay:
    """What a clock counted on one local day: from when to when, and how much in all."""

    day: date
    hours: tuple[tuple[datetime, datetime], ...]
    length: timedelta


@dataclass(frozen=True)
class Working:
    """How one length of one incident was worked out; `missing` says why there is none."""

    span: MeasuredSpan
    start: datetime | None
    end: datetime | None
    length: timedelta | None
    days: tuple[CountedDay, ...]
    missing: str
    changes: tuple[str, ...]


def working(
    span: MeasuredSpan,
    times: Times,
    clock: Clock,
    doubts: Sequence[str] = (),
    *,
    estimated: bool = False,
) -> Working:
    """Work out a length step by step, on a clock; `doubts` are what a log's reader warned of.

    One whose times are `estimated` has none.
    """
    start, end = span.ends(times)
    missing = span.missing(times, estimated=estimated)
    known = ("Times that are known, and no estimates, would make it count.",)
    changes = (
        *_changes(span, times),
        *(known if estimated and span.guessable else ()),
        *(f"Doubted when it was taken in: {d}" for d in doubts),
    )
    if missing or start is None or end is None:
        return Working(span, start, end, None, (), missing, changes)
    days = counted_days(clock, start, end)
    return Working(span, start, end, clock.between(start, end), days, "", changes)


def counted_days(clock: Clock, start: datetime, end: datetime) -> tuple[CountedDay, ...]:
    """Give each local day on which the clock ran from `start` to `end`; none on elapsed time."""
    if clock.hours is None:
        return ()
    zone = clock.calendar.zone
    local = [(p.start.astimezone(zone), p.end.astimezone(zone)) for p in clock.periods(start, end)]
    pieces = [piece for begins, ends in local for piece in _by_day(begins, ends)]
    return tuple(
        CountedDay(day, hours := tuple(found), sum(map(_length, hours), timedelta()))
        for day, found in groupby(pieces, key=lambda piece: piece[0].date())
    )


def _by_day(begins: datetime, ends: datetime) -> list[tuple[datetime, datetime]]:
    """Cut a period of local times at each midnight within it."""
    pieces = []
    while begins.date() < ends.date():
        following = begins.date() + timedelta(days=1)
        midnight = datetime(following.year, following.month, following.day, tzinfo=begins.tzinfo)
        pieces.append((begins, midnight))
        begins = midnight
    return [*pieces, (begins, ends)] if begins < ends else pieces


def _length(piece: tuple[datetime, datetime]) -> timedelta:
    begins, ends = (moment.astimezone(UTC) for moment in piece)
    return ends - begins


def _changes(span: MeasuredSpan, times: Times) -> list[str]:
    """Say which times that are not known would change the length."""
    found = []
    for steps, verb in ((span.start, "from"), (span.end, "to")):
        known = next((step for step in steps if times.get(step) is not None), None)
        before = steps[: steps.index(known)] if known else steps
        for step in before:
            then = f"now it is counted {verb} {STEPS[known]}" if known else "now there is none"
            found.append(f"{STEPS[step].capitalize()} is not known; {then}.")
    return found
