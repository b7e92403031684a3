"""Telling subscribed channels what the status page says, each update once."""

from datetime import datetime

from django.db import transaction
from django.db.models import Model

from dutydesk.announcements.models import Announcement
from dutydesk.chat.flows import desk_posts
from dutydesk.chat.flows.desk_posts import DeskPost
from dutydesk.incidents.models import Incident
from dutydesk.status.flows import news, record
from dutydesk.status.models import ChannelSubscription
from dutydesk.status.rules.entries import StatusEntry
from dutydesk.status.words import post

_TOLD_BY: dict[str, type[Model]] = {
    "incident": Incident,
    "planned work": Announcement,
    "news": Announcement,
}


def look_after(*, at: datetime) -> None:
    """Say in each channel what was told since it was subscribed.

    What an incident or an announcement tells there by itself isn't said twice. Any two workers may
    do so at once: a post's key names its update and its channel.
    """
    subscribed = ChannelSubscription.objects.select_related("channel")
    if not subscribed.exists():
        return
    page = record.read(at=at)
    told = news.just_told(page, at=at)
    if not told:
        return
    there, link, posts = _told_there({entry.key: entry for entry, _ in told}), record.link(), []
    for one in subscribed.prefetch_related("services"):
        slugs = {service.slug for service in one.services.all()}
        for entry, update in told:
            if (
                entry.hears(update, one.at)
                and one.channel.name not in there.get(entry.key, ())
                and news.concerns(entry, everything=one.everything, slugs=slugs)
            ):
                said = post.update(entry, update, page, about=one.about, link=link)
                key = f"status:{update.key}:{one.channel_id}"
                posts.append(DeskPost(key, one.channel.name, said))
    with transaction.atomic():
        desk_posts.show_all(posts, at=at)


def _told_there(entries: dict[str, StatusEntry]) -> dict[str, list[str]]:
    """Give by entry the channels that hear of it anyway; a query for each kind."""
    found: dict[str, list[str]] = {}
    for model in dict.fromkeys(_TOLD_BY.values()):
        numbers = {
            int(key.rpartition("-")[2]): key
            for key, entry in entries.items()
            if _TOLD_BY.get(entry.kind) is model
        }
        rows = model._default_manager.filter(pk__in=numbers).values_list("pk", "told")
        found |= {numbers[number]: told for number, told in rows}
    return found
