"""A rota as a table of shifts: written for spreadsheets, and read as the calendar that it is."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from dutydesk.kernel import tables
from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.tables import Columns, Refusal, Row
from dutydesk.rota.rules import ical
from dutydesk.rota.rules.typed import moment

COLUMNS = ("duty", "name", "email", "start", "end", "by")
_READ = Columns(("start", "end"), ("duty", "name", "email"), others=True)


@dataclass(frozen=True)
class TableLine:
    """One shift of a rota."""

    duty: str
    name: str
    email: str
    period: Period
    by: str


class TableRefused(Refused):
    """A table can't be read as a rota."""


def write(lines: Iterable[TableLine], zone: ZoneInfo) -> str:
    """Give shifts as CSV, a line for each; times are the wall clock of `zone`, with its offset."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in lines:
        start, end = (
            at.astimezone(zone).isoformat(timespec="minutes")
            for at in (one.period.start, one.period.end)
        )
        writer.writerow([one.duty, _plain(one.name), one.email, start, end, one.by])
    return out.getvalue()


def _plain(text: str) -> str:
    """Give text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def as_calendar(text: str, duty: str, zone: ZoneInfo) -> str:
    """Give the shifts of a duty in a table as an iCalendar, to be taken in like any other.

    People go by e-mail if it is there, else by name; a table without the column `duty` is of one.
    What parts its cells, and its header, are read as `kernel.tables` does. Raises TableRefused, or
    UnreadableFile where it is no table.
    """
    entries = []
    for number, row in tables.rows(io.StringIO(text, newline=None), _READ):
        if isinstance(row, Refusal):
            raise TableRefused(f"Line {number}: {row.reason}", row.remedy)
        if (row["duty"] or duty).lower() == duty:
            entries.append(_entry(number, row, duty, zone))
    if not entries:
        raise TableRefused(f"No line of the table is of {duty}.", "Name another duty, or file.")
    return ical.write("A rota", entries, alarms=())


def _entry(number: int, cells: Row, duty: str, zone: ZoneInfo) -> ical.CalendarEntry:
    start, end = (_moment(number, cells[name], zone) for name in _READ.required)
    who = cells["email"] or cells["name"].removeprefix("'")
    if not who or end <= start:
        what = "names nobody" if not who else "ends no later than it starts"
        raise TableRefused(f"Line {number} {what}.", "Mend that line.")
    uid = f"{duty}-{start.isoformat()}-{who.casefold()}"
    return ical.CalendarEntry(uid, who, Period(start, end), changed=start)


def _moment(number: int, text: str, zone: ZoneInfo) -> datetime:
    try:
        return moment(text, zone)
    except Refused as refused:
        raise TableRefused(f"Line {number}: {refused.reason}", refused.remedy) from refused
