"""A routine's one post in the team's channel, rewritten as it goes, and what is said under it."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import Post
from dutydesk.incidents.flows import owner_notices
from dutydesk.kernel.messages import Message
from dutydesk.kernel.moments import when
from dutydesk.kernel.subjects import screen_of
from dutydesk.process.flows import process
from dutydesk.routines import words
from dutydesk.routines.flows.turns import RoutineTurn
from dutydesk.routines.models import Checklist, ChecklistItem


def link_to(about: str) -> str:
    """Give the whole address of a thing's screen."""
    return f"{settings.BASE_URL}{screen_of(about)}"


def show(found: Checklist, items: Sequence[ChecklistItem], turn: RoutineTurn, at: datetime) -> None:
    """Let the post stand as the checklist does. Clauses support.*."""
    current = process.in_force()
    late = found.done_at is None and at >= found.due_at
    message = words.checklist(
        about=found.about,
        title=found.title,
        items=[_shown(one) for one in items],
        turn=whose(found, turn, at),
        due=when(found.due_at, current.zone, found.comes_at),
        standing=found.standing and at < found.due_at,
        urgent=late or (turn.hole and at < found.due_at),
    )
    desk_posts.show(
        key=found.post_key,
        channel=current.team.channel,
        message=owner_notices.mentioning(message, *turn.engineers),
        at=at,
    )


def whose(found: Checklist, turn: RoutineTurn, at: datetime) -> str:
    """Name those whose turn it is or was; or say that it is nobody's, and who is next."""
    together = found.who == "whole team"
    if at > found.due_at:
        return words.turn(found.people, together=together) or "it was nobody's"
    if turn.hole:
        duty = "call" if found.who == "on call" else "support"
        return words.nobody(duty, turn.coming, turn.lead, process.in_force().zone, at)
    return words.turn(turn.names, together=together)


def _shown(item: ChecklistItem) -> words.ItemShown:
    lines = [line for one in item.facts for line in one["lines"]]
    first = sorted(lines, key=lambda line: not line["left"])[: words.SHOWN]
    more = sum(len(one["lines"]) + one["more"] for one in item.facts) - len(first)
    return words.ItemShown(
        about=item.about,
        text=item.text,
        pressed=item.pressed,
        done=item.done_at is not None,
        done_by=item.done_by,
        says=tuple(one["says"] for one in item.facts),
        lines=tuple((line["text"], link_to(line["about"])) for line in first),
        more=more,
    )


def reply(found: Checklist, message: Message, turn: RoutineTurn, *, key: str, at: datetime) -> None:
    """Say something under the post, once for each key, and call those whose turn it is by name."""
    root = Post.objects.filter(key=found.post_key).select_related("channel").first()
    desk_posts.say(
        key=f"{found.about}:{key}",
        channel=process.in_force().team.channel,
        thread=root,
        message=owner_notices.mentioning(message, *turn.engineers),
        at=at,
    )
