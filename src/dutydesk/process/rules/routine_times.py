"""When a routine comes on a day, and by when it is to be done; and whether that can be meant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.periods import Period, instant
from dutydesk.process.rules.model import Process
from dutydesk.process.rules.pitfalls import Pitfall
from dutydesk.process.rules.routines import END, START, Routine

_DAY = timedelta(days=1)
_FURTHEST = 60


@dataclass(frozen=True, slots=True)
class RoutineSpell:
    """One day's go at a routine: it comes, is due, and nothing of it can be done after `closes`."""

    day: date
    comes: datetime
    due: datetime
    closes: datetime


def working_day(process: Process, day: date) -> Period | None:
    """Give from when to when the working hours of a day are, pauses included; None if it has none.

    Weekends and public holidays have none, unless the process says so.
    """
    return _hours(process, "working", day)


def _local_day(process: Process, day: date) -> Period:
    first, last = (
        instant(datetime.combine(one, time()), process.zone) for one in (day, day + _DAY)
    )
    return Period(first, last)


def _hours(process: Process, clock: str, day: date) -> Period | None:
    whole = _local_day(process, day)
    found = process.clock(clock).periods(whole.start, whole.end)
    return Period(found[0].start, found[-1].end) if found else None


def spell(process: Process, routine: Routine, day: date) -> RoutineSpell | None:
    """Give when a routine comes on a day; None if that is no working day. Clauses support.*.

    A time of day is kept within the working hours, so that on a short day it is done by their end;
    but not that of a routine for whoever is on call.
    """
    working = working_day(process, day)
    if working is None:
        return None
    found = _span(process, routine, day, working)
    closes = max(_local_day(process, day).end, found.end)
    return RoutineSpell(day, found.start, found.end, closes)


def _span(process: Process, routine: Routine, day: date, working: Period) -> Period:
    if routine.standing:
        return _hours(process, "support", day) or working
    latest = max(working.start, working.end - routine.within)
    if routine.at == END:
        return Period(latest, working.end)
    if routine.at == START:
        return Period(working.start, min(working.start + routine.within, working.end))
    comes = instant(datetime.combine(day, routine.time or time()), process.zone)
    if routine.who != "on call":
        comes = max(working.start, min(comes, latest))
    return Period(comes, comes + routine.within)


def before(process: Process, day: date) -> datetime | None:
    """Give when the working day before ended; None if there was none for two months."""
    earlier = (working_day(process, day - back * _DAY) for back in range(1, _FURTHEST))
    return next((one.end for one in earlier if one is not None), None)


def following(process: Process, day: date) -> datetime | None:
    """Give when the next working day begins; None if there is none for two months."""
    later = (working_day(process, day + ahead * _DAY) for ahead in range(1, _FURTHEST))
    return next((one.start for one in later if one is not None), None)


def misplaced(process: Process, at: datetime) -> Iterator[Pitfall]:
    """Give the routines whose time is outside the hours of those who have the turn."""
    opened = _year(process, at) if process.routines else {}
    longest = max((hours.length for hours in opened.values()), default=None)
    for place, routine in enumerate(process.routines):
        where = ("routines", place)
        if longest is not None and not routine.standing and routine.within > longest:
            yield Pitfall(
                f"{write_duration(routine.within)} is longer than any working day.",
                f"Write {write_duration(longest)} or less.",
                (*where, "within"),
                refused=True,
            )
        elif opened and routine.time is not None:
            yield from _outside(process, routine, opened, (*where, "at"))


def _year(process: Process, at: datetime) -> dict[date, Period]:
    """Give the working days of a year to come, each with its hours."""
    found: dict[date, Period] = {}
    for period in process.clock("working").periods(at, at + 366 * _DAY):
        day = period.start.astimezone(process.zone).date()
        found[day] = Period(found[day].start if day in found else period.start, period.end)
    return found


def _outside(
    process: Process, routine: Routine, opened: dict[date, Period], where: tuple[str | int, ...]
) -> Iterator[Pitfall]:
    days = [day for day, hours in opened.items() if not _inside(process, routine, day, hours)]
    named = process.clocks["on_call" if routine.who == "on call" else "working"]
    says = f"{routine.at} is outside {named.title.lower()}"
    if len(days) == len(opened):
        instead = f"Write a time within {named.hours}, or {START} or {END}."
        yield Pitfall(f"{says}, so nobody has the turn.", instead, where, refused=True)
    elif days:
        yield Pitfall(
            f"{says} on {days[0]:%A} {days[0]}, and comes at another time then.",
            f"If it belongs to their beginning or end, write {START} or {END}.",
            where,
        )


def _inside(process: Process, routine: Routine, day: date, working: Period) -> bool:
    comes = instant(datetime.combine(day, routine.time or time()), process.zone)
    if routine.who == "on call":
        return process.clock("on_call").is_open(comes)
    return comes in working
