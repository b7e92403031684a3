"""A reply that asks something of its own: it stands in the channel too, as a question.

What goes on with it in the thread that it was asked in is said there too: moments later as a
further post of the question, and else in the question's thread.
"""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q

from dutydesk.chat.flows import desk_posts, outside_pictures, people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.desk import words
from dutydesk.desk.flows import further_posts, meanings, question_threads
from dutydesk.desk.models import OVER, Question
from dutydesk.desk.rules.consequences import NEWS
from dutydesk.people.flows import people
from dutydesk.pictures.flows import pictures
from dutydesk.process.flows import process


def ask(*, post: Post, ask: Callable[[Post, datetime], Question], at: datetime) -> None:
    """Let a reply's author ask the same in the channel, and say so in the thread.

    `ask` makes a question of the post in the channel.
    """
    if post.thread is None:
        return
    question = ask(_said_too(post, None, at), at)
    text = process.in_force().ask.words.asked_anew.format(asker=post.author)
    desk_posts.say(
        key=f"{question.about}:anew",
        channel=post.channel.name,
        thread=post.thread,
        message=words.other_question(text=text, number=question.pk, title=question.title),
        at=at,
    )


def go_on(*, post: Post, at: datetime) -> bool:
    """Let a reply that goes on with what was asked anew in its thread be said there too.

    Say whether it does: a word of the one who asked so, or an engineer's, in a thread whose own
    question doesn't hear it.
    """
    question = _asked_before(post)
    if question is None:
        return False
    if _moments_later(post, question):
        further_posts.add(_said_too(post, None, at), question, at)
    else:
        _said_too(post, question.post, at)
    return True


def _asked_before(post: Post) -> Question | None:
    """Give the last question that was asked anew in a reply's thread and that the reply is for."""
    first = question_threads.question_of(post.thread_id)
    engineer = people.engineer_of(post.account_id) is not None
    if first is not None and not first.over and (engineer or post.written_by == first.who):
        return None
    before = Post.objects.filter(thread=post.thread_id, pk__lt=post.pk, removed_at=None)
    said = before.exclude(account=None, outside="").values_list("pk", flat=True)
    asked = Question.objects.filter(post__key__in=[_key(one) for one in said])
    asked = asked.select_related("post__channel").order_by("-pk")
    since = post.at - process.in_force().ask.goes_on
    lately = ~Q(state__in=OVER) | Q(state=Question.State.SOLVED, solved_at__gte=since)
    mine = asked.filter(lately, who=post.written_by).first()
    return mine or (asked.exclude(state__in=OVER).first() if engineer else None)


def _moments_later(post: Post, question: Question) -> bool:
    """Say whether a reply says more of what its author asked anew, moments after the last of it."""
    before = Post.objects.filter(thread=post.thread_id, pk__lt=post.pk).order_by("-pk")
    last = next((one for one in before if one.written_by == post.written_by), None)
    if last is None or post.written_by != question.who:
        return False
    copy = _copy(last.pk)
    unheard = question.state == Question.State.OPEN and question.answered_at is None
    soon = post.at - last.at <= process.in_force().ask.together
    at_the_top = copy is not None and copy.thread_id is None
    return unheard and soon and at_the_top and bool(meanings.meant(post) & NEWS)


def _said_too(post: Post, thread: Post | None, at: datetime) -> Post:
    """Let its author say a reply in the channel too, or in another thread, with its pictures."""
    outside = outside_pictures.told_of(post)  # What was brought of these stays theirs.
    copy = people_posts.post(
        by=Author.wrote(post),
        channel=post.channel.name,
        thread=thread.pk if thread else None,
        text=post.words.body,
        at=at,
        key=_key(post.pk),
        files=[] if outside else pictures.sent_again(post.pictures.all()),
    )
    outside_pictures.know(copy, outside)
    return copy


def follow_edit(post: int, *, at: datetime) -> bool:
    """Let what was said anew say, and show, what the reply does now; say whether there is any."""
    copy = _copy(post)
    reply = None if copy is None else Post.objects.filter(pk=post, removed_at=None).first()
    if copy is None or reply is None:
        return copy is not None
    both = zip(copy.pictures.all(), reply.pictures.all(), strict=False)
    seen = {mine.pk: theirs.description for mine, theirs in both}
    people_posts.edit(post=copy.pk, by=Author.wrote(copy), text=reply.words.body, at=at, seen=seen)
    outside = outside_pictures.told_of(reply)
    outside_pictures.stay(copy, [one.number for one in outside])
    outside_pictures.know(copy, outside)
    return True


def follow_removal(post: int, *, at: datetime) -> None:
    """Take back what was said anew with the reply that it comes from."""
    copy = _copy(post)
    if copy is not None:
        people_posts.remove(post=copy.pk, by=Author.wrote(copy), at=at)


def _copy(post: int) -> Post | None:
    return Post.objects.filter(key=_key(post), removed_at=None).first()


def _key(post: int) -> str:
    return f"person:anew:{post}"
