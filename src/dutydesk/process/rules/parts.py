"""Whether the parts of the day, for which somebody is named, hold all support hours."""

from datetime import date, datetime, timedelta

from dutydesk.kernel.periods import Period, instant, subtract
from dutydesk.process.rules.ask_channel import PartOfDay
from dutydesk.process.rules.model import Process

# Any year will do: it has every weekday, each month, and both changes of the clocks.
_FIRST, _DAYS = date(2027, 1, 1), 365
_ALL_DAY = PartOfDay.model_validate(
    {"id": "day", "title": "The day", "starts": "00:00", "ends": "24:00"}
)


def without_part(process: Process) -> list[str]:
    """Give the times of day in support hours that no part holds, like “12:30 to 13:00”, in order.

    There are none if the process names no parts: then whoever is on support answers.
    """
    if not process.ask.cover.parts:
        return []
    clock, found = process.clock("support"), set[str]()
    before = _held(process, _FIRST - timedelta(days=1))
    for day in (_FIRST + timedelta(days=ahead) for ahead in range(_DAYS)):
        whole, held = _period(process, _ALL_DAY.on(day)), _held(process, day)
        open_ = clock.periods(whole.start, whole.end)
        found |= {_times(hole, process) for hole in subtract(open_, before + held)}
        before = held  # Some of it may be after midnight.
    return sorted(found)


def _held(process: Process, day: date) -> list[Period]:
    """Give when the parts of that day are."""
    return [_period(process, part.on(day)) for part in process.ask.cover.parts]


def _period(process: Process, times: tuple[datetime, datetime]) -> Period:
    first, last = times
    start = instant(first, process.zone)
    return Period(start, max(start, instant(last, process.zone, last=True)))


def _times(hole: Period, process: Process) -> str:
    start, end = (moment.astimezone(process.zone) for moment in (hole.start, hole.end))
    last = f"{end:%H:%M}" if end.date() == start.date() else "24:00"
    return f"{start:%H:%M} to {last}"
