"""Timelines as people write them in Markdown: a table with a column of times, and what happened."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from dutydesk.histories.rules.timeline_moments import (
    TableClock,
    UnreadEntry,
    clock_of,
    day_in,
    moment_of,
)
from dutydesk.kernel.fences import fence_after

_RULE = re.compile(r"^[|\s:-]+$")
_CELLS = re.compile(r"(?<!\\)\|")
_WHEN = re.compile(r"\b(?:time|date|when)\b", re.IGNORECASE)


@dataclass(frozen=True)
class WrittenTimeline:
    """What tables tell: each entry's time, as text, and its words.

    `zone`: whose clock the last table is by. `trouble`: the first row that can't be read.
    `untimed`: what rows say that have no time of day.
    """

    entries: list[tuple[str, str]]
    zone: ZoneInfo
    trouble: UnreadEntry | None = None
    untimed: tuple[str, ...] = ()


def timeline_in(
    body: str, day: date | None, zone: ZoneInfo, *, day_first: bool = False
) -> WrittenTimeline:
    """Give the timeline that tables of a text tell, up to the first row in trouble.

    A time without a date is of the day of the row before, or of the next once it goes back by more
    than half a day: so a table goes on past midnight. `day` is that of the first row. Times are on
    the clock that the table's head names; else on `zone`.
    """
    entries: list[tuple[str, str]] = []
    untimed: list[str] = []
    clock, before = TableClock(zone), None
    for table in _tables(body):
        at = _columns(table[0])
        if not at:
            continue
        named = clock_of([table[0][place] for place in at], zone)
        if isinstance(named, UnreadEntry):
            return WrittenTimeline(entries, clock.zone, named)
        clock = named
        for cells in table[1:]:
            when = " ".join(cells[place] for place in at if place < len(cells))
            text = ", ".join(cell for place, cell in enumerate(cells) if cell and place not in at)
            read = moment_of(when, day, before, clock, day_first=day_first)
            if isinstance(read, UnreadEntry):
                return WrittenTimeline(entries, clock.zone, read)
            if read is None:
                day = day_in(cells[: max(at) + 1]) or day
                untimed += [_plain(text)] if text else []
                continue
            before, day = read.local, read.local.date()
            entries.append((str(read), _plain(text)))
    return WrittenTimeline(entries, clock.zone, untimed=tuple(untimed))


def _tables(body: str) -> Iterator[list[list[str]]]:
    """Give each table's rows of cells, its head first; what stands in a block of code is none."""
    rows: list[list[str]] = []
    fence = ""
    for line in [*body.splitlines(), ""]:
        before, fence = fence, fence_after(line.lstrip(), fence)
        if "|" in line and not before and not fence:
            if not _RULE.match(line):
                cells = [cell.strip() for cell in _CELLS.split(line.strip().strip("|"))]
                rows.append(cells)
        elif rows:
            yield rows
            rows = []


def _columns(head: list[str]) -> list[int]:
    """Give which columns say when; none if this is no timeline."""
    at = [place for place, cell in enumerate(head) if _WHEN.search(cell)]
    return [] if len(at) == len(head) else at


def _plain(text: str) -> str:
    """Give a cell's words without the marks of Markdown that only lay stress."""
    return re.sub(r"\*\*|__|`", "", text.replace("\\|", "|")).strip()
