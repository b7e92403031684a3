"""Showing a page under what it is about, and telling the team of it."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.flows.desk_posts import DeskPost
from dutydesk.chat.models import Post
from dutydesk.commitments.flows import commitments
from dutydesk.database import notifications
from dutydesk.kernel.messages import Message
from dutydesk.oncall import words
from dutydesk.oncall.flows import contact_methods
from dutydesk.oncall.models import Page
from dutydesk.oncall.rules.call_order import Line
from dutydesk.oncall.rules.promises import WORK
from dutydesk.process.flows import process


def show(found: Page, message: Message, at: datetime) -> None:
    """Say it under the post that the page is about; later words replace earlier ones."""
    show_all([(found, message)], at)


def show_all(said: Sequence[tuple[Page, Message]], at: datetime) -> None:
    """Say something of each page as `show` does, in few statements."""
    roots = desk_posts.places({found.thread_key for found, _ in said if found.thread_key})
    shown = [
        (found, roots[found.thread_key], message)
        for found, message in said
        if found.thread_key in roots
    ]
    desk_posts.show_all(
        [
            DeskPost(found.about, channel, message, root)
            for found, (root, channel), message in shown
        ],
        at=at,
    )
    told = [found.about for found, _ in said] + [found.subject for found, _, _ in shown]
    notifications.notify(*told)


def standing(found: Page, line: Line, at: datetime) -> Message:
    """Give what is said of an open page as it stands. `line`: who would be called now."""
    zone = process.in_force().zone
    if found.state == Page.State.CALLING and found.called is not None:
        by = contact_methods.names(contact_methods.of(found.called))
        name, round_ = found.called.name, found.round
        had = found.acknowledged_by.name if found.acknowledged_by else ""
        call = {"title": found.title, "name": name, "page": found.about, "had": had}
        return words.calling(**call, round_=round_, methods=by)
    if found.state == Page.State.ACKNOWLEDGED and found.acknowledged_by is not None:
        owed = commitments.owed([found.about]).filter(kind=WORK).first()
        return words.acknowledged(
            title=found.title,
            name=found.acknowledged_by.name,
            page=found.about,
            at=found.acknowledged_at or at,
            again=owed.due_at if owed else at,
            zone=zone,
        )
    order, hole = line
    return words.held(
        title=found.title,
        until=found.held_until,
        hole=hole,
        unreachable=bool(order),
        zone=zone,
        now=at,
    )


def nobody_answers(found: Page, at: datetime) -> None:
    """Tell the team that everybody was called for nothing; after more rounds the post says so."""
    current = process.in_force()
    called = found.calls.filter(skipped=False).order_by("engineer__name")
    counted = called.values_list("engineer__name").annotate(Count("pk"))
    message = words.nobody_answers(
        title=found.title,
        called=list(counted),
        mention=current.team.mention,
        page=found.about,
    )
    desk_posts.show(key=_unanswered(found), channel=current.team.channel, message=message, at=at)


def unanswered(found: Page, message: Message, at: datetime) -> None:
    """Let what told the team that nobody answers say how that went on, if they were told."""
    desk_posts.rewrite(key=_unanswered(found), message=message, at=at)


def is_told_unanswered(found: Page) -> bool:
    """Say whether the team was told that nobody answers a page, since somebody had it last."""
    return Post.objects.filter(key=_unanswered(found)).exists()


def _unanswered(found: Page) -> str:
    """Name the post that nobody answers a page: another one once somebody had it."""
    had = found.acknowledged_at
    return f"{found.about}:unanswered" + (f":{had:%Y%m%dT%H%M%S}" if had else "")


def nobody_covers(pages: Sequence[tuple[Page, bool]], at: datetime) -> None:
    """Tell the team of each page, once, that there is nobody to call, or nobody to be reached."""
    mention = process.in_force().team.mention
    told = []
    for found, unreachable in pages:
        message = words.nobody_covers(
            title=found.title, mention=mention, page=found.about, unreachable=unreachable
        )
        told.append((found, "unreachable" if unreachable else "hole", message))
    _tell(told, at)


def _tell(told: Sequence[tuple[Page, str, Message]], at: datetime) -> None:
    channel = process.in_force().team.channel
    posts = [DeskPost(f"{found.about}:{what}", channel, message) for found, what, message in told]
    desk_posts.say_all(posts, at=at)
