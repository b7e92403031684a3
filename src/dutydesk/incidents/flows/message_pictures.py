"""Pictures of messages that belong to an incident: they are kept here, wherever they were said."""

from datetime import datetime

from dutydesk.chat.flows import outside_pictures
from dutydesk.chat.flows.people_posts import PersonPosted
from dutydesk.chat.models import Post
from dutydesk.incidents.flows import context


def concerns(event: PersonPosted) -> bool:
    """Say whether a message came from a chat outside: the pictures of others are here already."""
    return event.outside


def keep(*, event: PersonPosted, at: datetime) -> None:
    """Let the pictures of a message be brought here that is said where an incident goes on."""
    pictured = Post.objects.filter(outside_pictures__isnull=False, removed_at=None)
    post = pictured.select_related("channel", "thread").filter(pk=event.post).first()
    if post is not None and post.only_for_id is None and context.incidents_of(post):
        outside_pictures.keep(post=post.pk, at=at)
