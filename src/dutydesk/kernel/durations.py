"""Lengths of time, read from words and told in words."""

import re
from datetime import timedelta
from functools import lru_cache

_UNITS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_LONGEST = 100  # Characters.
_GAP = "[ \t\r\n\u00a0\u2009\u202f]*"
_WORDS = "|".join("".join(f"[{one}{one.upper()}]" for one in unit) for unit in _UNITS)
_PART = f"([0-9]+){_GAP}({_WORDS})[sS]?"
_EACH = re.compile(_PART)
_JOINED = f"{_GAP}(?:,{_GAP})?(?:and{_GAP})?"
PATTERN = f"^{_GAP}{_PART}(?:{_JOINED}{_PART})*{_GAP}$"
"""What every length of time fits, as a regular expression without flags: for JSON Schemas."""
_WHOLE = re.compile(PATTERN)


class TooLong(ValueError):
    """It is a length of time, and longer than there can be one."""


@lru_cache(maxsize=1024)
def read_duration(text: str) -> timedelta:
    """Read “15 minutes”, “1 hour 30 minutes” or “2 weeks”, each unit once; else ValueError."""
    if len(text) > _LONGEST:
        raise ValueError(f"“{text[:40]}…” is too long to be a length of time.")
    parts = _EACH.findall(text)
    units = [unit.lower() for _, unit in parts]
    if not _WHOLE.match(text) or len(set(units)) < len(units):
        raise ValueError(f"“{text}” is not a length of time; write it like “15 minutes”.")
    try:
        return sum((int(count) * _UNITS[unit.lower()] for count, unit in parts), timedelta())
    except OverflowError as error:
        raise TooLong(f"“{text}” is longer than any calendar.") from error


def write_duration(length: timedelta) -> str:
    """Write `length` as `read_duration` reads it: “1 hour 30 minutes”."""
    seconds = int(length.total_seconds())
    parts = []
    if seconds % int(_UNITS["week"].total_seconds()):  # “15 days”, not “2 weeks 1 day”.
        days, seconds = divmod(seconds, int(_UNITS["day"].total_seconds()))
        parts = [f"{days} day" + ("s" if days > 1 else "")] if days else []
    for unit in ("week", "day", "hour", "minute", "second"):
        count, seconds = divmod(seconds, int(_UNITS[unit].total_seconds()))
        if count:
            parts.append(f"{count} {unit}" + ("s" if count > 1 else ""))
    return " ".join(parts) or "0 minutes"


def compact(length: timedelta, *, days: bool = False) -> str:
    """Write `length` briefly to the minute: “4h45m”, “12m”; with `days`, “1d5h47m”.

    Only elapsed time is told in days: a day of support hours is not 24 of them.
    """
    sign = "-" if length < timedelta() else ""
    minutes = int(abs(length).total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    if days and hours >= 24:
        return f"{sign}{hours // 24}d{hours % 24}h{minutes:02d}m"
    return f"{sign}{hours}h{minutes:02d}m" if hours else f"{sign}{minutes}m"
