"""Hearing questions in the ask channel."""

from datetime import datetime

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.flows.people_posts import PersonEdited, PersonPosted, PersonRemoved
from dutydesk.chat.models import Post
from dutydesk.database import notifications
from dutydesk.desk import words
from dutydesk.desk.flows import bursts, deadlines, ownership, status_post
from dutydesk.desk.flows.events import QuestionAsked, QuestionRefused, QuestionWithdrawn
from dutydesk.desk.models import FurtherPost, Question
from dutydesk.desk.rules.questions import greeting, is_question, may_page
from dutydesk.journal.flows import journal
from dutydesk.kernel.subjects import subject
from dutydesk.oncall.flows import acknowledgement
from dutydesk.process.flows import process


def hear(*, event: PersonPosted, at: datetime) -> None:
    """Hear a person's post: a new question, more of one, or a reply to one. Clause ask.entry."""
    ask = process.in_force().ask
    if event.channel != ask.channel:
        return
    post = Post.objects.select_related("channel", "account", "thread").get(pk=event.post)
    if event.thread is not None:
        ownership.reply(post=post, at=at)
    else:
        _heard(post, at)


def _heard(post: Post, at: datetime) -> Question | None:
    """Give the question that a post is, or goes on with; None if it is none."""
    if post.removed_at is not None or not is_question(
        post.words.body, process.in_force().ask.no_question
    ):
        return None
    earlier = _goes_on(post, at)
    if earlier is None:
        return _ask(post, at)
    FurtherPost.objects.get_or_create(post=post, defaults={"question": earlier})
    notifications.notify(earlier.about)
    return earlier


@transaction.atomic
def ask_about(*, post: int, at: datetime) -> Question:
    """Make a question of a post that was not taken for one; give the one that it is already.

    Raises QuestionRefused for what begins no thread that everybody sees.
    """
    seen = Post.objects.filter(thread=None, only_for=None, removed_at=None)
    found = seen.select_related("channel", "account").filter(pk=post).first()
    if found is None:
        raise QuestionRefused("That post can be no question.", "Choose one that begins a thread.")
    return _ask(found, at)


def _goes_on(post: Post, at: datetime) -> Question | None:
    """Give the question that a post goes on with: its author's last words, moments ago."""
    earlier = Post.objects.filter(channel=post.channel_id, thread=None, pk__lt=post.pk)
    said = earlier.exclude(account=None, outside="").select_related("channel", "account")
    last = said.order_by("-pk").first()
    together = process.in_force().ask.together
    if last is None or last.written_by != post.written_by or post.at - last.at > together:
        return None
    found = Question.objects.filter(post=last).first()
    if found is None:
        joined = FurtherPost.objects.filter(post=last).select_related("question").first()
        # Of posts that come together the later one may be heard first.
        found = joined.question if joined else _heard(last, at)
    return found if found is not None and found.state == Question.State.OPEN else None


def _ask(post: Post, at: datetime) -> Question:
    current = process.in_force()
    question, new = Question.objects.get_or_create(
        post=post,
        defaults={"asker": post.account, "who": post.written_by, "asked_at": post.at},
    )
    if not new:
        return question
    cover = status_post.covering(post.at)
    name = cover.name if cover else ""
    about = question.about
    text = greeting(current, asker=post.author, cover=name, at=post.at)
    desk_posts.say(
        key=f"{about}:greeting",
        channel=post.channel.name,
        thread=post,
        message=words.standing(
            about=about, text=text, state=question.state, urgent=may_page(current, post.at)
        ),
        at=at,
    )
    deadlines.answer(question, "", post.at, at)
    journal.record(
        event=QuestionAsked(question.pk),
        subject=about,
        text=f"{post.author} asked: {question.title}",
        at=post.at,
        actor=post.author,
        clause="ask.entry",
    )
    bursts.look(question=question, at=at)
    return question


def edited(*, event: PersonEdited, at: datetime) -> None:
    """Let the screens that show a question follow what was changed in it."""
    found = Question.objects.filter(post=event.thread or event.post).first()
    if found is not None:
        notifications.notify(found.about)


def removed(*, event: PersonRemoved, at: datetime) -> None:
    """Withdraw a question that its asker took back before anybody answered."""
    if event.thread is not None:
        return
    FurtherPost.objects.filter(post=event.post).delete()
    rows = Question.objects.select_for_update(of=("self",)).select_related("post")
    found = rows.filter(post=event.post, state=Question.State.OPEN).first()
    if found is None or found.answered_at is not None:
        return
    found.state = Question.State.WITHDRAWN
    found.save(update_fields=["state"])
    deadlines.withdrawn(found, at)
    acknowledgement.settle(about=found.about, at=at, because="the question was taken back")
    status_post.show(found, at)
    journal.record(
        event=QuestionWithdrawn(found.pk),
        subject=subject("question", found.pk),
        text=f"{found.post.author} took the question back",
        at=at,
        actor=found.post.author,
    )
