"""What a team has published about its incidents: lengths of time, and each quarter's means."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from dutydesk.kernel.durations import compact
from dutydesk.kernel.tables import Columns, Refusal, Row, rows

_QUARTER_COLUMNS = Columns(
    (
        "quarter",
        "incidents_listed",
        "published_mean_time_to_repair",
        "published_mean_time_to_resolve",
    ),
    ("repair_min", "resolve_min"),
)
_NONE = frozenset({"", "-", "n/a", "na", "unknown", "tbc", "none"})
_NOTE = re.compile(r"\([^()]*\)\s*$")
_NUMBER = r"(\d{1,6}(?:\.\d{1,6})?)\s*"
_LENGTH = re.compile(
    rf"(?:{_NUMBER}(?:days?|d)\b\s*)?"
    rf"(?:{_NUMBER}(?:hours?|hrs?|h)\b\s*)?"
    rf"(?:{_NUMBER}(?:minutes?|mins?|m)\b\s*)?"
    rf"(?:{_NUMBER}(?:seconds?|secs?|s)\b)?",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\d{1,6}")
_QUARTER = re.compile(r"q([1-4])[\s,/-]*(\d{4})|(\d{4})[\s,/-]*q([1-4])", re.IGNORECASE)


@dataclass(frozen=True)
class PublishedQuarter:
    """One quarter's published means; None where nothing was published, which is not zero.

    `listed` is how many incidents the quarter's page lists, None if it does not say.
    """

    quarter: str
    listed: int | None
    mean_repair: timedelta | None
    mean_resolve: timedelta | None
    mean_repair_text: str
    mean_resolve_text: str
    warnings: tuple[str, ...] = ()


def read_published(text: str) -> timedelta | None:
    """Read “1d 5h 47m”, “0h 07m”, “1 day 5 hours” or “7h (in support hours)”; None is no figure.

    A note in brackets at the end is left out; a day is 24 hours. ValueError if it can't be read.
    """
    bare = _NOTE.sub("", text)
    # Letters that touch the next number, as in “1d5h47m”, are set apart first.
    tidy = re.sub(r"(?<=[a-z])(?=\d)", " ", re.sub(r",|\band\b", " ", bare.lower()))
    tidy = " ".join(tidy.split())
    if tidy in _NONE:
        return None
    found = _LENGTH.fullmatch(tidy)
    if found is None:
        raise ValueError(f"“{text}” is not a length of time; write it like “1d 5h 47m”.")
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def read_quarter(text: str) -> str:
    """Give a calendar quarter as “Q1 2026” from “q1 2026”, “2026-Q1” and the like; ValueError."""
    found = _QUARTER.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"“{text}” is not a quarter; write it like “Q1 2026”.")
    return f"Q{found[1] or found[4]} {found[2] or found[3]}"


def quarter_of(day: date) -> str:
    """Give the calendar quarter that `day` lies in, as “Q1 2026”."""
    return f"Q{(day.month + 2) // 3} {day.year}"


def read_quarters(lines: Iterable[str]) -> tuple[PublishedQuarter | Refusal, ...]:
    """Give every quarter of a CSV of published means, or the refusal of its row.

    Raises `UnreadableFile` if the text is not such a CSV.
    """
    seen: dict[str, int] = {}
    read: list[PublishedQuarter | Refusal] = []
    for number, row in rows(lines, _QUARTER_COLUMNS):
        found = row if isinstance(row, Refusal) else _quarter(number, row)
        if isinstance(found, PublishedQuarter):
            first = seen.setdefault(found.quarter, number)
            if first != number:
                found = Refusal(
                    number,
                    "quarter",
                    found.quarter,
                    f"Row {first} holds this quarter already.",
                    "Keep one of the two rows.",
                )
        read.append(found)
    return tuple(read)


def _quarter(number: int, row: Row) -> PublishedQuarter | Refusal:
    try:
        quarter = read_quarter(row["quarter"])
    except ValueError as error:
        return _refusal(number, row, "quarter", str(error))
    listed = row["incidents_listed"]
    if listed and not _COUNT.fullmatch(listed):
        return _refusal(number, row, "incidents_listed", f"“{listed}” is not a count.")
    means: dict[str, timedelta | None] = {}
    for name in ("published_mean_time_to_repair", "published_mean_time_to_resolve"):
        try:
            means[name] = read_published(row[name])
        except ValueError as error:
            return _refusal(number, row, name, str(error))
    repair, resolve = means.values()
    return PublishedQuarter(
        quarter=quarter,
        listed=int(listed) if listed else None,
        mean_repair=repair,
        mean_resolve=resolve,
        mean_repair_text=row["published_mean_time_to_repair"],
        mean_resolve_text=row["published_mean_time_to_resolve"],
        warnings=_minutes_warnings(row, repair, resolve),
    )


def _minutes_warnings(
    row: Row, repair: timedelta | None, resolve: timedelta | None
) -> tuple[str, ...]:
    """Say where the plain minutes beside a published mean say something else."""
    return tuple(
        f"{name} is {row[name]}, but the published mean is {compact(mean) if mean else 'none'}."
        for name, mean in (("repair_min", repair), ("resolve_min", resolve))
        if row[name] and row[name] != str(int(mean.total_seconds()) // 60 if mean else "")
    )


def _refusal(number: int, row: Row, field: str, reason: str) -> Refusal:
    return Refusal(number, field, row[field], reason, "Correct it in the file and import it again.")
