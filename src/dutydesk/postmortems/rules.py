"""By when the group session is held."""

from datetime import date, datetime, time, timedelta

from dutydesk.kernel.periods import instant
from dutydesk.process.rules.model import Process


def session_due(process: Process, resolved: datetime) -> datetime:
    """Give the end of the last working day on which the session is in time.

    A day counts if the working clock is open on it at all. Clause postmortem.session.
    """
    working, left = process.clock("working"), process.postmortems.session_within_working_days
    day = resolved.astimezone(process.zone).date()
    closes = resolved
    for _ in range(366):
        day += timedelta(days=1)
        periods = working.periods(_midnight(day, process), _midnight(day + timedelta(1), process))
        if periods:
            closes, left = periods[-1].end, left - 1
        if left == 0:
            break
    return closes


def _midnight(day: date, process: Process) -> datetime:
    return instant(datetime.combine(day, time.min), process.zone)
