"""Showing a page under what it is about, and telling the team of it."""

from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import Post
from dutydesk.database import notifications
from dutydesk.kernel.messages import Message
from dutydesk.oncall import words
from dutydesk.oncall.models import Page
from dutydesk.process.flows import process


def show(found: Page, message: Message, at: datetime) -> None:
    """Say it under the post that the page is about; later words replace earlier ones."""
    notifications.notify(found.about)
    root = Post.objects.filter(key=found.thread_key).first() if found.thread_key else None
    if root is None:
        return
    desk_posts.show(key=found.about, channel=root.channel.name, thread=root, message=message, at=at)
    notifications.notify(found.subject)


def nobody_answers(found: Page, at: datetime) -> None:
    """Tell the team, once a round, that everybody was called for nothing."""
    current = process.in_force()
    called = found.calls.filter(skipped=False).order_by("engineer__name")
    names = list(called.values_list("engineer__name", flat=True).distinct())
    _tell(
        found,
        f"round:{found.round}",
        words.nobody_answers(
            title=found.title,
            names=", ".join(names),
            mention=current.team.mention,
            page=found.about,
        ),
        at,
    )


def nobody_covers(found: Page, at: datetime, *, unreachable: bool) -> None:
    """Tell the team, once, that there is nobody to call."""
    message = words.nobody_covers(
        title=found.title,
        mention=process.in_force().team.mention,
        page=found.about,
        unreachable=unreachable,
    )
    _tell(found, "unreachable" if unreachable else "hole", message, at)


def _tell(found: Page, what: str, message: Message, at: datetime) -> None:
    channel = process.in_force().team.channel
    desk_posts.say(key=f"{found.about}:{what}", channel=channel, message=message, at=at)
