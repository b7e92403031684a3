"""When work comes that comes again and again: its days, and its times on the wall clock.

Source of the rules: RFC 5545, section 3.3.10, https://www.rfc-editor.org/rfc/rfc5545
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dutydesk.announcements.rules.broadcast import AnnouncementRefused
from dutydesk.kernel.late import library
from dutydesk.kernel.periods import Period, instant

if TYPE_CHECKING:
    import icalendar
    import recurring_ical_events
else:
    icalendar = library("icalendar")
    recurring_ical_events = library("recurring_ical_events")

_DAY = timedelta(days=1)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WHICH = ("first", "second", "third", "fourth", "fifth")
_WEEKS = {"weekly": 1, "fortnightly": 2, "four-weekly": 4}
_EACH = {1: "every", 2: "every second", 4: "every fourth"}


@dataclass(frozen=True, slots=True)
class Recurrence:
    """When it comes: how it `repeats` from its `first` day to the day `until`, and when on a day.

    `starts` is on the wall clock, and so is its end, so long after.
    """

    repeats: str
    first: date
    until: date | None
    starts: time
    lasts: timedelta


def check(pattern: Recurrence) -> None:
    """Refuse a first day that is none of those on which it comes, and an end before that."""
    day = f"{_WEEKDAYS[pattern.first.weekday()]} {pattern.first.day} {pattern.first:%B}"
    if pattern.repeats == "monthly" and _which(pattern.first) == 5:
        raise AnnouncementRefused(
            f"{day} is the fifth of its kind, which most months don't have.",
            "Choose the last such day of every month.",
        )
    if pattern.repeats == "monthly-last" and (pattern.first + 7 * _DAY).month == (
        pattern.first.month
    ):
        raise AnnouncementRefused(
            f"{day} is not the last of its kind in its month.", "Give a first day that is."
        )
    if pattern.until is not None and pattern.until < pattern.first:
        raise AnnouncementRefused("It ends before it begins.", "Give a later last day.")
    if not timedelta() < pattern.lasts <= _DAY:
        raise AnnouncementRefused(
            "Work that comes again and again lasts a day at most.", "Give an end on the same day."
        )


def days(pattern: Recurrence, first: date, last: date) -> Sequence[date]:
    """Give the days on which it comes from `first` to `last`, both included, in order."""
    last = min(last, pattern.until or last)
    first = max(first, pattern.first)
    if last < first:
        return []
    event = icalendar.Event()
    event.add("uid", "series")
    event.add("dtstart", pattern.first)
    event.add("rrule", icalendar.vRecur.from_ical(_rule(pattern)))
    calendar = icalendar.Calendar()
    calendar.add_component(event)
    found = recurring_ical_events.of(calendar).between(first, last + _DAY)
    return sorted({one.start for one in found if first <= one.start <= last})


def window(pattern: Recurrence, day: date, zone: ZoneInfo) -> Period:
    """Give when the work of a day is, by the wall clock; as long as it lasts if the clocks skip it.

    An end that the clocks show twice is the later one.
    """
    local = datetime.combine(day, pattern.starts)
    start, end = instant(local, zone), instant(local + pattern.lasts, zone, last=True)
    return Period(start, end if end > start else start + pattern.lasts)


def told(pattern: Recurrence) -> str:
    """Say when it comes: “every first Tuesday of the month”."""
    weekday, first = _WEEKDAYS[pattern.first.weekday()], pattern.first
    if pattern.repeats in _WEEKS:
        return f"{_EACH[_WEEKS[pattern.repeats]]} {weekday}"
    if pattern.repeats == "monthly-date":
        last = ", or on the last day of a shorter one" if first.day > 28 else ""
        return f"on day {first.day} of every month{last}"
    which = "last" if pattern.repeats == "monthly-last" else _WHICH[_which(first) - 1]
    return f"every {which} {weekday} of the month"


def _which(day: date) -> int:
    """Give which of its kind a day is in its month: 1 for the first Tuesday."""
    return (day.day - 1) // 7 + 1


def _rule(pattern: Recurrence) -> str:
    day = _WEEKDAYS[pattern.first.weekday()][:2].upper()
    if pattern.repeats in _WEEKS:
        return f"FREQ=WEEKLY;INTERVAL={_WEEKS[pattern.repeats]}"
    if pattern.repeats == "monthly-date":
        dates = ",".join(map(str, range(min(28, pattern.first.day), pattern.first.day + 1)))
        return f"FREQ=MONTHLY;BYMONTHDAY={dates};BYSETPOS=-1"
    which = -1 if pattern.repeats == "monthly-last" else _which(pattern.first)
    return f"FREQ=MONTHLY;BYDAY={which}{day}"
