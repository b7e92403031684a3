"""Hearing in a page's thread that somebody has it."""

from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.flows.people_posts import PersonPosted
from dutydesk.chat.models import Post
from dutydesk.kernel.messages import Message
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.flows import acknowledgement, storms
from dutydesk.oncall.models import OPEN, Page
from dutydesk.oncall.rules.notification_rules import acknowledges
from dutydesk.people.flows import people
from dutydesk.process.flows import process


def hear(*, event: PersonPosted, at: datetime) -> None:
    """Take “on it” under a page, by an engineer, for an acknowledgement. Clause oncall.respond.

    If the page is over, they alone are told so.
    """
    if event.thread is None:
        return
    post = Post.objects.select_related("thread").get(pk=event.post)
    if post.thread is None:
        return
    if not acknowledges(post.words.body, process.in_force().on_call.acknowledge_words):
        return
    page = _page_of(post.thread.key)
    engineer = people.engineer_of(post.account_id)
    if page is None or engineer is None:
        return
    try:
        acknowledgement.acknowledge(page=page.pk, engineer=engineer.pk, at=at)
    except Refused as refusal:
        desk_posts.say(
            key=f"{page.about}:late:{post.pk}",
            channel=post.channel.name,
            message=Message(f"Thank you, {engineer.name}. {refusal}"),
            at=at,
            thread=post.thread,
            only_for=post.account_id,
        )


def _page_of(thread_key: str) -> Page | None:
    """Give the last page that is shown in a thread, or in whose bundle what it is about is.

    An open one is before one that is over. The key of a thread begins with what that is about.
    """
    own = Page.objects.filter(thread_key=thread_key).order_by("-id").first()
    about = thread_key.rpartition(":")[0]
    pages = (
        own,
        storms.latest_pages([about]).get(about),
        storms.latest_pages([about], only_open=True).get(about),
    )
    found = [page for page in pages if page is not None]
    return max(found, key=lambda page: (page.state in OPEN, page.pk), default=None)
