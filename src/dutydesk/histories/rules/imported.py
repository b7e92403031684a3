"""Incidents from before the desk, read from a log that people kept by hand.

A time that can mean one instant only is read, however it is typed. A row with a time that is
unreadable, impossible or ambiguous is refused whole, or kept without it if that is asked for; one
that is only unusual is kept, with a warning. No time is ever guessed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from datetime import date, datetime, timedelta
from unicodedata import normalize
from zoneinfo import ZoneInfo

from dutydesk.histories.rules.imported_keys import cut_key
from dutydesk.histories.rules.imported_times import (
    DAY,
    STEPS,
    LogReading,
    Times,
    day_in,
    fault,
    faults_of,
    oddities,
    times_of,
)
from dutydesk.histories.rules.published import read_published, read_quarter
from dutydesk.histories.rules.typed_times import NotATime, read_time
from dutydesk.kernel import bounds
from dutydesk.kernel.tables import Columns, Refusal, Row, rows

COLUMNS = Columns(
    ("quarter", "incident", "first_detected", "declared", "repaired", "resolved"),
    (
        *("fault_occurs", "published_time_to_repair", "published_time_to_resolve", "id"),
        *("estimated", "priority", "services", "user_impact"),
    ),
    others=True,
    synonyms={
        **dict.fromkeys(("title", "name", "summary"), "incident"),
        **dict.fromkeys(("began", "began_at", "started", "started_at", "start"), "fault_occurs"),
        **dict.fromkeys(("detected", "detected_at", "first_detected_at"), "first_detected"),
        **dict.fromkeys(("repaired_at", "restored", "restored_at", "mitigated"), "repaired"),
        **dict.fromkeys(("resolved_at", "ended", "ended_at", "end", "closed"), "resolved"),
        **dict.fromkeys(("service", "affected", "affected_services"), "services"),
        **{"declared_at": "declared", "impact": "user_impact", "incident_id": "id"},
    },
)
LONGEST_TITLE = 200
_BY_ID = "id/"
FILES = ("postmortem", "cstate")
"""How the ids of incidents begin that have a file each."""
_PRIORITIES = ("high", "normal")
_YES, _NO = ("yes", "y", "true", "x", "1"), ("no", "n", "false", "0")


@dataclass(frozen=True)
class ImportedEntry:
    """One entry of an imported incident's timeline."""

    at: datetime
    text: str


@dataclass(frozen=True)
class ImportedIncident:
    """One incident as a hand-kept log tells it; times are in UTC, None where it does not say.

    `quarter` is where the log lists it. `key` is the same each time that the row is read: the log's
    own `id` for it, else its quarter and its name, which several may have. `row` is all that stood
    there, by column; `number` its number in a sheet, 0 elsewhere. `entries`, `services`,
    `priority`, `user_impact` and `estimated` are None if it doesn't say.
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
    row: Row = attribute(default_factory=dict)
    entries: tuple[ImportedEntry, ...] | None = None
    services: tuple[str, ...] | None = None
    priority: str | None = None
    user_impact: bool | None = None
    estimated: bool | None = None
    number: int = 0

    @property
    def has_id(self) -> bool:
        """Say whether the log names it by an id of its own."""
        return self.key.startswith(_BY_ID)

    @property
    def by_file(self) -> bool:
        """Say whether that id is a file's name, which another file may have too."""
        return self.key.startswith(tuple(f"{_BY_ID}{kind}/" for kind in FILES))

    @property
    def times(self) -> Times:
        """Give its times by the log's names for them."""
        return times_of(self)

    @property
    def began(self) -> datetime:
        """Give its earliest time."""
        return min(moment for moment in self.times.values() if moment)


def same_incident(one: Times, other: Times, zone: ZoneInfo) -> bool:
    """Say whether two of the same name are one: they share a time, or began on the same day."""
    shared = any(one[step] is not None and one[step] == other[step] for step in STEPS)
    return shared or _first_day(one, zone) == _first_day(other, zone)


def may_be_two(one: Times, other: Times) -> bool:
    """Say whether two of the same name and day are apart: one was over before the other began."""
    (began, ended), (began_too, ended_too) = _whole(one), _whole(other)
    lasted = began < ended or began_too < ended_too
    return lasted and (ended < began_too or ended_too < began)


def _whole(times: Times) -> tuple[datetime, datetime]:
    known = [moment for moment in times.values() if moment]
    return min(known), max(known)


def _first_day(times: Times, zone: ZoneInfo) -> date | None:
    began = min((moment for moment in times.values() if moment), default=None)
    return began.astimezone(zone).date() if began else None


def read_log(lines: Iterable[str], reading: LogReading) -> Iterator[ImportedIncident | Refusal]:
    """Give each row of the log in turn, as an incident or as one refusal with all its faults.

    Raises `UnreadableFile` when the text is no such log.
    """
    seen: dict[str, list[tuple[int, ImportedIncident]]] = {}
    for number, row in rows(lines, COLUMNS):
        found = row if isinstance(row, Refusal) else read_row(number, row, reading)
        if isinstance(found, ImportedIncident):
            before = seen.setdefault(found.key, [])
            twice = _twice(number, found, before, reading.zone)
            before.append((number, found))
            found = twice or found
        yield found


def _twice(
    number: int,
    found: ImportedIncident,
    before: Iterable[tuple[int, ImportedIncident]],
    zone: ZoneInfo,
) -> Refusal | None:
    """Refuse a row that tells of an incident that a row before told of."""
    for first, other in before:
        if found.has_id:
            reason = f"Row {first} has the same id."
        elif same_incident(found.times, other.times, zone):
            reason = f"Row {first} holds an incident of the same quarter, name and day."
        else:
            continue
        remedy = "Remove one of the two rows, or name them apart."
        return Refusal(number, "incident", found.title, reason, remedy)
    return None


def read_row(number: int, row: Row, reading: LogReading) -> ImportedIncident | Refusal:
    """Give the incident in one row, or the refusal that names its first fault and holds the rest.

    `row` has every column of `COLUMNS`; `number` is the row's number, the header being 1.
    """
    faults = list(_unstorable(number, row))
    quarter = _quarter_in(number, row, faults)
    name = row["incident"]
    if bounds.is_blank(name):
        faults.append(fault(number, row, "incident", "The incident has no name."))
    times = _times_in(number, row, reading, faults)
    estimated = _estimated(number, row, faults)
    doubted = {one.field for one in faults}
    faults += faults_of(number, row, times, reading, doubted)
    left_out: list[str] = []
    if reading.without_wrong and all(one.field in STEPS for one in faults):
        times, left_out, faults = _without(times, faults)
    if faults:
        return replace(faults[0], more=tuple(faults[1:]))
    if not any(times.values()):
        return fault(number, row, "first_detected", "None of the incident's times is known.")
    odd = oddities(row, quarter, times, reading)
    warnings = (*left_out, *odd, *_long_name(name), *_not_read(row))
    return replace(_incident(row, quarter, times, warnings), estimated=estimated, number=number)


def _incident(row: Row, quarter: str, times: Times, warnings: tuple[str, ...]) -> ImportedIncident:
    """Put together what a sound row tells."""
    name = row["incident"]
    repair, repair_warning = _published(row, "published_time_to_repair")
    resolve, resolve_warning = _published(row, "published_time_to_resolve")
    return ImportedIncident(
        key=_key(row, quarter, name),
        quarter=quarter,
        title=_title(name)[:LONGEST_TITLE],
        fault_occurs=times["fault_occurs"],
        detected=times["first_detected"],
        declared=times["declared"],
        repaired=times["repaired"],
        resolved=times["resolved"],
        published_repair=repair,
        published_resolve=resolve,
        published_repair_text=row["published_time_to_repair"],
        published_resolve_text=row["published_time_to_resolve"],
        warnings=(*warnings, *repair_warning, *resolve_warning),
        row={column: cell for column, cell in row.items() if cell},
        priority=_priority(row),
        services=_services(row),
        user_impact=_yes_or_no(row["user_impact"]),
    )


def _unstorable(number: int, row: Row) -> Iterator[Refusal]:
    """Refuse what no database takes; what stood there can't be shown either."""
    for field, cell in row.items():
        try:
            bounds.check_text(cell, what=f"The {field.replace('_', ' ')}")
        except bounds.OutOfBounds as error:
            yield Refusal(number, field, "", error.reason, error.remedy)


def _key(row: Row, quarter: str, name: str) -> str:
    """Give what an incident is known by; a long name is cut, and told apart by its digest.

    It is the same however letters with accents are put together there.
    """
    own, name = (normalize("NFC", text) for text in (row["id"], name))
    key = f"{_BY_ID}{own}" if own else f"{_slug(quarter)}/{_slug(name)}"
    return cut_key(key)


def _quarter_in(number: int, row: Row, faults: list[Refusal]) -> str:
    try:
        return read_quarter(row["quarter"])
    except ValueError as error:
        faults.append(fault(number, row, "quarter", str(error)))
        return ""


def _times_in(number: int, row: Row, reading: LogReading, faults: list[Refusal]) -> Times:
    """Read every step's time; one that can't be read is a fault, and unknown from here on."""
    times: dict[str, datetime | None] = {}
    for field in STEPS:
        try:
            times[field] = read_time(row[field], reading.zone, day_first=reading.day_first)
        except NotATime as error:
            times[field] = None
            faults.append(Refusal(number, field, row[field], error.reason, error.remedy))
    return times


def _without(times: Times, faults: Iterable[Refusal]) -> tuple[Times, list[str], list[Refusal]]:
    """Leave out the times that are wrong, each with a warning that says why; none is guessed."""
    wrong = {one.field for one in faults}
    kept = {step: None if step in wrong else moment for step, moment in times.items()}
    said = [
        f"{STEPS[one.field].capitalize()} “{one.value}”: left out. {one.reason}" for one in faults
    ]
    return kept, said, []


def _estimated(number: int, row: Row, faults: list[Refusal]) -> bool | None:
    """Read whether its times are estimates; None if nothing is said."""
    found = _yes_or_no(row["estimated"])
    if found is None and row["estimated"]:
        why = "It can't be seen whether its times are estimates."
        faults.append(fault(number, row, "estimated", why, "Write yes, no, or nothing."))
    return found


def _yes_or_no(text: str) -> bool | None:
    said = text.lower()
    return said in _YES if said in _YES or said in _NO else None


def _priority(row: Row) -> str | None:
    said = row["priority"].lower()
    return said if said in _PRIORITIES else None


def _not_read(row: Row) -> list[str]:
    """Say what of it isn't known, since the log says it in words that mean something elsewhere."""
    found = {"priority": _priority(row), "user_impact": _yes_or_no(row["user_impact"])}
    told = {"priority": "high or normal", "user_impact": "yes or no"}
    return [
        f"The {field.replace('_', ' ')} “{row[field][:60]}” was not read: write {told[field]}."
        for field, value in found.items()
        if row[field] and value is None
    ]


def _services(row: Row) -> tuple[str, ...] | None:
    """Read the names of its services, parted by commas or semicolons; None if none is said."""
    named = (name.strip() for name in re.split("[,;\n]", row["services"]))
    return tuple(dict.fromkeys(name for name in named if name)) or None


def _long_name(name: str) -> list[str]:
    length = len(_title(name))
    kept = f"Its name has {length} characters; {LONGEST_TITLE} of them are kept."
    return [kept] if length > LONGEST_TITLE else []


def _published(row: Row, field: str) -> tuple[timedelta | None, tuple[str, ...]]:
    """Give a published length; text that can't be read is kept as text, with a warning."""
    try:
        return read_published(row[field]), ()
    except ValueError as error:
        return None, (f"The {field.replace('_', ' ')} was not read: {error}",)


def _title(name: str) -> str:
    """Turn “2024-04-15-prometheus” into “Prometheus”; a name that is only a day says so.

    A name without a day is as people wrote it, on one line.
    """
    name = " ".join(normalize("NFC", name).split())
    if not day_in(name):
        return name
    words = DAY.sub("", name, count=1).strip()
    if not words:
        return f"Incident of {name}"
    if " " not in words:
        words = words.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _slug(text: str) -> str:
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-")
