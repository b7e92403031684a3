"""Telling people when something is, on the wall clock of their zone and always with its zone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period


def clock_time(at: datetime, zone: ZoneInfo) -> str:
    """Give the time of day with its zone: “13:00 BST”."""
    return f"{at.astimezone(zone):%H:%M %Z}"


def when(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Give the moment as briefly as is clear from `now`: “today at 13:00 BST”, “Mon 30 Nov …”."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return f"today at {clock_time(at, zone)}"
    if local.date() == today + timedelta(days=1):
        return f"tomorrow at {clock_time(at, zone)}"
    year = f" {local.year}" if local.year != today.year else ""
    return f"on {local:%a} {local.day} {local:%b}{year} at {clock_time(at, zone)}"


def span(period: Period, zone: ZoneInfo) -> str:
    """Give a period on the wall clock: “Mon 7 Dec 10:00 to Mon 14 Dec 10:00 GMT”."""
    start, end = period.start.astimezone(zone), period.end.astimezone(zone)
    first = f"{start:%a} {start.day} {start:%b}"
    last = "" if end.date() == start.date() else f"{end:%a} {end.day} {end:%b} "
    if end.year != start.year:
        first, last = f"{first} {start.year}", f"{last}{end.year} "
    return f"{first} {start:%H:%M} to {last}{end:%H:%M %Z}"
