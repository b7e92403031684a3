"""When opening hours are open: OpenStreetMap's syntax, read by an engine, with our own holidays.

The engine takes public holidays only as a whole country's, and its calendars lack those of a
country's parts. So on a day that a holiday of ours decides, each `PH` is handed over as so many
days after a holiday that the engine does know: a selector of the same kind, in the same place,
that holds on the same days. No other character changes, and all of the reading is the engine's.
Source: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

import re
from bisect import bisect
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import opening_hours
from opening_hours import OpeningHours, State

Span = tuple[datetime, datetime]
Holidays = Callable[[date], bool]

_DAY = timedelta(days=1)
# Its holidays are the furthest apart, which makes each a landmark to count days from.
_COUNTRY = "US"
_FURTHEST = timedelta(days=9990)  # The syntax has no place for 10000; so from 1973 to 2104.
_IN_ANY_CASE = (
    *("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "easter", "dawn", "sunrise", "sunset", "dusk"),
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    *("open", "closed", "off", "unknown"),
)
_AS_WRITTEN = ("PH", "SH", "week", "days?")
WORDS = '^(?:[-\\s0-9:;,+/|()[\\]]|"[^"]*"|{})*$'.format(
    "|".join(
        [
            *_AS_WRITTEN,
            *("".join(f"[{one.upper()}{one.lower()}]" for one in word) for word in _IN_ANY_CASE),
        ]
    )
)
"""What all hours fit, as a regular expression without flags: words and marks, in whatever order."""
_PH_OR_COMMENT = re.compile(r'"[^"]*"|PH(?: ([+-]0*[1-9][0-9]{0,3}) days?)?')


class HoursError(ValueError):
    """The hours can't be read; the message says what is wrong and what to write instead."""


def open_spans(hours: str, start: date, end: date, is_holiday: Holidays) -> list[Span]:
    """Give from when until when the wall clock shows open hours in [start, end), in order.

    Spans that touch are one. HoursError if `hours` can't be read; nothing at all never opens.
    """
    hours = _spaced(hours)
    if not hours:
        return []
    joined: list[Span] = []
    for begins, ends in _spans(hours, start, end, is_holiday):
        if joined and joined[-1][1] == begins:
            joined[-1] = joined[-1][0], ends
        else:
            joined.append((begins, ends))
    return joined


def check_hours(hours: str) -> str | None:
    """Give what can't be read in `hours`, or None. Nothing at all can be read: it never opens."""
    try:
        _read(_spaced(hours) or "off")
    except HoursError as error:
        return str(error)
    return None


def _spans(hours: str, start: date, end: date, is_holiday: Holidays) -> Iterator[Span]:
    """Give the spans of each day by itself: over more, the engine misses some, as after `||`."""
    plain, day = _read(hours), start
    offsets = {_offset(found) for found in _holidays_in(hours)}
    held = _holds(day - _DAY, offsets, is_holiday)
    while day < end:
        holds = _holds(day, offsets, is_holiday)
        # A holiday has to do with the day after it too, by its night.
        read = _read(_handed_over(hours, day, is_holiday), _COUNTRY) if holds or held else plain
        whole = datetime.combine(day, time()), datetime.combine(day := day + _DAY, time())
        yield from ((a, b) for a, b, state, _ in read.intervals(*whole) if state == State.OPEN)
        held = holds


def _holds(day: date, offsets: set[timedelta], is_holiday: Holidays) -> bool:
    """Say whether a holiday decides `day`, and is near enough to one of the engine's."""
    held = any(is_holiday(day - offset) for offset in offsets)
    return held and abs(day - _landmark(day)) < _FURTHEST


def _read(hours: str, country: str | None = None) -> OpeningHours:
    try:
        return OpeningHours(hours, country=country, auto_country=False, auto_timezone=False)
    except opening_hours.ParserError as error:  # type: ignore[attr-defined]
        found = re.search(r"--> \d+:(\d+)", str(error))
        rest = hours[int(found[1]) - 1 :] if found else hours
        raise HoursError(f"“{hours}” can't be read as opening hours from “{rest}” on.") from error


def _handed_over(hours: str, day: date, is_holiday: Holidays) -> str:
    """Write each `PH` so that the engine finds it to hold on `day` and on the day before as we do.

    It looks at no other day: hours end by the second midnight at the latest.
    """

    def written(found: re.Match[str]) -> str:
        if found[0].startswith('"'):
            return found[0]
        holds = [one for one in (day - _DAY, day) if is_holiday(one - _offset(found))]
        return ",".join(_as_known(one, day) for one in holds or [day + _DAY])

    return _PH_OR_COMMENT.sub(written, hours)


def _as_known(day: date, near: date) -> str:
    """Give a selector that holds on `day`, and on no other within a day of `near`."""
    days = (day - _landmark(near)).days
    return f"PH {days:+d} days" if days else "PH"


def _landmark(near: date) -> date:
    """Give the engine's holiday next to `near`, of those with no other for two days around."""
    known = _landmarks()
    return known[max(0, bisect(known, near) - 1)]


@lru_cache(maxsize=1)
def _landmarks() -> tuple[date, ...]:
    read = _read("PH", _COUNTRY)
    decades = read.intervals(datetime(1900, 1, 1), datetime(2300, 1, 1))  # noqa: DTZ001
    found = {begins.date(): ends for begins, ends, state, _ in decades if state == State.OPEN}
    days = {
        first + n * _DAY for first, ends in found.items() for n in range((ends.date() - first).days)
    }
    return tuple(d for d in sorted(days) if not any(d + n * _DAY in days for n in (-2, -1, 1, 2)))


def _spaced(hours: str) -> str:
    return " ".join(hours.split())


def _holidays_in(hours: str) -> list[re.Match[str]]:
    return [found for found in _PH_OR_COMMENT.finditer(hours) if not found[0].startswith('"')]


def _offset(found: re.Match[str]) -> timedelta:
    return timedelta(days=int(found[1] or 0))
