"""When something of a timeline was, as its row says: on which day, at what time, by which clock.

A row may leave the day to the row before, and the clock to the head of its table. Whatever else
stands there is read as one moment, or not at all: no time is guessed.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dutydesk.histories.rules.typed_times import NotATime, read_time
from dutydesk.kernel.bounds import YEARS

UTC = ZoneInfo("UTC")
_DAY = re.compile(r"(?<!\d)(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)")
_TIME = r"\d{1,2}[:.h]\d{2}(?::\d{2}(?:\.\d+)?)?(?!\d)(?:\s*[ap]\.?m\b\.?)?"
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?(?!\d)"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?)?"
    r"(?:\s*\(?(?P<zone>Z|UTC|GMT|\+\d{2}(?::?\d{2})?|(?-i:[A-Z]{2,5}))(?![\w+-])\)?)?",
    re.IGNORECASE,
)
_NO_ZONE = frozenset({"HRS", "HOURS", "AM", "PM"})
_OWN_CLOCK = re.compile(r"(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})\)?$", re.IGNORECASE)
_WHOLE = re.compile(r"\d{4}-\d{2}-\d{2}T\S+")
_GOES_ON = re.compile(
    rf"\s*(?P<dash>[\u2010-\u2015-]|to|until|till)?\s*(?P<end>{_TIME})"
    r"(?:\s*\(?(?:Z|UTC|GMT|(?-i:[A-Z]{2,5}))\)?)?",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"[\d+]|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:[a-z]{3,6})?\b", re.I
)
_HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True)
class UnreadEntry:
    """A row of a timeline that can't be read, and why."""

    value: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class TableClock:
    """By which clock a table's times are: the head names a `zone`, or says `said` of each."""

    zone: ZoneInfo
    said: str = ""


@dataclass(frozen=True)
class RowMoment:
    """When a row was by its own clock; `offset` is how far that was from UTC, as “+01:00”."""

    local: datetime
    offset: str

    def __str__(self) -> str:
        """Write it so that it is read again as the same moment."""
        return f"{self.local:%Y-%m-%d %H:%M:%S}{self.offset}"


def moment_of(
    text: str, day: date | None, before: datetime | None, clock: TableClock, *, day_first: bool
) -> RowMoment | UnreadEntry | None:
    """Give when a row was, of what stands in its columns of times; None without a time of day.

    `day`: of the row before, which was at `before`; a time without a day that goes back by more
    than half a day is of the next.
    """
    text = re.sub(r"[*`_\s]+", " ", text).strip()
    left = _DAY.sub(" ", text, count=1)
    found = _CLOCK.search(left)
    if found is None:
        return None
    own = day_in([text])
    ahead, after = left[: found.start()], _after(left, found)
    try:
        if _WHOLE.fullmatch(text) or after is None or _MORE.search(ahead) or _MORE.search(after):
            return _whole(text, clock, day_first=day_first)
        local = _local(found, own or day, text)
        if own is None and before is not None and before - local > _HALF_A_DAY:
            local += timedelta(days=1)
        zone = (found["zone"] or "").upper()
        said = clock.said if zone in {"", *_NO_ZONE} else f" {zone}"
        typed = f"{local:%Y-%m-%d %H:%M:%S}{said}"
        return _beside(local, read_time(typed, clock.zone))
    except NotATime as error:
        return UnreadEntry(text, error.reason, error.remedy)


def day_in(cells: list[str]) -> date | None:
    """Give the first day that stands in one of these, as year, month and day."""
    for cell in cells:
        if found := _DAY.search(cell):
            try:
                return date(int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                return None
    return None


def _after(left: str, found: re.Match[str]) -> str | None:
    """Give what follows a time, without the one until which it went on.

    None if that may be an offset as well: “14:05-07:00”.
    """
    rest = left[found.end() :]
    on = _GOES_ON.match(rest)
    if on is None:
        return rest
    if on["dash"] == "-" and _minutes(on["end"]) < _minutes(found[0]):
        return None
    return rest[on.end() :]


def _minutes(text: str) -> int:
    hour, minute = re.findall(r"\d+", text)[:2]
    return int(hour) * 60 + int(minute)


def _local(found: re.Match[str], day: date | None, text: str) -> datetime:
    """Give a row's wall clock. Raises NotATime."""
    if day is None:
        remedy = "Write the day: into the file's name, its `date`, or the table."
        raise NotATime("Nothing says on which day it was.", remedy)
    if day.year not in YEARS:
        raise NotATime(f"The year {day.year} can't be right.", "Correct it there.")
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    half = (found["half"] or "").lower()
    if half == "a" and hour > 12:
        raise NotATime(f"“{text}” is after noon, and “am” says before.", "Correct it there.")
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    ends = (hour, minute, second) == (24, 0, 0)
    try:
        clock = time(0 if ends else hour, minute, second)
    except ValueError:
        raise NotATime("That is no time of day.", "Write it like 14:05.") from None
    return datetime.combine(day, clock) + timedelta(days=ends)


def _whole(text: str, clock: TableClock, *, day_first: bool) -> RowMoment:
    """Give a moment that the row says with its day, by its own clock or its table's."""
    said = "" if _OWN_CLOCK.search(text) else clock.said
    moment = read_time(f"{text}{said}", clock.zone, day_first=day_first)
    assert moment is not None, text
    return _beside(moment.astimezone(clock.zone).replace(tzinfo=None), moment)


def _beside(local: datetime, moment: datetime | None) -> RowMoment:
    assert moment is not None, local
    minutes = round((local - moment.replace(tzinfo=None)) / timedelta(minutes=1))
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    return RowMoment(local, f"{sign}{hours:02}:{rest:02}")


_REGION = re.compile(r"(?<![\w/])[A-Z][A-Za-z]+(?:/[A-Za-z0-9_+-]+)+")
_KNOWN = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe")
_REGIONS = frozenset((*_KNOWN, "Indian", "Pacific", "Etc", "US", "Canada", "Brazil"))
_AHEAD = re.compile(r"(?:UTC|GMT|\()\s*([+-]\d{1,2}(?::?\d{2})?)\b")
_CALLED = re.compile(
    r"\(\s*(?:all times )?(?:in )?([A-Z]{2,5})\s*\)|[a-z][,:]?\s+(?:in\s+)?([A-Z]{3,5})\s*$"
)


def clock_of(head: list[str], zone: ZoneInfo) -> TableClock | UnreadEntry:
    """Give the clock that the heads of a table's columns of times name, or else that of `zone`."""
    for cell in head:
        if region := _REGION.search(cell):
            if region[0].partition("/")[0] not in _REGIONS:
                continue
            try:
                return TableClock(ZoneInfo(region[0]))
            except (ValueError, OSError, ZoneInfoNotFoundError):
                why = f"No time zone is called “{region[0][:60]}”."
                return UnreadEntry(cell, why, "Write Europe/London, or UTC.")
        if ahead := _AHEAD.search(cell):
            return TableClock(zone, f" UTC{ahead[1]}")
        if re.search(r"\b(?:UTC|GMT)\b", cell) or re.search(
            r"\((?:in )?(?:utc|gmt|z)\)", cell, re.I
        ):
            return TableClock(UTC)
        if called := _CALLED.search(cell):
            return TableClock(zone, f" {called[1] or called[2]}")
    return TableClock(zone)
