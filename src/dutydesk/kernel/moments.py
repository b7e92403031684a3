"""Telling people when something is, on the wall clock of their zone and always with its zone.

And reading the times that others tell.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from pydantic import TypeAdapter, ValidationError

from dutydesk.kernel import bounds
from dutydesk.kernel.periods import Period, instant
from dutydesk.kernel.refusals import Refused

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_AND_TIME = re.compile(r"([a-z]{3})[a-z]* ([01]?\d|2[0-3]):([0-5]\d)", re.IGNORECASE)
_MOMENT = TypeAdapter(datetime)
_DAY_ALONE = re.compile(r"\d{4}-\d\d-\d\d")


class NotAMoment(Refused):
    """What was typed is no time, or none that is one time alone."""


@cache
def zone_names() -> frozenset[str]:
    """Give the names of the time zones that one can live in."""
    return frozenset(available_timezones() - {"Factory"})  # “Factory” is for clocks not yet set.


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
    """Give a period on the wall clock: “Mon 7 Dec 10:00 to Mon 14 Dec 10:00 GMT”.

    With the zone of its start too where the clocks change within it.
    """
    start, end = period.start.astimezone(zone), period.end.astimezone(zone)
    first = f"{start:%a} {start.day} {start:%b}"
    last = "" if end.date() == start.date() else f"{end:%a} {end.day} {end:%b} "
    if end.year != start.year:
        first, last = f"{first} {start.year}", f"{last}{end.year} "
    changes = f"{start: %Z}" if start.utcoffset() != end.utcoffset() else ""
    return f"{first} {start:%H:%M}{changes} to {last}{end:%H:%M %Z}"


def coming_moment(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Read “Mon 10:00” as the next such time after `now` by the clocks of `zone`, in UTC.

    Anything else is read by `typed_moment`. Raises NotAMoment.
    """
    found = _DAY_AND_TIME.fullmatch(text.strip())
    if found is None or found[1].lower() not in _DAYS:
        return typed_moment(text, zone)
    today = now.astimezone(zone).date()
    ahead = (_DAYS.index(found[1].lower()) - today.weekday()) % 7
    first, second = (
        f"{today + timedelta(days=ahead + more)}T{int(found[2]):02}:{found[3]}" for more in (0, 7)
    )
    soon = typed_moment(first, zone)
    return soon if soon > now else typed_moment(second, zone)


def typed_moment(text: str, zone: ZoneInfo) -> datetime:
    """Read the time that a person typed, in ISO 8601; without an offset by the clocks of `zone`.

    In UTC. Raises NotAMoment, also if the clocks skip that time or show it twice.
    """
    try:
        read = bounds.local_time(text)
    except bounds.NoYear as error:
        raise NotAMoment(
            f"“{text.strip()[:60]}” is not a time of the years {bounds.YEARS[0]} to "
            f"{bounds.YEARS[-1]}.",
            "Write it like 2026-03-29T09:00.",
        ) from error
    except ValueError as error:
        raise NotAMoment(
            f"“{text.strip()[:60]}” is not a time.", "Write it like 2026-03-29T09:00."
        ) from error
    if read.tzinfo is not None:
        return read.astimezone(UTC)
    first, second = (read.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return first
    shown = f"{read:%Y-%m-%dT%H:%M}"
    if second < first:
        after = instant(read, zone).astimezone(zone)
        raise NotAMoment(
            f"{shown} is skipped in {zone.key}: the clocks go forward.",
            f"Give a time before that, or from {after:%Y-%m-%dT%H:%M} on.",
        )
    raise NotAMoment(
        f"{shown} comes twice in {zone.key}: the clocks go back.",
        f"Write {_with_offset(first, zone)} for the first, {_with_offset(second, zone)} "
        "for the second.",
    )


def write_moment(at: datetime, zone: ZoneInfo) -> str:
    """Give the moment on the clocks of `zone` as `typed_moment` reads it, to the minute.

    Without its offset, as browsers take it, unless the clocks show it twice.
    """
    local = at.astimezone(zone)
    offsets = {local.replace(fold=fold).utcoffset() for fold in (0, 1)}
    return _with_offset(at, zone) if len(offsets) > 1 else f"{local:%Y-%m-%dT%H:%M}"


def _with_offset(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="minutes")


def told_time(given: object, at: datetime) -> datetime | None:
    """Give a time that somebody else told at `at`, in UTC; None if they can't mean it.

    Such as Go's and .NET's zero time, the year 1, or one far ahead; or a day alone. A time without
    a zone is UTC, a number since 1970 is one in seconds or milliseconds; one that is a little ahead
    is `at`, since clocks differ.
    """
    if not isinstance(given, str | datetime | int | float) or isinstance(given, bool):
        return None
    if isinstance(given, str) and _DAY_ALONE.fullmatch(given.strip()):
        return None
    try:
        read = _MOMENT.validate_python(given)
        read = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValidationError, OverflowError):
        return None
    return min(read, at) if EARLIEST <= read <= at + AHEAD else None
