"""Whoever announced something, or set up what comes again, whatever they are called by now."""

from dutydesk.announcements.models import Announcement, AnnouncementSeries
from dutydesk.people.flows import names
from dutydesk.people.models import Engineer


def announcer(found: Announcement) -> Engineer | None:
    """Give who announced it; None if they aren't on the team, or not any more."""
    who = names.meant(found.by, at=found.at)
    return who if who is not None and who.active else None


def name_of(series: AnnouncementSeries) -> str:
    """Give what whoever set it up is called now."""
    who = names.meant(series.by, at=series.at)
    return who.name if who is not None else series.by
