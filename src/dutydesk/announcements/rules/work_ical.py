"""Planned work as an iCalendar, on the wall clock of the process's place.

Source: RFC 5545, https://www.rfc-editor.org/rfc/rfc5545
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dutydesk.kernel.late import library
from dutydesk.kernel.periods import Period

if TYPE_CHECKING:
    import icalendar
else:
    icalendar = library("icalendar")

_PRODUCT = "-//Duty Desk//Planned work//EN"
_REFRESH = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class WorkEntry:
    """Planned work in a calendar.

    `uid` never changes, and `sequence` is greater after each revision, the last of them at
    `changed`.
    """

    uid: str
    summary: str
    description: str
    period: Period
    sequence: int
    changed: datetime
    cancelled: bool


def write(title: str, entries: Iterable[WorkEntry], zone: ZoneInfo) -> str:
    """Give the entries as iCalendar text, with the rules of the zone that their times are in.

    What was called off stays, marked so: calendars drop only what they are told to drop.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, zone))
    calendar.add_missing_timezones()
    return str(calendar.to_ical(), "utf-8")


def _event(entry: WorkEntry, zone: ZoneInfo) -> "icalendar.Event":
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    event.add("dtstamp", entry.changed.astimezone(UTC))
    event.add("last-modified", entry.changed.astimezone(UTC))
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.period.start.astimezone(zone))
    event.add("dtend", entry.period.end.astimezone(zone))
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # Nobody is busy because a service is worked on.
    return event
