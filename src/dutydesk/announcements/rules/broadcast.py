"""What a broadcast has to say before it is told. Clauses announce.content, announce.commitment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dutydesk.kernel.messages import Notify
from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused

MOST_UPDATES = 12
LONGEST_WINDOW = timedelta(days=30)  # As long as a silence may be.
EARLY = timedelta(minutes=30)
"""An update told so long before a promised time is the one that was promised."""


class AnnouncementRefused(Refused):
    """The announcement can't be told as it is."""


@dataclass(frozen=True)
class Broadcast:
    """What somebody would like to announce. Without a `window` it is news and no planned work.

    `updates`: when people hear next. `notify` is `here` or `channel` if everybody there is called
    at once, which wants a `notify_reason`. `mute`: the services' alarms are quiet in the window.
    `leaders`: those who tell senior leadership hear of it too.
    """

    title: str
    text: str
    services: tuple[int, ...] = ()
    agreed_with: str = ""
    impact: str = ""
    window: Period | None = None
    updates: tuple[datetime, ...] = ()
    notify: Notify = ""
    notify_reason: str = ""
    mute: bool = False
    leaders: bool = False


def window(start: datetime, end: datetime) -> Period:
    """Give the window from `start` to `end`; refused if that is no time at all."""
    if end <= start:
        raise AnnouncementRefused("It ends before it starts.", "Give a later end.")
    return Period(start, end)


def window_if_any(start: datetime | None, end: datetime | None) -> Period | None:
    """Give the window from `start` to `end`; None for news, which has neither."""
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise AnnouncementRefused(
            "Planned work has a start and an end.", "Give both times, or neither if it is news."
        )
    return window(start, end)


def check(draft: Broadcast, at: datetime, *, may_notify: bool) -> None:
    """Refuse a draft that leaves out what a broadcast names, or that promises what is past."""
    check_words(draft.title, draft.text)
    if draft.window is not None:
        _check_work(draft, draft.window, at)
    check_updates(draft.updates, at)
    if draft.notify and not may_notify:
        raise AnnouncementRefused(
            "The process lets nobody call a whole channel.", "Announce it without."
        )
    if draft.notify and not draft.notify_reason.strip():
        raise AnnouncementRefused(
            "Calling everybody in a channel wants a reason.", "Say why it is necessary, or don't."
        )


def check_words(title: str, text: str) -> None:
    """Refuse words that say nothing."""
    if not title.strip():
        raise AnnouncementRefused(
            "The announcement has no title.", "Say in a few words what it is."
        )
    if not text.strip():
        raise AnnouncementRefused("The announcement says nothing.", "Write what is done, and why.")


def check_window(planned: Period, at: datetime) -> None:
    """Refuse a window that is over, or longer than work is."""
    if planned.end <= at:
        raise AnnouncementRefused("The work's end is past.", "Give a time that is to come.")
    if planned.length > LONGEST_WINDOW:
        raise AnnouncementRefused(
            f"The work lasts longer than {LONGEST_WINDOW.days} days.", "Announce it in parts."
        )


def _check_work(draft: Broadcast, planned: Period, at: datetime) -> None:
    check_window(planned, at)
    if not draft.services:
        raise AnnouncementRefused(
            "The work touches no service.", "Choose the services that it is about."
        )
    if not draft.updates:
        raise AnnouncementRefused(
            "Nobody is told when they hear next.", "Promise at least one update."
        )


def check_updates(updates: Sequence[datetime], at: datetime) -> None:
    """Refuse promised times that are too many, or that are past."""
    if len(updates) > MOST_UPDATES:
        raise AnnouncementRefused(
            f"{len(updates)} updates are promised; {MOST_UPDATES} are the most.", "Promise fewer."
        )
    if any(one <= at for one in updates):
        raise AnnouncementRefused(
            "An update is promised for a time that is past.", "Give times that are to come."
        )


def kept_by(promised: Iterable[datetime], at: datetime) -> list[datetime]:
    """Give the promised times that an update told at `at` keeps, late ones too, in order.

    What is due more than half an hour later is still to come: people wait for that one as well.
    """
    return [one for one in sorted(promised) if one <= at + EARLY]
