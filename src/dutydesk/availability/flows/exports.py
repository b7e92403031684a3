"""The figures of a range as rows, for every way out: a file, JSON, the command line."""

import csv
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import Any

from dutydesk.availability.flows.figures import OverallAvailability, ServiceAvailability, overall
from dutydesk.availability.rules.ranges import DayRange
from dutydesk.availability.words import rows
from dutydesk.process.flows import process


def told(chosen: DayRange, *, at: datetime) -> dict[str, Any]:
    """Give everything of a range, as JSON says it. Clause measure.availability."""
    current = process.in_force()
    period = chosen.period(current.zone)
    found = overall(period, at=at)
    return {
        "from": chosen.first.isoformat(),
        "to": chosen.last.isoformat(),
        "zone": current.place.zone,
        "at": at.isoformat(),
        "counted_by": current.availability.clock,
        "planned_maintenance": current.availability.maintenance,
        "overall": _all(found),
        "services": [_one(one) | {"sources": rows.sources(one.reigns)} for one in found.services],
    }


def as_csv(chosen: DayRange, *, at: datetime) -> str:
    """Give the table of a range as CSV; what nobody knows is empty, and never 0."""
    found = overall(chosen.period(process.in_force().zone), at=at)
    lines = [*map(_one, found.services), {"name": "All services", "state": None} | _all(found)]
    return "".join(_lines(lines))


def _lines(lines: list[dict[str, Any]]) -> Iterator[str]:
    file = StringIO()
    writer = csv.DictWriter(file, rows.COLUMNS, extrasaction="ignore", restval="")
    writer.writeheader()
    for one in lines:
        writer.writerow({name: _safe(one.get(name)) for name in rows.COLUMNS})
    yield file.getvalue()


def _safe(value: object) -> object:
    """Give a value that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value[:1] in "=+-@\t\r":
        return f"'{value}"
    return "" if value is None else value


def _one(found: ServiceAvailability) -> dict[str, Any]:
    return {
        "name": found.service.name,
        "state": found.now.value if found.now else None,
        **rows.tallied(found.tally),
        **rows.budgeted(found.budget, met=found.met),
        "source": found.source.kind if found.source else None,
    }


def _all(found: OverallAvailability) -> dict[str, Any]:
    return {**rows.tallied(found.tally), **rows.budgeted(found.budget, met=found.met)}
