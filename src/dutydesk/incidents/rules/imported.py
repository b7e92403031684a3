"""Incidents from before the desk, read from a log that people kept by hand.

A time that can mean one instant only is read, however it is typed. A row with a time that is
unreadable, impossible or ambiguous is refused whole; one that is only unusual is kept, with a
warning. No time is ever guessed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dutydesk.incidents.rules.published import quarter_of, read_published, read_quarter
from dutydesk.incidents.rules.typed_times import NotATime, read_time
from dutydesk.kernel.tables import Columns, Refusal, Row, rows

LONGEST = timedelta(days=28)
"""How far a time may lie from the day in the incident's name: a mistyped month moves it by more."""

COLUMNS = Columns(
    ("quarter", "incident", "first_detected", "declared", "repaired", "resolved"),
    ("fault_occurs", "published_time_to_repair", "published_time_to_resolve"),
)
_STEPS = {
    "fault_occurs": "the fault occurred",
    "first_detected": "it was first detected",
    "declared": "it was declared",
    "repaired": "it was repaired",
    "resolved": "it was resolved",
}
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
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?!\d)[-_ ]*")


@dataclass(frozen=True)
class ImportedIncident:
    """One incident as a hand-kept log tells it; times are in UTC, None where it does not say.

    `quarter` is where the log lists it. `key` is the same each time that the row is read, as
    long as its quarter and its name stay.
    """

    key: str
    quarter: str
    title: str
    fault_occurs: datetime | None
    detected: datetime | None
    declared: datetime | None
    repaired: datetime | None
    resolved: datetime | None
    published_repair: timedelta | None
    published_resolve: timedelta | None
    published_repair_text: str
    published_resolve_text: str
    warnings: tuple[str, ...] = ()


def read_log(
    lines: Iterable[str], zone: ZoneInfo, *, longest: timedelta = LONGEST
) -> Iterator[ImportedIncident | Refusal]:
    """Give each row of the log in turn, as an incident or as one refusal with all its faults.

    Times are on the wall clock of `zone`. One that lies `longest` or further from the day in
    the incident's name counts as mistyped. Raises `UnreadableFile` when the text is no such log.
    """
    seen: dict[str, int] = {}
    for number, row in rows(lines, COLUMNS):
        found = row if isinstance(row, Refusal) else read_row(number, row, zone, longest=longest)
        if isinstance(found, ImportedIncident):
            first = seen.setdefault(found.key, number)
            if first != number:
                found = Refusal(
                    number,
                    "incident",
                    found.title,
                    f"Row {first} holds an incident of the same quarter and name.",
                    "Remove one of the two rows, or name them apart.",
                )
        yield found


def read_row(
    number: int, row: Row, zone: ZoneInfo, *, longest: timedelta = LONGEST
) -> ImportedIncident | Refusal:
    """Give the incident in one row, or the refusal that names its first fault and holds the rest.

    `row` has every column of `COLUMNS`; `number` is the row's number, the header being 1.
    """
    faults: list[Refusal] = []
    quarter = _quarter_in(number, row, faults)
    name = row["incident"]
    if not name:
        faults.append(_fault(number, row, "incident", "The incident has no name."))
    times = _times_in(number, row, zone, faults)
    faults += _far_off(number, row, times, zone, longest)
    faults += _impossible(number, row, times, {fault.field for fault in faults})
    if faults:
        return replace(faults[0], more=tuple(faults[1:]))
    if not any(times.values()):
        return _fault(number, row, "first_detected", "None of the incident's times is known.")
    repair, repair_warning = _published(row, "published_time_to_repair")
    resolve, resolve_warning = _published(row, "published_time_to_resolve")
    unusual = (*_unusual(row, times), *_elsewhere(quarter, times, zone))
    return ImportedIncident(
        key=f"{_slug(quarter)}/{_slug(name)}",
        quarter=quarter,
        title=_title(name),
        fault_occurs=times["fault_occurs"],
        detected=times["first_detected"],
        declared=times["declared"],
        repaired=times["repaired"],
        resolved=times["resolved"],
        published_repair=repair,
        published_resolve=resolve,
        published_repair_text=row["published_time_to_repair"],
        published_resolve_text=row["published_time_to_resolve"],
        warnings=(*unusual, *repair_warning, *resolve_warning),
    )


Times = Mapping[str, datetime | None]


def _quarter_in(number: int, row: Row, faults: list[Refusal]) -> str:
    try:
        return read_quarter(row["quarter"])
    except ValueError as error:
        faults.append(_fault(number, row, "quarter", str(error)))
        return ""


def _times_in(number: int, row: Row, zone: ZoneInfo, faults: list[Refusal]) -> Times:
    """Read every step's time; one that can't be read is a fault, and unknown from here on."""
    times: dict[str, datetime | None] = {}
    for field in _STEPS:
        try:
            times[field] = read_time(row[field], zone)
        except NotATime as error:
            times[field] = None
            faults.append(Refusal(number, field, row[field], error.reason, error.remedy))
    return times


def _far_off(
    number: int, row: Row, times: Times, zone: ZoneInfo, longest: timedelta
) -> list[Refusal]:
    """Refuse times that lie too far from the day in the incident's name: a mistyped date."""
    day = _day_in(row["incident"])
    if day is None:
        return []
    return [
        _fault(
            number,
            row,
            field,
            f"It lies {away.days} days from {day}, the day in the incident's name.",
            "Correct the date in the log; or, if the incident did last that long, allow more days.",
        )
        for field, moment in times.items()
        if moment and (away := abs(moment.astimezone(zone).date() - day)) >= longest
    ]


def _impossible(number: int, row: Row, times: Times, doubted: set[str]) -> list[Refusal]:
    """Refuse steps that come before what they follow; a step in doubt already accuses no other."""
    faults: dict[str, Refusal] = {}
    for first, then in _NEVER_BEFORE:
        if {first, then} & doubted or then in faults or not _swapped(times, first, then):
            continue
        faults[then] = _fault(
            number, row, then, f"That is before {_STEPS[first]} ({row[first]}), which can't be."
        )
    return list(faults.values())


def _unusual(row: Row, times: Times) -> list[str]:
    """Say which steps came in an order that is possible, but seldom right."""
    return [
        f"{_STEPS[first].capitalize()} ({row[first]}) only after {_STEPS[then]} ({row[then]})."
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


def _published(row: Row, field: str) -> tuple[timedelta | None, tuple[str, ...]]:
    """Give a published length; text that can't be read is kept as text, with a warning."""
    try:
        return read_published(row[field]), ()
    except ValueError as error:
        return None, (f"The {field.replace('_', ' ')} was not read: {error}",)


def _fault(
    number: int,
    row: Row,
    field: str,
    reason: str,
    remedy: str = "Correct it in the log and import it again.",
) -> Refusal:
    return Refusal(number, field, row[field], reason, remedy)


def _day_in(name: str) -> date | None:
    found = _DAY.match(name)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def _title(name: str) -> str:
    """Turn “2024-04-15-prometheus” into “Prometheus”; a name that is only a day says so."""
    words = _DAY.sub("", name, count=1).strip() if _day_in(name) else name
    if not words:
        return f"Incident of {name}"
    if " " not in words:
        words = words.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _slug(text: str) -> str:
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-")
