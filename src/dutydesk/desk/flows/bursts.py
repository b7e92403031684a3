"""Several questions that look alike: is something wrong?"""

from collections.abc import Sequence
from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import Post
from dutydesk.desk import words
from dutydesk.desk.flows.events import BurstSeen
from dutydesk.desk.models import Question
from dutydesk.desk.rules.phrases import burst
from dutydesk.journal.flows import journal
from dutydesk.kernel.durations import write_duration
from dutydesk.people.models import Service
from dutydesk.process.flows import process

_MOST = 200


def look(*, question: Question, at: datetime) -> None:
    """Offer the support team to declare an incident if several questions look alike, once."""
    current = process.in_force()
    since = question.asked_at - current.ask.burst.within
    found = Question.objects.filter(asked_at__gte=since, asked_at__lte=question.asked_at)
    recent = list(
        found.exclude(pk=question.pk).select_related("post").order_by("-asked_at")[:_MOST]
    )
    lately = [*reversed(recent), question]
    if len(lately) < current.ask.burst.questions:
        return
    texts = [one.asked for one in lately]
    services = list(Service.objects.values_list("name", flat=True))
    places = burst(texts, services, current.ask.burst.questions)
    alike = [lately[place] for place in places]
    if not alike:
        return
    known = next((one.burst_id for one in alike if one.burst_id is not None), None)
    if known is not None:
        earlier = Question.objects.filter(burst=known).exclude(pk__in=[one.pk for one in alike])
        alike = sorted([*earlier.select_related("post"), *alike], key=lambda one: one.pk)
    post = _show(question, alike, at)
    Question.objects.filter(pk__in=[one.pk for one in alike]).update(burst=post)
    if known is None:
        journal.record(
            event=BurstSeen(question.pk, [one.pk for one in alike]),
            subject=question.about,
            text=f"{len(alike)} questions look alike",
            at=at,
        )


def _show(question: Question, alike: Sequence[Question], at: datetime) -> Post:
    """Let one post offer it, however many more come."""
    current = process.in_force()
    length = write_duration(current.ask.burst.within)
    text = current.ask.words.burst.format(count=len(alike), within=length)
    key = f"{alike[0].about}:burst"
    desk_posts.show(
        key=key,
        channel=current.team.channel,
        message=words.burst(
            about=question.about,
            text=text,
            questions=[(one.pk, one.post.author, one.title) for one in alike[-10:]],
        ),
        at=at,
    )
    return Post.objects.get(key=key)
