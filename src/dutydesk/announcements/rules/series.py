"""What recurring work has to say before it is set up, and when each time of it is announced."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dutydesk.announcements.rules import broadcast, recurrence
from dutydesk.announcements.rules.broadcast import AnnouncementRefused, Broadcast
from dutydesk.announcements.rules.recurrence import Recurrence
from dutydesk.announcements.rules.update_times import check_times_of_day, read_update_times
from dutydesk.kernel.periods import Period
from dutydesk.process.rules.hours import Clock


@dataclass(frozen=True)
class SeriesDraft:
    """Work that somebody would like to come again and again; `updates` are times of day as typed.

    `holidays`: `skip` leaves out what would be on a public holiday, `tell` points it out.
    """

    title: str
    text: str
    services: tuple[int, ...]
    pattern: Recurrence
    updates: str
    agreed_with: str = ""
    impact: str = ""
    mute: bool = False
    holidays: str = "tell"


def check(draft: SeriesDraft, at: datetime, zone: ZoneInfo) -> None:
    """Refuse what no single time of it could say, or what would never come."""
    broadcast.check_words(draft.title, draft.text)
    recurrence.check(draft.pattern)
    check_times_of_day(draft.updates)
    first = recurrence.window(draft.pattern, draft.pattern.first, zone)
    if first.start <= at:
        raise AnnouncementRefused("Its first time is past.", "Give a first day that is to come.")
    broadcast.check(one(draft, first, zone), at, may_notify=False)


def one(draft: SeriesDraft, window: Period, zone: ZoneInfo) -> Broadcast:
    """Give what is announced of the time in `window`."""
    return Broadcast(
        title=draft.title,
        text=draft.text,
        services=draft.services,
        agreed_with=draft.agreed_with,
        impact=draft.impact,
        window=window,
        updates=read_update_times(draft.updates, after=window.start, zone=zone),
        mute=draft.mute,
    )


def announce_at(window: Period, *, ahead: timedelta, working: Clock) -> datetime:
    """Give when a time is announced: so long `ahead`, or when people next work if that is soon."""
    early = window.start - ahead
    opens = working.next_open(early)
    return opens if opens is not None and opens < window.start - ahead / 2 else early
