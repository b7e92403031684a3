"""Which question a word at the top level of the ask channel belongs to."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models.functions import Coalesce

from dutydesk.chat.models import Post
from dutydesk.desk.models import OVER, Question
from dutydesk.desk.rules.questions import announces
from dutydesk.process.flows import process


def of(*, who: str, at: datetime, within: timedelta | None = None) -> Sequence[Question]:
    """Give somebody's questions that are not over, the one that was last asked or answered first.

    `who`: as in a question; `within`: how long ago at most they asked, by default `ask.goes_on`.
    """
    since = at - (within or process.in_force().ask.goes_on)
    mine = Question.objects.filter(who=who, asked_at__gte=since, asked_at__lte=at)
    last = Coalesce("answered_at", "asked_at").desc()
    return list(mine.exclude(state__in=OVER).order_by(last, "-pk"))


def of_another(post: Post) -> Question | None:
    """Give the last question of somebody else's, asked within `ask.addition` and not over."""
    since = post.at - process.in_force().ask.addition
    others = Question.objects.filter(asked_at__gte=since, post__lt=post.pk)
    going = others.exclude(state__in=OVER).exclude(who=post.written_by)
    return going.select_related("post__channel", "engineer").order_by("-asked_at", "-pk").first()


def announced(post: Post) -> Question | None:
    """Give its author's question that says only that one follows, if nobody has answered it."""
    within = process.in_force().ask.addition
    for one in of(who=post.written_by, at=post.at, within=within):
        unanswered = one.state == Question.State.OPEN and one.answered_at is None
        if unanswered and one.post_id < post.pk and all(map(announces, one.texts)):
            return one
    return None
