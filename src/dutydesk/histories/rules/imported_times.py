"""What can't be, and what is only seldom right, among the times that a log gives of an incident."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dutydesk.histories.rules.published import quarter_of
from dutydesk.kernel.tables import Refusal, Row

LONGEST = timedelta(days=28)
"""How far a time may lie from the day in the incident's name: a mistyped month moves it by more.

An incident that lasts longer is kept, with a warning.
"""

STEPS = {
    "fault_occurs": "the fault occurred",
    "first_detected": "it was first detected",
    "declared": "it was declared",
    "repaired": "it was repaired",
    "resolved": "it was resolved",
}
COLUMN_OF = {step: step.removeprefix("first_") for step in STEPS}
"""What the desk calls each of them."""
_NEVER_BEFORE = (
    ("first_detected", "declared"),
    ("fault_occurs", "repaired"),
    ("first_detected", "repaired"),
    ("fault_occurs", "resolved"),
    ("first_detected", "resolved"),
    ("repaired", "resolved"),
)
_SELDOM_BEFORE = (
    ("fault_occurs", "first_detected"),
    ("fault_occurs", "declared"),
    ("declared", "repaired"),
    ("declared", "resolved"),
)
DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?!\d)[-_ ]*")

Times = Mapping[str, datetime | None]


def times_of(incident: object) -> Times:
    """Give an incident's times by a log's names for them, imported or kept."""
    return {step: getattr(incident, column) for step, column in COLUMN_OF.items()}


@dataclass(frozen=True)
class LogReading:
    """How a log is to be read: on which wall clock, what of it is mistyped, and what is to come.

    A time that lies `longest` or further from the day in the incident's name counts as mistyped,
    and so does one after `now`, if that is given. `without_wrong`: a row is kept without its
    mistyped times, rather than refused for them.
    """

    zone: ZoneInfo
    longest: timedelta = LONGEST
    day_first: bool = False
    now: datetime | None = None
    without_wrong: bool = False


def faults_of(
    number: int, row: Row, times: Times, reading: LogReading, doubted: set[str]
) -> list[Refusal]:
    """Give what is wrong with times that can be read, once for each."""
    found = [
        *_far_off(number, row, times, reading),
        *_to_come(number, row, times, reading.now),
    ]
    return [*found, *_impossible(number, row, times, doubted | {one.field for one in found})]


def oddities(row: Row, quarter: str, times: Times, reading: LogReading) -> tuple[str, ...]:
    """Give what is possible, but seldom right."""
    return (
        *_unusual(row, times),
        *_elsewhere(quarter, times, reading.zone),
        *_odd_length(times, reading.longest),
    )


def _far_off(number: int, row: Row, times: Times, reading: LogReading) -> list[Refusal]:
    """Refuse times that lie too far from the day in the incident's name: a mistyped date."""
    day = day_in(row["incident"])
    if day is None:
        return []
    return [
        fault(
            number,
            row,
            field,
            f"It lies {away.days} days from {day}, the day in the incident's name.",
            "Correct the date in the log; or, if the incident did last that long, allow more days"
            f" with --longest {away.days + 1}d.",
        )
        for field, moment in times.items()
        if moment and (away := abs(moment.astimezone(reading.zone).date() - day)) >= reading.longest
    ]


def _to_come(number: int, row: Row, times: Times, now: datetime | None) -> list[Refusal]:
    """Refuse times that are still to come."""
    return [
        fault(number, row, field, "That is still to come.")
        for field, moment in times.items()
        if moment and now and moment > now
    ]


def _impossible(number: int, row: Row, times: Times, doubted: set[str]) -> list[Refusal]:
    """Refuse steps that come before what they follow; a step in doubt already accuses no other."""
    faults: dict[str, Refusal] = {}
    for first, then in _NEVER_BEFORE:
        if {first, then} & doubted or then in faults or not _swapped(times, first, then):
            continue
        faults[then] = fault(
            number, row, then, f"That is before {STEPS[first]} ({row[first]}), which can't be."
        )
    return list(faults.values())


def _unusual(row: Row, times: Times) -> list[str]:
    """Say which steps came in an order that is possible, but seldom right."""
    return [
        f"{STEPS[first].capitalize()} ({row[first]}) only after {STEPS[then]} ({row[then]})."
        for first, then in _SELDOM_BEFORE
        if _swapped(times, first, then)
    ]


def _swapped(times: Times, first: str, then: str) -> bool:
    """Say whether both are known and `then` lies before `first`."""
    one, two = times[first], times[then]
    return one is not None and two is not None and two < one


def _elsewhere(quarter: str, times: Times, zone: ZoneInfo) -> list[str]:
    """Say if the incident began in another quarter than the one that lists it."""
    began = min(moment for moment in times.values() if moment)
    actual = quarter_of(began.astimezone(zone).date())
    return [] if actual == quarter else [f"Listed under {quarter}, but it began in {actual}."]


def _odd_length(times: Times, longest: timedelta) -> list[str]:
    """Say if it lasted long, not at all, or if nothing says how long, or when it began."""
    if not any(times[step] for step in ("fault_occurs", "first_detected", "declared")):
        return ["It isn't said when it began: the measures count it in no time."]
    began = min(moment for moment in times.values() if moment)
    ends = [moment for step in ("repaired", "resolved") if (moment := times[step])]
    if not ends:
        return ["It isn't said when it ended. It is kept as one that is over."]
    lasted = max(ends) - began
    if lasted >= longest:
        return [f"It lasted {lasted.days} days. Is a date mistyped?"]
    return ["It ended in the minute in which it began."] if lasted < timedelta(minutes=1) else []


def fault(
    number: int,
    row: Row,
    field: str,
    reason: str,
    remedy: str = "Correct it in the log and import it again.",
) -> Refusal:
    """Refuse a row for what stands in one of its fields."""
    return Refusal(number, field, row[field], reason, remedy)


def day_in(name: str) -> date | None:
    """Give the day that a name begins with, as 2024-04-15-prometheus does."""
    found = DAY.match(name)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None
