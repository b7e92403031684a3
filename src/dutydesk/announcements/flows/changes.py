"""Changing an announcement, by people who may do so at once, and by buttons pressed twice."""

from datetime import datetime

from dutydesk.announcements.flows.events import CHANGES
from dutydesk.announcements.models import Announcement
from dutydesk.announcements.rules.broadcast import AnnouncementRefused
from dutydesk.announcements.rules.repeats import just_now
from dutydesk.journal.flows import seen as changes_seen
from dutydesk.kernel.actions import Person


def latest(about: str) -> int:
    """Give the number of the last change of an announcement; 0 if there was none."""
    return changes_seen.latest(about, CHANGES)


def locked(number: int) -> Announcement:
    """Give an announcement, locked until the flow is done."""
    return Announcement.objects.select_for_update(of=("self",)).get(pk=number)


def check_open(found: Announcement) -> None:
    """Refuse one that is over."""
    if not found.open:
        raise AnnouncementRefused("This announcement is over.", "Make a new one.")


def check_seen(found: Announcement, seen: int | None) -> None:
    """Refuse, with what changed and by whom, if that was not seen; None: nobody looked first."""
    changes_seen.check(found.about, CHANGES, seen)


def told_twice(found: Announcement, text: str, by: Person, at: datetime) -> bool:
    """Say whether this is the last thing told, by the same person just now: a press too many."""
    last = found.updates.first()
    if last is None or (last.text, last.by) != (text, by.name):
        return False
    return just_now(last.at, at)
