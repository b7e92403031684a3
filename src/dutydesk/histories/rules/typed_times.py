"""Times as people type them: read when they can mean one instant only."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import instant
from dutydesk.kernel.refusals import Refused

_YEARS = range(1970, 2100)
_UNKNOWN = frozenset({"", "-", "n/a", "na", "unknown", "tbc"})
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_MOMENT = re.compile(
    r"""
    (?: (?P<year>\d{3,6}) \s*[-/.]\s* (?P<month>\d{1,2}) \s*[-/.]\s* (?P<day>\d{1,2})
      | (?P<one>\d{1,2}) \s*[-/.]\s* (?P<two>\d{1,2}) \s*[-/.]\s* (?P<last_year>\d{3,6})
      | (?P<named>[a-z]{3,9})\.? \s+ (?P<named_day>\d{1,2})(?:st|nd|rd|th)?,? \s+
        (?P<named_year>\d{4})
      | (?P<day_named>\d{1,2})(?:st|nd|rd|th)? [\s-]+ (?P<name>[a-z]{3,9})\.?,? [\s-]+
        (?P<name_year>\d{4}) )
    (?: \s*[t,;]\s* | \s+(?:at|-)\s+ | \s+ )
    (?: (?P<hour>\d{1,2}) \s*[:.,h]?\s* (?P<minute>\d{2})
        (?: [:.] (?P<second>\d{2}) (?:\.\d+)? )?
        (?: \s* (?P<half>[ap])\.?m\.? )?
      | (?P<whole_hour>\d{1,2}) \s* (?P<whole_half>[ap])\.?m\.? )
    (?: \s* \(?(?P<offset>(?:utc|gmt)\s?[+-]\d{1,2}(?::?\d{2})?|z|utc|gmt|[+-]\d{2}(?::?\d{2})?)\)?
      | \s+ \(?(?P<clock>[a-z]{2,5})\)? )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_AHEAD = re.compile(r"(?P<sign>[+-])(?P<hours>\d{1,2}?)(?::?(?P<minutes>\d{2}))?$")
_NO_TIME_OF_DAY = re.compile(r"\d{3,6}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,2}(?!\d)(?:\s*\D.*)?")
_RETYPE = "Write it as 2024-07-25 14:54, or leave it empty if it is not known."
_CORRECT = "Correct it in the log, or leave it empty if it is not known."


class NotATime(Refused):
    """The text can't be read as one instant: unreadable, impossible or ambiguous."""


def read_time(text: str, zone: ZoneInfo, *, day_first: bool = False) -> datetime | None:
    """Give the UTC instant that `text` means on the wall clock of `zone`, or None if unknown.

    Of two numbers before the year the day is told by its size, or is the first with `day_first`;
    months may have their English names. Empty, “-”, “n/a”, “unknown” and “TBC” are unknown. The
    hours are those of a 24-hour clock unless “am” or “pm” follows; an offset such as “Z” or
    “+01:00” outranks `zone`, and a name such as “BST” must be one of `zone`'s. Raises `NotATime`
    when the text is unreadable, names no existing time, or could mean two.
    """
    tidy = _DASHES.sub("-", " ".join(text.split()))
    if tidy.lower() in _UNKNOWN:
        return None
    found = _MOMENT.fullmatch(tidy)
    if found is None:
        raise _unreadable(tidy)
    year, month, day = _date_in(found, day_first)
    if year not in _YEARS:
        raise NotATime(f"The year {year} can't be right.", _CORRECT)
    hour, minute, second = _time_of_day_in(found, tidy)
    ends = (hour, minute, second) == (24, 0, 0)  # As the next day begins.
    try:
        local = datetime(year, month, day, 0 if ends else hour, minute, second)  # noqa: DTZ001
        local += timedelta(days=ends)
    except ValueError as error:
        raise NotATime(
            f"“{tidy}” is not on the calendar or the clock: {error}.", _CORRECT
        ) from None
    if found["offset"]:
        return _at_offset(local, found["offset"])
    return (
        _on_named_clock(local, found["clock"], zone)
        if found["clock"]
        else (_on_wall_clock(local, zone))
    )


def _unreadable(text: str) -> NotATime:
    if _NO_TIME_OF_DAY.fullmatch(text):
        return NotATime(f"“{text}” has a date, but no time of day that can be read.", _RETYPE)
    return NotATime(f"“{text}” is not a date and time.", _RETYPE)


def _date_in(found: re.Match[str], day_first: bool) -> tuple[int, int, int]:
    """Give year, month and day; two numbers before the year must leave only one reading."""
    if found["year"]:
        return int(found["year"]), int(found["month"]), int(found["day"])
    if found["last_year"] is None:
        month = _month(found["named"] or found["name"])
        day, year = (
            found["named_day"] or found["day_named"],
            found["named_year"] or found["name_year"],
        )
        return int(year), month, int(day)
    one, two, year = int(found["one"]), int(found["two"]), int(found["last_year"])
    if day_first:
        return year, two, one
    if one != two and one <= 12 and two <= 12:
        raise NotATime(
            f"“{found[0]}” is ambiguous: {one} and {two} can each be the month.", _RETYPE
        )
    day, month = (two, one) if two > 12 else (one, two)
    return year, month, day


def _month(name: str) -> int:
    """Give the number of a month by its English name, or by its first letters."""
    for number, month in enumerate(_MONTHS, start=1):
        if month.startswith(name.lower()):
            return number
    raise NotATime(f"“{name}” is no month.", _RETYPE)


def _time_of_day_in(found: re.Match[str], text: str) -> tuple[int, int, int]:
    """Give hour, minute and second on a 24-hour clock, on which 24:00 is the end of a day."""
    hour = int(found["hour"] or found["whole_hour"])
    half = (found["half"] or found["whole_half"] or "").lower()
    if half == "a" and hour > 12:
        why = "the hour is after noon, and “am” says before"
        raise NotATime(f"“{text}” is not on the calendar or the clock: {why}.", _CORRECT)
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour, int(found["minute"] or 0), int(found["second"] or 0)


def _at_offset(local: datetime, offset: str) -> datetime:
    said = _AHEAD.search(offset)
    if said is None:
        return local.replace(tzinfo=UTC)
    hours, minutes = int(said["hours"]), int(said["minutes"] or 0)
    if hours > 14 or minutes > 59:
        raise NotATime(f"No zone is {offset} from UTC.", _CORRECT)
    ahead = timedelta(hours=hours, minutes=minutes)
    return local.replace(tzinfo=UTC) - (ahead if said["sign"] == "+" else -ahead)


def _on_named_clock(local: datetime, clock: str, zone: ZoneInfo) -> datetime:
    """Read a time that says what the clock is called, such as BST; `zone`'s must be called so."""
    for fold in (0, 1):
        moment = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        there = moment.astimezone(zone)
        if there.tzname() == clock.upper() and there.replace(tzinfo=None) == local:
            return moment
    raise NotATime(
        f"No clock in {zone.key} showed {local:%Y-%m-%d %H:%M} {clock.upper()}.",
        "Write how far it was from UTC instead, as +01:00; several zones may have such a name.",
    )


def _on_wall_clock(local: datetime, zone: ZoneInfo) -> datetime:
    first, last = instant(local, zone), instant(local, zone, last=True)
    if first != last:
        raise NotATime(
            f"The clock in {zone.key} showed {local:%Y-%m-%d %H:%M} twice, as it was put back.",
            f"Say which with an offset: {local:%Y-%m-%d %H:%M}{_offset(first, zone)} or"
            f" {_offset(last, zone)}.",
        )
    if first.astimezone(zone).replace(tzinfo=None) != local:
        raise NotATime(
            f"The clock in {zone.key} never showed {local:%Y-%m-%d %H:%M}: it was put forward.",
            _CORRECT,
        )
    return first


def _offset(moment: datetime, zone: ZoneInfo) -> str:
    written = f"{moment.astimezone(zone):%z}"
    return f"{written[:3]}:{written[3:]}"
