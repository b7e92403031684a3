"""When people hear next, as it is typed: “13:00, 15:00”."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dutydesk.announcements.rules.broadcast import AnnouncementRefused
from dutydesk.kernel import bounds
from dutydesk.kernel.periods import instant

_PART = re.compile(r"(?<!\s)\s*(?:[,;\n]|\band\b)\s*")
_TIME = re.compile(r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})")


def read_update_times(text: str, *, after: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Give the moments that `text` names, in UTC and in order.

    A time of day alone is the first such after the one before it, and the first of all after
    `after`. Refused if a part of it is no time.
    """
    found: list[datetime] = []
    for part in filter(None, _PART.split(text.strip())):
        found.append(_read(part, found[-1] if found else after, zone))
    return tuple(sorted(found))


def _read(part: str, after: datetime, zone: ZoneInfo) -> datetime:
    try:
        alone = _TIME.fullmatch(part)
        if alone is None:
            return _moment(bounds.local_time(part), zone)
        local = after.astimezone(zone).replace(
            hour=int(alone["hour"]),
            minute=int(alone["minute"]),
            second=0,
            microsecond=0,
            tzinfo=None,
        )
    except ValueError as error:
        raise AnnouncementRefused(
            f"“{part[:60]}” is not a time.", "Write times like 13:00, 15:00 or 2026-03-29 09:00."
        ) from error
    first = instant(local, zone)
    return first if first > after else instant(local + timedelta(days=1), zone)


def _moment(read: datetime, zone: ZoneInfo) -> datetime:
    return instant(read, zone) if read.tzinfo is None else read.astimezone(UTC)


def check_times_of_day(text: str) -> None:
    """Refuse what is no time of day alone: it has to hold for every day."""
    for part in filter(None, _PART.split(text.strip())):
        if _TIME.fullmatch(part) is None:
            raise AnnouncementRefused(
                f"“{part[:60]}” is not a time of day.", "Write times like 07:30, 08:00."
            )
