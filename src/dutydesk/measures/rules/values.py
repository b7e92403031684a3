"""How values are written: for people on screens and in reports, and plainly for machines."""

from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from dutydesk.kernel.shares import write_share, write_uptime, write_wanted

Unit = Literal["text", "count", "elapsed", "clocked", "share", "uptime", "score", "moment", "day"]
"""`elapsed` lengths are told in days too, `clocked` ones never: a day of a clock is not 24 hours.

A share is from 0 to 1, a score from 1 to 5. `uptime` is a share of time, told as exactly as an
error budget needs.
"""
Value = int | float | timedelta | None
Cell = str | int | float | timedelta | datetime | date | None
NONE = "none"


def write(value: Cell, unit: Unit, zone: ZoneInfo | None = None) -> str:
    """Write a value for people; nothing is “none”, and never 0."""
    if value is None:
        return "" if unit == "text" else NONE
    if isinstance(value, timedelta):
        return write_length(value, days=unit == "elapsed")
    if isinstance(value, datetime):
        local = value.astimezone(zone)
        return f"{local.day} {local:%b %Y %H:%M}"
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    if unit in ("share", "uptime"):
        return (write_uptime if unit == "uptime" else write_share)(float(value))
    if isinstance(value, float):
        return f"{value:.1f}"
    return str(value)


def write_length(length: timedelta, *, days: bool) -> str:
    """Write a length: “40 s”, “25 min”, “2 h 05 min”; from two days on, with `days`, “2 d 3 h”."""
    sign = "-" if length < timedelta() else ""
    seconds = int(abs(length).total_seconds())
    minutes, hours = seconds // 60, seconds // 3600
    if 0 < seconds < 60:
        return f"{sign}{seconds} s"
    if hours < 1:
        return f"{sign}{minutes} min"
    if days and hours >= 48:
        return f"{sign}{hours // 24} d {hours % 24} h"
    return f"{sign}{hours} h {minutes % 60:02} min"


def write_target(value: int | float | timedelta, unit: Unit) -> str:
    """Write what is wanted, as exactly as somebody said it."""
    if unit in ("share", "uptime") and not isinstance(value, timedelta):
        return write_wanted(value)
    return write(value, unit)


def plain(value: Cell, zone: ZoneInfo | None = None) -> str | int | float | None:
    """Give a value for machines: lengths in seconds, times in ISO 8601, nothing as null."""
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        return int(seconds) if seconds == int(seconds) else seconds
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return value


def as_number(value: Value) -> float | None:
    """Give a value as a number to draw; lengths in seconds."""
    return value.total_seconds() if isinstance(value, timedelta) else value
