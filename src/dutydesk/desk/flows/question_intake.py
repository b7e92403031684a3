"""Hearing questions in the ask channel."""

from collections.abc import Set
from datetime import datetime

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.flows.people_posts import PersonEdited, PersonPosted, PersonRemoved
from dutydesk.chat.models import Post
from dutydesk.database import notifications, rows
from dutydesk.desk import words
from dutydesk.desk.flows import (
    asked_anew,
    askers,
    bursts,
    changed_replies,
    deadlines,
    further_posts,
    last_questions,
    meanings,
    ownership,
    question_threads,
    resolution,
    side_words,
    status_post,
    ticket_record,
)
from dutydesk.desk.flows.events import (
    PostParted,
    QuestionAsked,
    QuestionRefused,
    QuestionWithdrawn,
)
from dutydesk.desk.flows.resolution import locked
from dutydesk.desk.models import FurtherPost, Question
from dutydesk.desk.rules.consequences import ENDED, NEWS, Consequence, Scene, consequence
from dutydesk.desk.rules.meanings import Meaning
from dutydesk.desk.rules.questions import greeting, is_question, may_page
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import NotYours, Person
from dutydesk.kernel.messages import Message
from dutydesk.kernel.subjects import subject
from dutydesk.oncall.flows import acknowledgement
from dutydesk.people.flows import people
from dutydesk.process.flows import process

_LOOKED_BACK = 50
"""Among so many posts of the channel its author's last words are looked for."""


def hear(*, event: PersonPosted, at: datetime) -> None:
    """Hear a person's post: a new question, more of one, or a reply to one. Clause ask.entry.

    A question's thread is heard wherever it is: people may ask in another channel by now. So is
    what is asked in the thread of a notice, or of anything else in the ask channel.
    """
    here = event.channel == process.in_force().ask.channel
    if not here and (event.thread is None or question_threads.number_of(event.thread) is None):
        return
    post = Post.objects.select_related("channel", "account", "thread").get(pk=event.post)
    askers.recognise(post.account_id, at=at)
    if event.thread is None:
        _heard(post, at)
    elif post.removed_at is not None or asked_anew.go_on(post=post, at=at):
        return
    elif ownership.reply(post=post, at=at):
        asked_anew.ask(post=post, ask=_ask, at=at)


def _heard(post: Post, at: datetime) -> Question | None:
    """Give the question that a post is, or goes on with; None if it is none."""
    if post.removed_at is not None:
        return None
    known = question_threads.question_of(post.pk)
    if known is not None or not is_question(post.words.body, process.in_force().ask.no_question):
        return known
    meant = meanings.meant(post)
    goes_on = meant & NEWS and (_goes_on(post, at) or last_questions.announced(post))
    if goes_on:
        return further_posts.add(post, goes_on, at)
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
            return further_posts.add(post, mine[0], at)
    if follows == Consequence.WORD and (_word(post, meant, at) or meant & ENDED):
        return None
    if follows == Consequence.SAME and (_same_here(post, at) or Meaning.SAME not in meant):
        return None
    return _ask(post, at)


def _word(post: Post, meant: Set[Meaning], at: datetime) -> bool:
    """Hear a word about its author's last question; say whether there is one.

    Who gives thanks, or says that it works, means one that was answered before one that wasn't.
    """
    mine = last_questions.of(who=post.written_by, at=post.at)
    if meant & {Meaning.THANKS, Meaning.WORKS}:
        mine = sorted(mine, key=lambda one: one.answered_at is None)
    if mine:
        ownership.asker_said(locked(mine[0].pk), post, at, sure=len(mine) == 1)
    return bool(mine)


def _same_here(post: Post, at: datetime) -> bool:
    """Hear that somebody has the trouble of the last question; say whether there is one."""
    other = last_questions.of_another(post)
    if other is not None:
        side_words.same_here(other, post, at)
    return other is not None


@transaction.atomic
def ask_about(*, post: int, by: Person, at: datetime) -> Question:
    """Make a question of a post that was not taken for one; give the one that it is already.

    One that goes on with a question is parted from that. Raises QuestionRefused for what begins no
    thread that everybody sees.
    """
    seen = Post.objects.filter(thread=None, only_for=None, removed_at=None)
    found = seen.select_related("channel", "account").filter(pk=post).first()
    if found is None:
        raise QuestionRefused("That post can be no question.", "Choose one that begins a thread.")
    if FurtherPost.objects.filter(post=found).exists():
        return part(post=post, by=by, at=at)
    new = question_threads.number_of(found.pk) is None
    asked = _ask(found, at)
    if new:
        ticket_record.take_over(asked, at)
    return asked


def _goes_on(post: Post, at: datetime) -> Question | None:
    """Give the question that a post goes on with: its author's last words, moments ago.

    What others wrote in the channel meanwhile doesn't part them.
    """
    earlier = Post.objects.filter(channel=post.channel_id, thread=None, pk__lt=post.pk)
    said = earlier.select_related("channel", "account").order_by("-pk")[:_LOOKED_BACK]
    last = next((one for one in said if one.written_by == post.written_by), None)
    if last is None or post.at - last.at > process.in_force().ask.together:
        return None
    # Of posts that come together the later one may be heard first.
    found = question_threads.question_of(last.pk) or _heard_out_of_turn(last, at)
    if found is None or found.state != Question.State.OPEN or found.answered_at is not None:
        return None
    return found


def _heard_out_of_turn(post: Post, at: datetime) -> Question | None:
    """Hear a post before its turn, or once it was changed, if it is a question by itself."""
    asks = _follows(post, meanings.meant(post)) in (Consequence.QUESTION, Consequence.ADDITION)
    return _heard(post, at) if asks else None


def _ask(post: Post, at: datetime) -> Question:
    question = Question(
        post=post,
        asker=post.account,
        who=post.written_by,
        asked_at=post.at,
        unanswered_since=post.at,
    )
    if not rows.insert_new(question):
        return Question.objects.get(post=post)
    vars(question)["further"] = []  # As `Questions` reads them: there are none yet.
    _begin(question, post.at, at)
    bursts.look(question=question, at=at)
    return question


def _begin(question: Question, since: datetime, at: datetime) -> None:
    """Greet whoever asked, and owe an answer from `since` on."""
    current, post = process.in_force(), question.post
    cover = status_post.covering(post.at)
    about = question.about
    text = greeting(current, asker=post.author, cover=cover.name if cover else "", at=post.at)
    desk_posts.show(
        key=f"{about}:greeting",
        channel=post.channel.name,
        thread=post,
        message=words.standing(
            about=about, text=text, state=question.state, urgent=may_page(current, post.at)
        ),
        at=at,
    )
    deadlines.answer(question, "", since, at)
    journal.record(
        event=QuestionAsked(question.pk),
        subject=about,
        text=f"{post.author} asked: {question.title}",
        at=post.at,
        actor=post.author,
        clause="ask.entry",
    )


@transaction.atomic
def part(*, post: int, by: Person, at: datetime) -> Question:
    """Make a further post a question of its own, greeted and answered as one from now on.

    By its asker or an engineer. Raises NotYours, QuestionRefused.
    """
    joins = FurtherPost.objects.select_related("post__channel").filter(post=post)
    number = joins.values_list("question", flat=True).first()
    earlier = locked(number) if number is not None else None  # Before its posts, as everywhere.
    joined = joins.filter(question=number).first()
    if earlier is None or joined is None:
        raise QuestionRefused("It goes on with no question.", "See the question that it is.")
    if not by.may("engineer") and by.account != joined.post.account_id:
        raise NotYours("Only whoever asked, or an engineer, can say so.", "Ask one of them.")
    said = joined.post
    joined.delete()
    found, new = Question.objects.get_or_create(
        post=said,
        defaults={
            "asker": said.account,
            "who": said.written_by,
            "asked_at": said.at,
            "unanswered_since": at,
            "parted_from": earlier,
        },
    )
    if new:
        _begin(found, at, at)
    else:  # It was parted before, and joined again.
        resolution.open_again(found, by.name, at)
    left = _told(earlier.pk)
    text = f"{by.name} made a question of its own of a further post"
    ownership.record(PostParted(earlier.pk, post), text, by.name, at)
    if not (left.texts or left.over):  # All else of it was taken back before.
        _withdraw(left, at)
    return found


@transaction.atomic
def join_again(*, question: int, by: Person, at: datetime) -> Question:
    """Let a question that was parted go on with the one before again, if nobody has answered it.

    By its asker or an engineer; gives the one before. Raises NotYours, QuestionRefused.
    """
    before = Question.objects.values_list("parted_from", flat=True).get(pk=question)
    found, earlier = resolution.both_locked(question, before or question)
    if not by.may("engineer") and by.account != found.asker_id:
        raise NotYours("Only whoever asked, or an engineer, can say so.", "Ask one of them.")
    if before is None:
        raise QuestionRefused("It was parted from no question.", "Join it as asked before.")
    if earlier.over:
        raise QuestionRefused(f"Question {before} is over.", "Go on with this one.")
    if found.state != Question.State.OPEN or found.answered_at is not None:
        raise QuestionRefused("Somebody has answered it.", "Join it as asked before.")
    FurtherPost.objects.filter(question=found).update(question=earlier)
    FurtherPost.objects.create(post=found.post, question=earlier)
    _end(found, at, because="it goes on with another question")
    words_of = process.in_force().ask.words
    message = Message(words_of.goes_on.format(number=before), tone="kept")
    desk_posts.rewrite(key=f"{found.about}:greeting", message=message, at=at)
    text = f"{by.name} joined it to question {before} again"
    ownership.record(QuestionWithdrawn(found.pk), text, by.name, at)
    further_posts.more_said(earlier, found.post, at)
    return _told(before)


def _end(found: Question, at: datetime, *, because: str) -> None:
    """Owe nothing for a question that is none any more."""
    found.state, found.waiting_since, found.unanswered_since = Question.State.WITHDRAWN, None, None
    found.save(update_fields=["state", "waiting_since", "unanswered_since"])
    deadlines.withdrawn(found, at)
    acknowledgement.settle(about=found.about, at=at, because=because)


def _told(number: int) -> Question:
    """Let a question say what it is made of now, on screens and in what is promised."""
    found = Question.objects.select_related("post").get(pk=number)
    deadlines.reword(found)
    notifications.notify(found.about, found.post.about)
    return found


def edited(*, event: PersonEdited, at: datetime) -> None:
    """Let the screens that show a question follow what was changed in it.

    What was posted just lately counts as it reads now: it may ask, or answer, what it didn't.
    """
    copied = asked_anew.follow_edit(event.post, at=at)
    ask = process.in_force().ask
    post = Post.objects.select_related("channel", "account", "thread").get(pk=event.post)
    here = (event.thread is not None or event.channel == ask.channel) and not copied
    if here and post.removed_at is None and at - post.at <= ask.addition:
        _heard_anew(post, at)
    if event.amends and event.thread is None and post.removed_at is None:
        changed_replies.amended(post=post, at=at)
    found = question_threads.question_of(event.thread or event.post)
    if found is not None:
        _told(found.pk)


def _heard_anew(post: Post, at: datetime) -> None:
    if post.thread is not None:
        if changed_replies.edited(post=post, at=at):
            asked_anew.ask(post=post, ask=_ask, at=at)
    elif not FurtherPost.objects.filter(post=post).exists():
        _heard_out_of_turn(post, at)


def removed(*, event: PersonRemoved, at: datetime) -> None:
    """Withdraw a question that its asker took back, all its posts, before it was solved.

    What was owed for the removed post alone is owed no more.
    """
    if event.thread is not None:
        asked_anew.follow_removal(event.post, at=at)
    found = question_threads.of_post(event.thread or event.post)
    if found is None:
        return
    _told(found.pk)
    if found.texts:
        changed_replies.taken_back(found, Post.objects.get(pk=event.post), at)
    elif event.thread is None and not found.over:
        _withdraw(found, at)


def _withdraw(found: Question, at: datetime) -> None:
    """Let a question be taken back of which nothing is left, and say so."""
    _end(found, at, because="the question was taken back")
    status_post.show(found, at)
    journal.record(
        event=QuestionWithdrawn(found.pk),
        subject=subject("question", found.pk),
        text=f"{found.post.author} took the question back",
        at=at,
        actor=found.post.author,
    )
