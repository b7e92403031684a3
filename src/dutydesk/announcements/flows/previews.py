"""Who would be told what of an announcement, before anybody is.

What a flow says in the end it gets from the same functions.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from dutydesk.announcements import words
from dutydesk.announcements.flows import announcements, broadcasts, leader_letters
from dutydesk.announcements.models import Announcement
from dutydesk.announcements.rules import broadcast
from dutydesk.announcements.rules.broadcast import Broadcast
from dutydesk.chat.rules import without_notifiers
from dutydesk.incidents.flows import audiences, leaders
from dutydesk.kernel.actions import Person
from dutydesk.kernel.messages import Message
from dutydesk.kernel.moments import when
from dutydesk.kernel.tellings import Telling
from dutydesk.people.models import Service
from dutydesk.ports.audiences import PublicNews
from dutydesk.process.flows import process

UNWRITTEN = "…"


@process.held()
def announcement(*, draft: Broadcast, by: Person, at: datetime) -> Sequence[Telling]:
    """Give who would be told; no letter knows its number yet."""
    draft = announcements.plain(draft)
    found = announcements.row_of(draft, by, at)
    found.title, found.text = found.title or UNWRITTEN, found.text or UNWRITTEN
    services = list(Service.objects.filter(pk__in=draft.services).select_related("team"))
    said = broadcasts.words_of(found, services, draft.updates, at)
    told = audiences.tellings(
        audiences.in_channels(broadcasts.audiences(services), said, call_team=True)
    )
    if draft.leaders:
        title, next_at = said.title, min(draft.updates, default=None)
        letter = leader_letters.letter(found, title=title, text=found.text, next_at=next_at, at=at)
        told += leaders.tellings(leaders.everybody(), letter)
    return [*told, *_public(found, services, found.text, expect=found.impact)]


@process.held()
def update(
    *, found: Announcement, text: str, next_at: datetime | None, at: datetime
) -> Sequence[Telling]:
    """Give who would be told how it goes."""
    text = without_notifiers(text).strip() or UNWRITTEN
    promised = [one.due_at for one in broadcasts.open_promises(found)]
    kept = broadcast.kept_by(promised, at)
    left = [one for one in promised if one not in kept] + ([next_at] if next_at else [])
    due = min(left, default=None)
    following = when(due, process.in_force().zone, at) if due else ""
    message = words.update(title=found.title, text=text, next_due=following)
    return _told(found, message, text, due, at)


@process.held()
def last(*, found: Announcement, text: str, cancelled: bool, at: datetime) -> Sequence[Telling]:
    """Give who would be told that it is over, or called off."""
    text = without_notifiers(text).strip() or UNWRITTEN
    message = words.over(title=found.title, text=text, cancelled=cancelled)
    return _told(found, message, text, None, at)


def _told(
    found: Announcement, message: Message, text: str, next_at: datetime | None, at: datetime
) -> Sequence[Telling]:
    told = audiences.tellings(dict.fromkeys(found.told, message))
    if found.leaders_told:
        title = message.title
        letter = leader_letters.letter(found, title=title, text=text, next_at=next_at, at=at)
        told += leaders.tellings(leaders.told(found.leaders), letter)
    return [*told, *_public(found, broadcasts.services_of(found), text)]


def _public(
    found: Announcement, services: Iterable[Service], text: str, expect: str = ""
) -> Sequence[Telling]:
    """Give where the public reads it: of work only, and not of what no user depends on."""
    mine = list(services)
    if found.window is None or (mine and not any(one.user_facing for one in mine)):
        return ()
    numbers = tuple(one.pk for one in mine)
    return audiences.public(PublicNews(found.title, numbers, text, expect))
