"""A session as calendars take it by e-mail.

Sources: RFC 5546 (what a request, an update and a cancellation are), RFC 5545.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from dutydesk.kernel.late import library
from dutydesk.kernel.periods import Period

if TYPE_CHECKING:
    import icalendar
else:
    icalendar = library("icalendar")

Method = Literal["REQUEST", "CANCEL"]


@dataclass(frozen=True, slots=True)
class SessionInvitation:
    """What an invitation says. `uid` stays, and each change has a higher `sequence`."""

    uid: str
    sequence: int
    period: Period
    title: str
    text: str
    url: str
    guests: tuple[tuple[str, str], ...]


def write(one: SessionInvitation, method: Method, *, at: datetime) -> str:
    """Give it as iCalendar text. Whoever mails it adds the organiser: the address that it is from.

    A cancellation names only those whom it is for.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Duty Desk//Postmortems//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = icalendar.Event()
    event.add("uid", one.uid)
    event.add("sequence", one.sequence)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", one.period.start.astimezone(UTC))
    event.add("dtend", one.period.end.astimezone(UTC))
    event.add("summary", one.title)
    event.add("description", f"{one.text}\n\n{one.url}")
    event.add("url", one.url)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    for guest in _guests(one.guests):
        event.add("attendee", guest, encode=False)
    calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")


def _guests(guests: Iterable[tuple[str, str]]) -> Iterable["icalendar.vCalAddress"]:
    for name, email in guests:
        guest = icalendar.vCalAddress(f"mailto:{email}")
        guest.params["CN"] = icalendar.vText(name)
        guest.params["ROLE"] = icalendar.vText("REQ-PARTICIPANT")
        guest.params["PARTSTAT"] = icalendar.vText("NEEDS-ACTION")
        guest.params["RSVP"] = icalendar.vText("TRUE")
        yield guest
