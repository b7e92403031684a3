"""Saying in the team's channel that an announcement does not stand where people read it."""

from datetime import datetime

from dutydesk.announcements.flows.events import AnnouncementMade
from dutydesk.announcements.models import Announcement, AnnouncementUpdate
from dutydesk.chat.flows import post_receipts
from dutydesk.chat.flows.post_mirror import MirrorTrouble
from dutydesk.incidents.flows import undelivered
from dutydesk.kernel import bounds


def concerns(event: MirrorTrouble) -> bool:
    """Say whether what was told of an announcement can't be said in the chat outside."""
    return event.blocked or event.post.startswith(("announcement:", "announcement-update:"))


def trouble(*, event: MirrorTrouble, at: datetime) -> None:
    """Say what can't be said where people read it, once for each announcement and channel."""
    if not event.post:
        open_ = Announcement.objects.filter(over_at=None, told__contains=[event.channel])
        for found in open_:
            undelivered.say_blocked(found.about, found.title, {event.channel: event.reason}, at)
    elif ":untold:" not in event.post and (one := _announcement_of(event.post)) is not None:
        undelivered.say_unsaid(one.about, one.title, event, at)


def _announcement_of(key: str) -> Announcement | None:
    kind, number = key.split(":")[:2]
    if kind == "announcement":
        return Announcement.objects.filter(pk=bounds.number(number) or 0).first()
    updates = AnnouncementUpdate.objects.select_related("announcement")
    update = updates.filter(pk=bounds.number(number) or 0).first()
    return update.announcement if update else None


def look(*, event: AnnouncementMade, at: datetime) -> None:
    """Say which of its channels nothing can be said in outside, as soon as it is announced."""
    found = Announcement.objects.get(pk=event.announcement)
    undelivered.say_blocked(found.about, found.title, post_receipts.blocked(found.told), at)
