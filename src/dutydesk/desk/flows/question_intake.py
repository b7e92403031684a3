"""Hearing questions in the ask channel."""

from collections.abc import Set
from datetime import datetime

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.flows.people_posts import PersonEdited, PersonPosted, PersonRemoved
from dutydesk.chat.models import Post
from dutydesk.database import notifications
from dutydesk.desk import words
from dutydesk.desk.flows import (
    asked_anew,
    bursts,
    deadlines,
    last_questions,
    ownership,
    side_words,
    status_post,
)
from dutydesk.desk.flows.events import QuestionAsked, QuestionRefused, QuestionWithdrawn
from dutydesk.desk.flows.resolution import locked
from dutydesk.desk.models import FurtherPost, Question
from dutydesk.desk.rules.consequences import ENDED, NEWS, Consequence, Scene, consequence
from dutydesk.desk.rules.meanings import Meaning
from dutydesk.desk.rules.questions import greeting, is_question
from dutydesk.journal.flows import journal
from dutydesk.kernel.subjects import subject
from dutydesk.people.flows import people
from dutydesk.process.flows import process


def hear(*, event: PersonPosted, at: datetime) -> None:
    """Hear a person's post: a new question, more of one, or a reply to one. Clause ask.entry."""
    ask = process.in_force().ask
    if event.channel != ask.channel:
        return
    post = Post.objects.select_related("channel", "account", "thread").get(pk=event.post)
    if event.thread is None:
        _heard(post, at)
    elif post.removed_at is None and ownership.reply(post=post, at=at):
        asked_anew.ask(post=post, ask=_ask, at=at)


def _heard(post: Post, at: datetime) -> Question | None:
    """Give the question that a post is, or goes on with; None if it is none."""
    if post.removed_at is not None:
        return None
    known = Question.objects.filter(post=post).first()
    if known is not None or not is_question(post.words.body, process.in_force().ask.no_question):
        return known
    meant = ownership.meant(post)
    earlier = _goes_on(post, at) if meant & NEWS else None
    if earlier is not None:
        return _join(post, earlier)
    return _followed(post, _follows(post, meant), meant, at)


def _follows(post: Post, meant: Set[Meaning]) -> Consequence:
    """Give what follows of a post at the top level, by whether the team's own wrote it."""
    own = people.engineer_of(post.account_id) is not None
    return consequence(Scene.TEAM_TOP if own else Scene.TOP, meant)


def _followed(
    post: Post, follows: Consequence, meant: Set[Meaning], at: datetime
) -> Question | None:
    """Do what follows of a post at the top level; what belongs to nothing may be a question."""
    if follows == Consequence.NOTHING:
        return None
    if follows == Consequence.ADDITION:
        within = process.in_force().ask.addition
        mine = last_questions.of(who=post.written_by, at=post.at, within=within)
        if mine:
            return _added(post, locked(mine[0].pk), at)
    if follows == Consequence.WORD and (_word(post, at) or meant & ENDED):
        return None
    if follows == Consequence.SAME and (_same_here(post, at) or Meaning.SAME not in meant):
        return None
    return _ask(post, at)


def _word(post: Post, at: datetime) -> bool:
    """Hear a word about its author's last question; say whether there is one."""
    mine = last_questions.of(who=post.written_by, at=post.at)
    if mine:
        ownership.asker_said(locked(mine[0].pk), post, at, sure=len(mine) == 1)
    return bool(mine)


def _same_here(post: Post, at: datetime) -> bool:
    """Hear that somebody has the trouble of the last question; say whether there is one."""
    other = last_questions.of_another(post)
    if other is not None:
        side_words.same_here(other, post, at)
    return other is not None


def _join(post: Post, earlier: Question) -> Question:
    """Let a post be a part of an earlier question."""
    FurtherPost.objects.get_or_create(post=post, defaults={"question": earlier})
    notifications.notify(earlier.about)
    return earlier


def _added(post: Post, earlier: Question, at: datetime) -> Question:
    """Let a post that says so be a part of a question; it is a word to whoever helps, too."""
    if not FurtherPost.objects.filter(post=post).exists():
        _join(post, earlier)
        if earlier.state != Question.State.OPEN:
            ownership.asker_said(earlier, post, at)
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
        found = joined.question if joined else _heard_out_of_turn(last, at)
    return found if found is not None and found.state == Question.State.OPEN else None


def _heard_out_of_turn(post: Post, at: datetime) -> Question | None:
    """Hear a post before its turn, or once it was changed, if it is a question by itself."""
    asks = _follows(post, ownership.meant(post)) in (Consequence.QUESTION, Consequence.ADDITION)
    return _heard(post, at) if asks else None


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
        message=words.standing(about=about, text=text, state=question.state),
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
    """Let the screens that show a question follow what was changed in it.

    What was none, and asks something now, is a question from now on, if it was posted just lately.
    """
    asked_anew.follow_edit(event.post, at=at)
    current = process.in_force().ask
    if event.thread is None and event.channel == current.channel:
        post = Post.objects.select_related("channel", "account").get(pk=event.post)
        joined = FurtherPost.objects.filter(post=post).exists()
        if not joined and at - post.at <= current.addition:
            _heard_out_of_turn(post, at)
    found = Question.objects.filter(post=event.thread or event.post).first()
    if found is not None:
        notifications.notify(found.about)


def removed(*, event: PersonRemoved, at: datetime) -> None:
    """Withdraw a question that its asker took back before anybody answered."""
    if event.thread is not None:
        asked_anew.follow_removal(event.post, at=at)
        return
    FurtherPost.objects.filter(post=event.post).delete()
    rows = Question.objects.select_for_update(of=("self",)).select_related("post")
    found = rows.filter(post=event.post, state=Question.State.OPEN).first()
    if found is None or found.answered_at is not None:
        return
    found.state = Question.State.WITHDRAWN
    found.save(update_fields=["state"])
    deadlines.withdrawn(found, at)
    status_post.show(found, at)
    journal.record(
        event=QuestionWithdrawn(found.pk),
        subject=subject("question", found.pk),
        text=f"{found.post.author} took the question back",
        at=at,
        actor=found.post.author,
    )
