"""Where an announcement stands, and what is said there."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import prefetch_related_objects

from dutydesk.announcements import words
from dutydesk.announcements.flows import leader_letters
from dutydesk.announcements.models import Announcement, AnnouncementUpdate
from dutydesk.announcements.rules.promises import UPDATE
from dutydesk.chat.flows import desk_posts
from dutydesk.chat.flows.desk_posts import DeskPost
from dutydesk.chat.models import Post
from dutydesk.commitments.models import Commitment
from dutydesk.incidents.flows.audiences import in_channels
from dutydesk.kernel.messages import Message
from dutydesk.people.models import Service
from dutydesk.process.flows import process


def audiences(services: Iterable[Service]) -> list[str]:
    """Give the channels that hear of work on these services, each once. Clause announce.when.

    The team's, the ask channel, and those of the teams whose services they are.
    """
    current = process.in_force()
    teams = [one.team.channel for one in services if one.team is not None]
    return list(dict.fromkeys([current.team.channel, current.ask.channel, *teams]))


def services_of(announcement: Announcement) -> list[Service]:
    """Give its services, each with its team; asked for once as long as it is at hand."""
    prefetch_related_objects([announcement], "services__team")
    return list(announcement.services.all())


def open_promises(announcement: Announcement) -> list[Commitment]:
    """Give the updates that are promised and not yet told, soonest first; one query."""
    abouts = [one.about for one in announcement.promised.all()]
    owed = Commitment.objects.filter(kind=UPDATE, subject__in=abouts, state=Commitment.State.OPEN)
    return list(owed.order_by("due_at", "id"))


def show(announcement: Announcement, at: datetime) -> None:
    """Let it stand in every channel that hears of it, or had, as it is now."""
    services = services_of(announcement)
    due = [one.due_at for one in open_promises(announcement)]
    message = words_of(announcement, services, due, at)
    told = list(dict.fromkeys([*announcement.told, *audiences(services)]))
    said = in_channels(told, message, call_team=True)
    posts = [DeskPost(root_key(announcement, one), one, said[one]) for one in told]
    desk_posts.show_all(posts, at=at)
    if told != announcement.told:
        announcement.told = told
        announcement.save(update_fields=["told"])


def words_of(
    announcement: Announcement, services: Sequence[Service], due: Sequence[datetime], at: datetime
) -> Message:
    """Give what stands in channels; `due` are the times of the promised updates."""
    zone = process.in_force().zone
    return words.announcement(
        about=announcement.about,
        state="told" if announcement.told_at_once else announcement.state,
        title=announcement.title,
        text=announcement.text,
        facts=(
            ("When", words.window(announcement.window, zone)),
            ("Services", ", ".join(one.name for one in services)),
            ("What to expect", announcement.impact),
            ("Agreed with", announcement.agreed_with),
            ("Why it calls everybody", announcement.notify_reason),
            ("Next update", words.next_updates(sorted(due), zone, at)),
        ),
        notify=announcement.call,
    )


def tell(announcement: Announcement, text: str, message: Message, by: str, at: datetime) -> None:
    """Keep what people are told, and say it under the announcement wherever that stands."""
    told = AnnouncementUpdate.objects.create(announcement=announcement, text=text, by=by, at=at)
    keys = {channel: root_key(announcement, channel) for channel in announcement.told}
    roots = dict(Post.objects.filter(key__in=keys.values()).values_list("key", "pk"))
    posts = [
        DeskPost(f"announcement-update:{told.pk}:{channel}", channel, message, roots.get(key))
        for channel, key in keys.items()
    ]
    desk_posts.say_all(posts, at=at)
    if not announcement.leaders_told:
        return
    next_at = min((one.due_at for one in open_promises(announcement)), default=None)
    letter = leader_letters.letter(
        announcement, title=message.title, text=text, next_at=next_at, at=at
    )
    leader_letters.tell(announcement, f"announcement-update:{told.pk}", letter, at=at)


def root_key(announcement: Announcement, channel: str) -> str:
    """Give the key of the announcement itself in a channel."""
    return f"{announcement.about}:in:{channel}"
