"""Showing a page under what it is about, and telling the team of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

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

_Asks = Literal["unanswered", "hole", "unreachable", "more"]
_AT_FIRST: Mapping[_Asks, str] = {
    "unanswered": "Nobody answered at first;",
    "hole": "Nobody covered at first;",
    "unreachable": "Nobody was reached at first;",
    "more": "",
}
"""What a page asks for somebody by, and how it says that once somebody has it."""


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
            since=found.acknowledged_at or at,
            again=owed.due_at if owed else at,
            now=at,
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
    key, channel = _asking(found, "unanswered"), current.team.channel
    desk_posts.show(key=key, channel=channel, message=message, at=at)


def nobody_covers(pages: Sequence[tuple[Page, bool]], at: datetime) -> None:
    """Tell the team of each page, once, that there is nobody to call, or nobody to be reached."""
    team = process.in_force().team
    told = []
    for found, unreachable in pages:
        message = words.nobody_covers(
            title=found.title, mention=team.mention, page=found.about, unreachable=unreachable
        )
        key = _asking(found, "unreachable" if unreachable else "hole")
        told.append(DeskPost(key, team.channel, message))
    desk_posts.say_all(told, at=at)


def more_came(found: Page, message: Message, at: datetime) -> str:
    """Say under a bundle what came since somebody took it, in one post; give the key of that."""
    key, roots = _asking(found, "more"), desk_posts.places([found.thread_key])
    posts = [DeskPost(key, channel, message, root) for root, channel in roots.values()]
    desk_posts.show_all(posts, at=at)
    return key


def taken(found: Page, name: str, at: datetime) -> None:
    """Let what asked for somebody to take a page say who has it now, before they are noted."""
    answered = {
        _asking(found, what): words.answered(title=found.title, name=name, at_first=at_first)
        for what, at_first in _AT_FIRST.items()
    }
    desk_posts.rewrite_all(answered, at=at)


def over(found: Page, message: Message, at: datetime) -> None:
    """Let what asked for somebody to take a page say that it is over."""
    asked = {_asking(found, what): message for what in _AT_FIRST}
    desk_posts.rewrite_all(asked, at=at)


def is_told(found: Page, *whats: _Asks) -> bool:
    """Say whether any of this was told of a page since somebody had it last."""
    return Post.objects.filter(key__in=[_asking(found, what) for what in whats]).exists()


def _asking(found: Page, what: _Asks) -> str:
    """Name a post that asks for somebody to take a page: another one once somebody had it.

    And once something new is wrong in it: what is changed in a post calls nobody's eye.
    """
    since = found.news_at or found.answered_at
    return f"{found.about}:{what}" + (f":{since:%Y%m%dT%H%M%S}" if since else "")
