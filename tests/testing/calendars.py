"""Calendars and exports for tests, written as other tools write them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Event:
    """One event of a calendar, at local times of the desk's zone, as 2026-11-24T17:00."""

    uid: str
    who: str
    start: str
    end: str
    more: str = ""

    def lines(self) -> list[str]:
        zone = ";TZID=Europe/London"
        return [
            "BEGIN:VEVENT",
            f"UID:{self.uid}",
            "DTSTAMP:20261101T000000Z",
            f"SUMMARY:{self.who}",
            f"DTSTART{zone}:{_compact(self.start)}",
            f"DTEND{zone}:{_compact(self.end)}",
            *filter(None, self.more.splitlines()),
            "END:VEVENT",
        ]


def _compact(local: str) -> str:
    return local.replace("-", "").replace(":", "") + "00"


def calendar(*events: Event, name: str = "", method: str = "") -> str:
    """Give a calendar of these events."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN"]
    head += [f"X-WR-CALNAME:{name}"] if name else []
    head += [f"METHOD:{method}"] if method else []
    body = [line for event in events for line in event.lines()]
    return "\r\n".join([*head, *body, "END:VCALENDAR", ""])


def overrides(rows: Iterable[tuple[str, str, datetime, datetime]]) -> dict[str, object]:
    """Give a list of PagerDuty's overrides: number, who, from, until."""
    return {
        "overrides": [
            {
                "id": number,
                "start": start.astimezone(UTC).isoformat(),
                "end": end.astimezone(UTC).isoformat(),
                "user": {"summary": who},
            }
            for number, who, start, end in rows
        ]
    }
