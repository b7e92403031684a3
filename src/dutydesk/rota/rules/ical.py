"""Writing shifts as an iCalendar, and reading other tools' calendars.

Source: RFC 5545, https://www.rfc-editor.org/rfc/rfc5545
"""

import re
import unicodedata
import warnings
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dutydesk.kernel.late import library
from dutydesk.kernel.moments import zone_names
from dutydesk.kernel.periods import Period, instant
from dutydesk.rota.rules.import_changes import key_of

if TYPE_CHECKING:
    import icalendar
    import recurring_ical_events
else:
    icalendar = library("icalendar")
    recurring_ical_events = library("recurring_ical_events")

_PRODUCT = "-//Duty Desk//Rota//EN"
# How Outlook marks an occurrence that was called off, in the languages that it is used in most.
_CALLED_OFF = (
    "canceled", "cancelled", "abgesagt", "annulé", "annulée", "cancelado", "cancelada", "annullato",
    "annullata", "geannuleerd", "avlyst", "aflyst", "inställt", "inställd", "peruutettu",
    "odwołane", "zrušeno", "отменено", "скасовано", "已取消", "キャンセル済み", "취소됨",
)  # fmt: skip
_MARK = f"(?:{'|'.join(_CALLED_OFF)})"
_IS_CALLED_OFF = re.compile(rf"^{_MARK}\s*(?:[:：]|[-–—]\s)|[\[(]{_MARK}[])]")  # noqa: RUF001
_REFRESH = timedelta(minutes=15)


class CalendarError(ValueError):
    """The text is not a calendar; the message says what is wrong with it."""


@dataclass(frozen=True)
class CalendarEntry:
    """One thing in a calendar.

    `uid` never changes while the thing lives. `cancelled`: it was there, and is no more.
    `truncated`: it goes on after its end, and it isn't known for how long. `addresses`: of those
    who are invited and haven't declined; `organizer`: of whoever invites them.
    """

    uid: str
    summary: str
    period: Period
    changed: datetime
    description: str = ""
    sequence: int = 0
    cancelled: bool = False
    truncated: bool = False
    addresses: tuple[str, ...] = ()
    organizer: str = ""


def write(
    title: str,
    entries: Iterable[CalendarEntry],
    *,
    alarms: Sequence[timedelta],
    busy: bool = True,
) -> str:
    """Give the entries as iCalendar text, in UTC, with an alarm so long before each start.

    Unless `busy` they take up nobody's time. RFC 5545, 3.8.2.7.
    A cancelled one stays, without length and marked so, since calendars drop only what they are
    told to drop.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, alarms, busy))
    return str(calendar.to_ical(), "utf-8")


def _event(entry: CalendarEntry, alarms: Sequence[timedelta], busy: bool) -> "icalendar.Event":
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("summary", f"Begins* {entry.summary}" if entry.truncated else entry.summary)
    event.add("dtstamp", entry.changed.astimezone(UTC))
    event.add("last-modified", entry.changed.astimezone(UTC))
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.period.start.astimezone(UTC))
    end = entry.period.start if entry.cancelled else entry.period.end
    event.add("dtend", end.astimezone(UTC))
    event.add("transp", "OPAQUE" if busy and not entry.cancelled else "TRANSPARENT")
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    words = [entry.description] if entry.description else []
    if entry.truncated:
        words.append("When it ends is not known yet.")
    if words:
        event.add("description", "\n".join(words))
    if not entry.cancelled:
        for before in alarms:
            event.add_component(_alarm(entry, before))
    return event


def _alarm(entry: CalendarEntry, before: timedelta) -> "icalendar.Alarm":
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", entry.summary)
    alarm.add("trigger", -before)
    return alarm


@dataclass(frozen=True)
class CalendarFile:
    """What a calendar has: its name, if it says it, and its entries, each by a key of its own.

    `called_off`: the keys of what it says is cancelled. `partial`: it tells only what changed, as
    an invitation does, and not all that there is.
    """

    name: str
    entries: dict[str, CalendarEntry]
    called_off: tuple[str, ...]
    partial: bool


_TELLS_A_CHANGE = ("REQUEST", "CANCEL", "ADD", "REPLY", "COUNTER")


def read(text: str, span: Period, zone: ZoneInfo | None = None) -> list[CalendarEntry]:
    """Give what a calendar has in `span`, repetitions written out, in order of start.

    See `read_file`.
    """
    entries = read_file(text, span, zone).entries.values()
    return sorted(entries, key=lambda entry: (entry.period.start, entry.uid))


def read_file(text: str, span: Period, zone: ZoneInfo | None = None) -> CalendarFile:
    """Give what a calendar has in `span`, repetitions written out.

    An occurrence that was changed by itself replaces only that one, what is sent twice counts
    once, in its latest version, and what is cancelled is left out. Times without a zone are the
    wall clock of the calendar's own zone, else of `zone`. CalendarError if the text is no calendar,
    or names a time zone that nobody knows.
    """
    try:
        calendar = _parsed(text)
        named = str(calendar.get("X-WR-TIMEZONE", "")).strip()
        usual = ZoneInfo(named) if named in zone_names() else zone or ZoneInfo("UTC")
        series = {_uid(event) for event in calendar.walk("VEVENT") if _of_series(event)}
        called_off = _drop_older(calendar)
        changed = {one for event in calendar.walk("VEVENT") for one in _from_then_on(event, usual)}
        found = recurring_ical_events.of(calendar).between(span.start, span.end)
        entries = _entries(found, series, changed, usual)
    except CalendarError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise CalendarError(f"This can't be read as a calendar: {error}") from error
    return CalendarFile(
        name=str(calendar.get("X-WR-CALNAME") or calendar.get("NAME") or "").strip(),
        entries={key: entry for key, entry in entries.items() if not entry.cancelled},
        called_off=tuple(key for key, entry in entries.items() if entry.cancelled) + called_off,
        partial=str(calendar.get("METHOD", "")).upper() in _TELLS_A_CHANGE,
    )


def _uid(event: "icalendar.Component") -> str:
    return str(event.get("UID", ""))


def _of_series(event: "icalendar.Component") -> bool:
    return any(name in event for name in ("RRULE", "RDATE", "RECURRENCE-ID"))


def _drop_older(calendar: "icalendar.Component") -> tuple[str, ...]:
    """Leave only the latest version of each event; give the keys of the cancelled single ones."""
    latest: dict[tuple[str, str], icalendar.Component] = {}
    for event in calendar.walk("VEVENT"):
        occurrence = event.get("RECURRENCE-ID")
        key = (_uid(event), occurrence.to_ical().decode() if occurrence else "")
        if not key[0]:
            continue
        other = latest.get(key)
        older = event if other is not None and _age(event) < _age(other) else other
        if older is not None:
            calendar.subcomponents.remove(older)
        if older is not event:
            latest[key] = event
    gone = [event for event in latest.values() if _cancelled(event) and not _of_series(event)]
    return tuple(map(_uid, gone))


def _from_then_on(event: "icalendar.Component", zone: ZoneInfo) -> Iterable[tuple[str, datetime]]:
    """Give a series and from which of its occurrences on this event changes all that follow."""
    occurrence = event.get("RECURRENCE-ID")
    if occurrence and str(occurrence.params.get("RANGE", "")).upper() == "THISANDFUTURE":
        yield _uid(event), _instant(event, "RECURRENCE-ID", zone)


def _version(event: "icalendar.Component") -> int:
    return int(event.get("SEQUENCE", 0))


def _age(event: "icalendar.Component") -> tuple[int, datetime]:
    """Give what the later version of an event has more of. RFC 5546, 2.1.5."""
    told = next((event[name] for name in ("LAST-MODIFIED", "DTSTAMP") if name in event), None)
    at = getattr(told, "dt", None)
    if not isinstance(at, datetime):
        return _version(event), datetime.min.replace(tzinfo=UTC)
    return _version(event), at if at.tzinfo else at.replace(tzinfo=UTC)


def _cancelled(event: "icalendar.Component") -> bool:
    status = str(event.get("STATUS", "")).upper()
    summary = unicodedata.normalize("NFC", str(event.get("SUMMARY", "")).strip().casefold())
    return status == "CANCELLED" or bool(_IS_CALLED_OFF.search(summary))


def _entries(
    found: Iterable["icalendar.Event"],
    series: Collection[str],
    changed: Collection[tuple[str, datetime]],
    zone: ZoneInfo,
) -> dict[str, CalendarEntry]:
    """Give the entries by key: the event's, and of a series which one by its own time.

    `changed` are those from which on their series goes otherwise: what follows has their time.
    """
    entries: dict[str, CalendarEntry] = {}
    for event in found:
        entry = _entry(event, zone)
        which = "" if entry.uid else f"{entry.period.start.isoformat()} {entry.summary}"
        if entry.uid in series:
            occurrence = _instant(event, "RECURRENCE-ID", zone)
            which = occurrence.isoformat()
            if (entry.uid, occurrence) in changed:
                which += f" {entry.period.start.isoformat()}"
        if entry.period.start < entry.period.end:
            entries.setdefault(key_of(entry.uid, which), entry)
    return entries


def _entry(event: "icalendar.Event", zone: ZoneInfo) -> CalendarEntry:
    start, end = (_instant(event, name, zone) for name in ("DTSTART", "DTEND"))
    invited = _attendees(event)
    coming = tuple(_address(one) for one in invited if not _has_declined(one))
    return CalendarEntry(
        uid=_uid(event),
        summary=str(event.get("SUMMARY", "")),
        period=Period(start, max(start, end)),
        changed=start,
        description=str(event.get("DESCRIPTION", "")),
        sequence=_version(event),
        cancelled=_cancelled(event),
        addresses=coming,
        # Where somebody declined, it isn't the organizer's own time.
        organizer=_address(event.get("ORGANIZER", "")) if len(coming) == len(invited) else "",
    )


def _attendees(event: "icalendar.Event") -> "list[icalendar.vCalAddress]":
    given = event.get("ATTENDEE", ())
    return list(given) if isinstance(given, list | tuple) else [given]


def _has_declined(invited: "icalendar.vCalAddress") -> bool:
    return str(invited.params.get("PARTSTAT", "")).upper() in ("DECLINED", "DELEGATED")


def _address(one: object) -> str:
    given = one[0] if isinstance(one, list) else one
    return re.sub(r"^mailto:", "", str(given), flags=re.IGNORECASE)


def _parsed(text: str) -> "icalendar.Component":
    """Parse a calendar, with the zones that the library knows under no name put right.

    CalendarError for a zone that nobody knows: the library would take its times for local ones.
    """
    with warnings.catch_warnings():  # Whose zones it guesses are put right below.
        warnings.simplefilter("ignore", icalendar.error.GloballyUniqueTZIDGuessed)
        calendar = icalendar.Calendar.from_ical(text)
    if not isinstance(calendar, icalendar.Calendar):
        raise CalendarError("It holds no calendar.")
    if odd := _odd_zones(calendar):
        calendar = icalendar.Calendar.from_ical(_with_known_zones(text, odd))
    if str(calendar.get("METHOD", "")).upper() == "CANCEL":  # RFC 5546, 3.2.5: with or without it.
        for event in calendar.walk("VEVENT"):
            event["STATUS"] = "CANCELLED"
    return calendar


def _odd_zones(calendar: "icalendar.Calendar") -> list[str]:
    """Give the zones that a calendar names, doesn't define, and that the library doesn't know."""
    outlook = icalendar.timezone.windows_to_olson.WINDOWS_TO_OLSON
    known = zone_names() | outlook.keys()
    return sorted(name for name in calendar.get_missing_tzids() if name not in known)


def _with_known_zones(text: str, odd: Iterable[str]) -> str:
    """Give a calendar with other names for such zones; CalendarError for what is none."""
    outlook = icalendar.timezone.windows_to_olson.WINDOWS_TO_OLSON
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    for name in odd:
        # Outlook numbers the zones that it writes twice: “Eastern Standard Time 1”.
        # A name that is one in all the world ends like the zone's. RFC 5545, 3.2.19.
        parts = name.strip("/").split("/")
        ends = ("/".join(parts[first:]) for first in range(1, len(parts)))
        known = outlook.get(re.sub(r" \d+$", "", name)) or next(
            (one for one in ends if name.startswith("/") and one in zone_names()), None
        )
        if known is None:
            raise CalendarError(f"It has times in “{name}”, which is no time zone that is known.")
        unfolded = re.sub(rf'(;TZID=)"?{re.escape(name)}"?(?=[:;])', rf"\1{known}", unfolded)
    return unfolded


def _instant(event: "icalendar.Component", name: str, usual: ZoneInfo) -> datetime:
    value: date | datetime = event.decoded(name)
    if not isinstance(value, datetime):
        return instant(datetime.combine(value, time()), usual)
    if value.tzinfo is None:
        return instant(value, usual)
    return value.astimezone(UTC)
