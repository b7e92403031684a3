"""Timelines as people write them in Markdown: a table with a column of times, and what happened."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dutydesk.kernel.bounds import YEARS

UTC = ZoneInfo("UTC")
_RULE = re.compile(r"^[|\s:-]+$")
_CELLS = re.compile(r"(?<!\\)\|")
_ZONE = re.compile(r"\(\s*(?:in |all times )?([A-Za-z]+(?:/[A-Za-z_+-]+)*)\s*\)")
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<half>[ap])?\.?(?:m\.?)?(?!\d)"
    r"(?:\s*(?P<zone>UTC|GMT|Z)\b)?",
    re.I,
)
_DAY = re.compile(r"(?<!\d)(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)")
_HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True)
class UnreadEntry:
    """A row of a timeline that can't be read, and why."""

    value: str
    reason: str
    remedy: str


def entries_in(
    body: str, day: date | None, zone: ZoneInfo
) -> tuple[list[tuple[str, str]], ZoneInfo, UnreadEntry | None]:
    """Give each entry's time and text, the clock that they are on, and the first row in trouble.

    A time without a date is of the day of the row before, or of the next once it goes back by more
    than half a day: so a table goes on past midnight. `day` is that of the first row. Times are on
    the clock that the table's head names; else on `zone`.
    """
    entries: list[tuple[str, str]] = []
    clock, before = zone, None
    for table in _tables(body):
        found = _columns(table[0])
        if found is None:
            continue
        at, named = found
        clock = named or zone
        for cells in table[1:]:
            read = _moment(cells, at, day, before)
            if isinstance(read, UnreadEntry):
                return entries, clock, read
            if read is None:
                day, before = _new_day(cells[: max(at) + 1]) or day, before
                continue
            before, day = read, read.date()
            text = ", ".join(cell for place, cell in enumerate(cells) if cell and place not in at)
            entries.append((f"{read:%Y-%m-%d %H:%M:%S}{_offset(cells, at)}", _plain(text)))
    return entries, clock, None


def _tables(body: str) -> Iterator[list[list[str]]]:
    """Give each table's rows of cells, its head first."""
    rows: list[list[str]] = []
    for line in [*body.splitlines(), ""]:
        if "|" in line:
            if not _RULE.match(line):
                cells = [cell.strip() for cell in _CELLS.split(line.strip().strip("|"))]
                rows.append(cells)
        elif rows:
            yield rows
            rows = []


def _columns(head: list[str]) -> tuple[list[int], ZoneInfo | None] | None:
    """Give which columns say when, and the clock that they name; None if this is no timeline."""
    at = [n for n, cell in enumerate(head) if re.search(r"\b(?:time|date|when)\b", cell, re.I)]
    if not at or len(at) == len(head):
        return None
    named = next((found[1] for n in at if (found := _ZONE.search(head[n]))), "")
    plain = next((w for n in at for w in ("UTC", "GMT") if re.search(rf"\b{w}\b", head[n])), "")
    return at, _zone(named or plain)


def _zone(name: str) -> ZoneInfo | None:
    if name.upper() in ("UTC", "GMT", "Z"):
        return UTC
    try:
        return ZoneInfo(name) if "/" in name else None
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return None


def _moment(
    cells: list[str], at: list[int], day: date | None, before: datetime | None
) -> datetime | UnreadEntry | None:
    """Give when a row was, on its table's clock; None if it has no time of day."""
    text = " ".join(cells[n] for n in at if n < len(cells))
    own = _new_day([text])
    found = _CLOCK.search(_DAY.sub(" ", text).replace("T", " "))
    if found is None:
        return None
    day = own or day
    if day is None:
        why = "Nothing says on which day it was."
        return UnreadEntry(
            text, why, "Write the day: into the file's name, its `date`, or the table."
        )
    if day.year not in YEARS:
        return UnreadEntry(text, f"The year {day.year} can't be right.", "Correct it there.")
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    try:
        clock = time(hour, int(found["minute"]), int(found["second"] or 0))
    except ValueError:
        return UnreadEntry(text, "That is no time of day.", "Write it like 14:05.")
    moment = datetime.combine(day, clock)
    if own is None and before is not None and before - moment > _HALF_A_DAY:
        moment += timedelta(days=1)
    return moment


def _offset(cells: list[str], at: list[int]) -> str:
    """Give “ UTC” where the row itself says so."""
    text = " ".join(cells[n] for n in at if n < len(cells))
    found = _CLOCK.search(_DAY.sub(" ", text).replace("T", " "))
    return " UTC" if found and found["zone"] else ""


def _new_day(cells: list[str]) -> date | None:
    for cell in cells:
        if found := _DAY.search(cell):
            try:
                return date(int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                return None
    return None


def _plain(text: str) -> str:
    """Give a cell's words without the marks of Markdown that only lay stress."""
    return re.sub(r"\*\*|__|`", "", text.replace("\\|", "|")).strip()
