"""Planned maintenance of a team's past, as status pages keep it: no incident, and never one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from unicodedata import normalize
from zoneinfo import ZoneInfo

from dutydesk.histories.rules.imported_keys import cut_key
from dutydesk.histories.rules.imported_times import LogReading
from dutydesk.histories.rules.typed_times import NotATime, read_time
from dutydesk.kernel.bounds import OutOfBounds, check_text
from dutydesk.kernel.tables import Refusal

LONGEST_TITLE = 200
_UTC = ZoneInfo("UTC")
_FROM, _TO = "begins", "ends"


@dataclass(frozen=True)
class ImportedMaintenance:
    """Services that were out on purpose from `start` to `end`, both in UTC; `key` names it there.

    `place` is where it stood, and `row` all that was read of it.
    """

    key: str
    place: str
    title: str
    start: datetime
    end: datetime
    services: tuple[str, ...]

    @property
    def row(self) -> Mapping[str, str]:
        """Give all that was read of it, as an import remembers it."""
        return {
            "place": self.place,
            "title": self.title,
            _FROM: self.start.isoformat(),
            _TO: self.end.isoformat(),
            "services": ", ".join(self.services),
        }


@dataclass(frozen=True)
class ToldMaintenance:
    """What a format says of planned maintenance, as text; times say their offset, or are UTC."""

    place: str
    key: str
    title: str
    begins: str
    ends: str
    services: tuple[str, ...]


def read_maintenance(
    number: int, told: ToldMaintenance, reading: LogReading
) -> ImportedMaintenance | Refusal:
    """Give the maintenance, or the refusal that names its place and what is wrong."""
    try:
        for text in (told.place, told.key, told.title, *told.services):
            check_text(text, what="Its name")
    except OutOfBounds as error:
        place = told.place.encode(errors="replace").decode()
        return Refusal(number, "name", "", error.reason, error.remedy, place=place)
    start = _moment(number, _FROM, told.begins, reading)
    end = _moment(number, _TO, told.ends, reading)
    for one in (start, end):
        if isinstance(one, Refusal):
            return replace(one, place=told.place)
    assert isinstance(start, datetime), start
    assert isinstance(end, datetime), end
    if end <= start:
        why = f"It ends before it begins ({told.begins}), or at once."
        return Refusal(number, _TO, told.ends, why, "Correct it there.", place=told.place)
    title = (told.title.strip() or "Planned maintenance")[:LONGEST_TITLE]
    key = cut_key(normalize("NFC", told.key))  # However letters with accents are put together.
    return ImportedMaintenance(key, told.place, title, start, end, told.services)


def _moment(number: int, field: str, text: str, reading: LogReading) -> datetime | Refusal:
    """Read when it began or ended; what nobody knows, or is to come, is refused."""
    try:
        found = read_time(text, _UTC, day_first=reading.day_first)
    except NotATime as error:
        return Refusal(number, field, text, error.reason, error.remedy)
    if found is None:
        return Refusal(number, field, text, "It isn't said when that was.", "Say it there.")
    if reading.now and found > reading.now:
        remedy = "Import it again once it is over."
        return Refusal(number, field, text, "That is still to come.", remedy)
    return found
