"""What those who tell senior leadership read of announced work, if they are to hear of it."""

from datetime import datetime

from django.conf import settings

from dutydesk.announcements import words
from dutydesk.announcements.models import Announcement
from dutydesk.incidents.flows import leaders
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.messages import Message
from dutydesk.kernel.subjects import screen_of
from dutydesk.process.flows import process


def letter(
    found: Announcement, *, title: str, text: str, next_at: datetime | None, at: datetime
) -> Message:
    """Give the letter that tells `text` of an announcement; of one that isn't made yet too."""
    where = screen_of(found.about) if found.pk else path_to("announcements")
    return words.leader_letter(
        title=title,
        text=text,
        impact=found.impact,
        planned=found.window,
        next_at=next_at,
        link=settings.BASE_URL + where,
        zone=process.in_force().zone,
        at=at,
    )


def tell(found: Announcement, key: str, said: Message, *, at: datetime) -> None:
    """Write to them, and to whoever was told of it before; nothing if nobody wished it."""
    if not found.leaders_told:
        return
    who = leaders.told(found.leaders)
    found.leaders = [[one.name, one.email] for one in who]
    found.save(update_fields=["leaders"])
    leaders.owe(who, key, said, found.about, at)
