"""Incidents of a team's past as other tools keep them: what all their formats have in common.

Whatever a format says is first put into the words of a log's row, and read as one: so the same
times are refused everywhere, with the same words.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dutydesk.histories.rules.imported import COLUMNS, ImportedEntry, ImportedIncident, read_row
from dutydesk.histories.rules.imported_maintenance import ImportedMaintenance
from dutydesk.histories.rules.imported_times import STEPS, LogReading
from dutydesk.histories.rules.published import quarter_of
from dutydesk.histories.rules.typed_times import NotATime, read_time
from dutydesk.kernel.bounds import OutOfBounds, check_text
from dutydesk.kernel.tables import Refusal

LONGEST_ENTRY = 4_000
UTC_ZONE = ZoneInfo("UTC")
_ONCE_OVER = "Import it again once it is over."


@dataclass(frozen=True)
class SkippedEntry:
    """Something that is no incident, such as a notice, and why it was left out."""

    title: str
    why: str


@dataclass
class ToldIncident:
    """What a format says of one incident, as text. `place` names where, as `history/disk.md`.

    `key` names it there for good. `times` are by a log's columns. `zone`: whose wall clock they are
    on, where they don't say. Without `services`, or a `priority`, it says nothing of them; nor of
    whether its times are `estimated`.
    """

    place: str
    key: str
    title: str
    times: dict[str, str] = field(default_factory=dict)
    entries: list[tuple[str, str]] = field(default_factory=list)
    services: tuple[str, ...] = ()
    priority: str = ""
    user_impact: bool = True
    zone: ZoneInfo = UTC_ZONE
    warnings: tuple[str, ...] = ()
    estimated: str = ""


Read = ImportedIncident | ImportedMaintenance | Refusal | SkippedEntry


def still_open(place: str, title: str) -> Refusal:
    """Refuse an incident that still goes on: the desk keeps those of the past."""
    return Refusal(0, "resolved", title, "It still goes on.", _ONCE_OVER, place=place)


def read(number: int, told: ToldIncident, reading: LogReading) -> ImportedIncident | Refusal:
    """Give the incident, or the refusal that names its place and its first fault."""
    try:
        check_text(told.place, what="Its name")
        for _, text in told.entries:
            check_text(text, what="An entry")
    except OutOfBounds as error:
        place = told.place.encode(errors="replace").decode()
        return Refusal(number, "timeline", "", error.reason, "Correct it there.", place=place)
    entries: list[ImportedEntry] = []
    for at, text in told.entries:
        try:
            moment = read_time(at, told.zone, day_first=reading.day_first)
        except NotATime as error:
            return Refusal(number, "timeline", at, error.reason, error.remedy, place=told.place)
        if moment is None:
            continue
        if reading.now and moment > reading.now:
            why = "That is still to come."
            return Refusal(number, "timeline", at, why, "Correct it there.", place=told.place)
        entries.append(ImportedEntry(moment, text.strip()[:LONGEST_ENTRY]))
    row = dict.fromkeys(COLUMNS.all, "") | told.times
    row |= {"incident": told.title.strip(), "id": told.key, "quarter": _quarter(told, reading)}
    row["estimated"] = told.estimated
    found = read_row(number, row, replace(reading, zone=told.zone))
    if isinstance(found, Refusal):
        return _placed(found, told.place)
    return replace(
        found,
        entries=tuple(sorted((e for e in entries if e.text), key=lambda e: e.at)),
        services=told.services or None,
        priority=told.priority or None,
        user_impact=told.user_impact if told.priority else None,
        warnings=(*told.warnings, *found.warnings),
        row={**found.row, "place": told.place},
    )


def _quarter(told: ToldIncident, reading: LogReading) -> str:
    """Give the quarter in which it began; of a time that can't be read nothing comes."""
    known = []
    for step in STEPS:
        try:
            moment = read_time(told.times.get(step, ""), told.zone, day_first=reading.day_first)
        except NotATime:
            continue
        known += [moment] if moment else []
    first = min(known, default=datetime(1970, 1, 1, tzinfo=UTC))
    return quarter_of(first.astimezone(reading.zone).date())


def _placed(refusal: Refusal, place: str) -> Refusal:
    more = tuple(replace(one, place=place) for one in refusal.more)
    return replace(refusal, place=place, more=more)


def each_once(found: Iterable[Read]) -> Iterator[Read]:
    """Pass on what was read, but for what one before has the key of."""
    seen: dict[str, str] = {}
    for one in found:
        if isinstance(one, ImportedIncident | ImportedMaintenance):
            place = one.row["place"]
            if one.key in seen:
                why = f"{seen[one.key]} holds the same one."
                remedy = "Remove one of the two."
                yield Refusal(0, "incident", one.title, why, remedy, place=place)
                continue
            seen[one.key] = place
        yield one


def text_of(source: Mapping[str, object], *names: str) -> str:
    """Give the first of these fields that holds something, as text."""
    for name in names:
        value = source.get(name)
        if value not in (None, ""):
            return str(value)
    return ""
