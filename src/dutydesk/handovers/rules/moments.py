"""When something is handed over, and from when to when that tells of what happened."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period
from dutydesk.process.rules.handovers import (
    END_OF_DAY,
    START_OF_DAY,
    TURN_CHANGE,
    HandoverSection,
)
from dutydesk.process.rules.hours import Clock
from dutydesk.process.rules.model import Process

LATE = timedelta(hours=1)
"""For so long after its time a handover that nobody drafted, since the desk was off, is made."""
_BACK = timedelta(days=14)
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time at which something is handed over. `giver`: who has the on-call turn until then.

    `told` is what it tells of: what happened until then, since the time before; `ahead` is up to
    when whoever takes over has it.
    """

    section: HandoverSection
    due_at: datetime
    told: Period
    ahead: Period
    giver: int | None = None


@dataclass(frozen=True, slots=True)
class CallTurn:
    """Somebody's time on call without another between."""

    engineer: int
    period: Period


def days(process: Process, at: datetime) -> Iterator[Moment]:
    """Give the handovers of the day that are near: to be drafted, or missed a short while ago."""
    working = process.clock("working")
    for section in process.handovers:
        if section.when == TURN_CHANGE:
            continue
        near = Period(at - LATE, at + section.drafted_before)
        for due in _edges(working, near, section.when):
            yield _of_day(section, working, due)


def _of_day(section: HandoverSection, working: Clock, due: datetime) -> Moment:
    before = [day for day in _days(working, Period(due - _BACK, due)) if day.end <= due]
    last = before[-1] if before else Period(due - timedelta(days=1), due)
    opens = working.next_open(due + timedelta(seconds=1)) or due
    if section.when == START_OF_DAY:
        closes = working.next_change(due) or due
        return Moment(section, due, Period(last.end, due), Period(due, closes))
    return Moment(section, due, Period(last.start, due), Period(due, opens))


def _edges(working: Clock, near: Period, when: str) -> Iterator[datetime]:
    """Give when a day begins, or ends, in a period; from its start on, and at its end too."""
    around = Period(near.start - timedelta(days=1), near.end + timedelta(days=1))
    for day in _days(working, around):
        edge = day.start if when == START_OF_DAY else day.end
        if near.start <= edge <= near.end:
            yield edge


def _days(working: Clock, span: Period) -> list[Period]:
    """Give each day's working time as one, from its first opening to its last closing."""
    zone = working.calendar.zone
    found: dict[date, Period] = {}
    for period in working.periods(span.start, span.end):
        cut = period.start == span.start and working.is_open(span.start - timedelta(seconds=1))
        if cut or (period.end == span.end and working.is_open(span.end)):
            continue
        day = period.start.astimezone(zone).date()
        first = found.get(day, period)
        found[day] = Period(first.start, period.end)
    return list(found.values())


def turns(
    shifts: Iterable[tuple[int, Period]],
    shortest: timedelta = timedelta(0),
    zone: ZoneInfo = _UTC,
) -> list[CallTurn]:
    """Give who was on call in turn, of shifts in order: one person's shifts are one turn.

    Whoever was on for less than `shortest` was cover, in the turn of those before and after. It
    counts on the clock of `zone` too: a night in which that is put forward is as long as others.
    """
    turns = [one for one in _joined(shifts) if _length(one.period, zone) >= shortest]
    return _joined((one.engineer, one.period) for one in turns)


def _length(period: Period, zone: ZoneInfo) -> timedelta:
    start, end = (one.astimezone(zone).replace(tzinfo=None) for one in (period.start, period.end))
    return max(period.length, end - start)


def _joined(shifts: Iterable[tuple[int, Period]]) -> list[CallTurn]:
    found: list[CallTurn] = []
    for engineer, period in shifts:
        if found and found[-1].engineer == engineer:
            end = max(found[-1].period.end, period.end)
            found[-1] = CallTurn(engineer, Period(found[-1].period.start, end))
        else:
            found.append(CallTurn(engineer, period))
    return found


def changes(process: Process, found: Sequence[CallTurn], at: datetime) -> Iterator[Moment]:
    """Give the changes of the on-call turn that are near, of the turns in order."""
    sections = [one for one in process.handovers if one.when == TURN_CHANGE]
    for section in sections:
        for before, after in pairwise(found):
            due = after.period.start
            if at - LATE <= due <= at + section.drafted_before:
                told = Period(min(before.period.start, due), due)
                yield Moment(section, due, told, after.period, before.engineer)


def title_of(when: str) -> str:
    """Name a kind of handover, as its title begins."""
    return {START_OF_DAY: "Start of day", END_OF_DAY: "End of day"}.get(when, "On-call turn")
