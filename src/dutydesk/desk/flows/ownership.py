"""Who has a question: taken, answered, waiting for its asker, and going on."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from dutydesk.chat.flows.people_posts import PersonMarked
from dutydesk.chat.models import Mark, Post
from dutydesk.database import notifications
from dutydesk.desk.flows import deadlines, resolution, status_post
from dutydesk.desk.flows.events import (
    QuestionAnswered,
    QuestionEvent,
    QuestionGivenBack,
    QuestionRefused,
    QuestionResumed,
    QuestionTaken,
    QuestionWaiting,
)
from dutydesk.desk.flows.resolution import locked
from dutydesk.desk.models import Question
from dutydesk.desk.rules.phrases import is_thanks
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import NotYours, Person
from dutydesk.people.flows import people
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process

EYES, TICK = "eyes", "white_check_mark"


def question_of(post: int | None) -> Question | None:
    """Give the question whose thread begins with this post, or with one that goes on with it."""
    if post is None:
        return None
    found = Question.objects.select_related("post__channel", "engineer")
    return found.filter(joined__post=post).first() or found.filter(post=post).first()


def of_post(post: int | None) -> Question | None:
    """Give that question, locked until the transaction ends."""
    found = question_of(post)
    return locked(found.pk) if found else None


def reply(*, post: Post, at: datetime) -> None:
    """Hear a reply in a question's thread: the asker's, or an engineer's."""
    question = of_post(post.thread_id)
    if question is None or question.state == Question.State.WITHDRAWN:
        return
    if post.written_by == question.who:
        _asker_said(question, post, at)
        return
    engineer = people.engineer_of(post.account_id)
    if engineer is not None:
        _engineer_said(question, engineer, post, at)


def _asker_said(question: Question, post: Post, at: datetime) -> None:
    """Go on with what waited for them; open again what is solved, unless they only say thanks.

    After an answer their word owes one again.
    """
    if question.state == Question.State.WAITING:
        _resume(question, at)
        return
    names = Engineer.objects.values_list("name", flat=True)
    if is_thanks(post.words.body, list(names)):
        return
    if question.state == Question.State.SOLVED:
        resolution.open_again(question, post.author, at)
    elif question.state == Question.State.ANSWERED or question.follows is not None:
        owe_again(question, post.at, at)


def owe_again(question: Question, since: datetime, at: datetime) -> None:
    """Owe an answer once more since its asker went on; whoever has it is told first."""
    question.state, question.unanswered_since = Question.State.OPEN, since
    question.save(update_fields=["state", "unanswered_since"])
    owner = question.engineer.name if question.engineer else ""
    deadlines.answer(question, owner, since, at)
    status_post.show(question, at)
    notifications.notify(question.about)


def _engineer_said(question: Question, engineer: Engineer, post: Post, at: datetime) -> None:
    """Let the first engineer who answers have it, if nobody has; the quick limit begins."""
    if question.answered_at is not None:
        _answered_again(question, post, at)
        return
    question.engineer = question.engineer or engineer
    question.answered_at, question.unanswered_since = post.at, None
    if question.state == Question.State.OPEN:
        question.state = Question.State.ANSWERED
    question.save(update_fields=["engineer", "answered_at", "unanswered_since", "state"])
    deadlines.answered(question, post.at)
    if question.state == Question.State.ANSWERED:
        deadlines.quick(question, post.at, at)
        status_post.show(question, at)
    record(QuestionAnswered(question.pk), f"{engineer.name} answered", engineer.name, post.at)


def _answered_again(question: Question, post: Post, at: datetime) -> None:
    if question.state == Question.State.OPEN:
        question.state, question.unanswered_since = Question.State.ANSWERED, None
        question.save(update_fields=["state", "unanswered_since"])
        deadlines.answered(question, post.at)
        status_post.show(question, at)
        notifications.notify(question.about)
    elif question.state == Question.State.ANSWERED:
        deadlines.touched(question, at)


def record(event: QuestionEvent, text: str, actor: str, at: datetime) -> None:
    """Write down what happened to a question."""
    journal.record(
        event=event,
        subject=f"question:{event.question}",
        text=text,
        at=at,
        actor=actor,
        clause="ask.in-channel",
    )


@transaction.atomic
def take(*, question: int, by: Person, at: datetime) -> Question:
    """Let an engineer have it from now on. Unanswered, it is they who are told first, anew.

    Raises NotYours, QuestionRefused.
    """
    if by.engineer is None:
        raise NotYours("Engineers of the team take questions.", "Ask one of them.")
    found = locked(question)
    if found.over:
        raise QuestionRefused("It is over.", "Open it again first if it isn't.")
    if found.engineer_id == by.engineer:
        return found
    found.engineer = Engineer.objects.get(pk=by.engineer)
    found.save(update_fields=["engineer"])
    if found.state == Question.State.OPEN:
        deadlines.answer(found, by.name, max(found.asked_at, at), at)
    elif found.state == Question.State.ANSWERED:
        deadlines.touched(found, at)
    status_post.show(found, at)
    record(QuestionTaken(found.pk), f"{by.name} looks into it", by.name, at)
    return found


@transaction.atomic
def give_back(*, question: int, by: Person, at: datetime) -> None:
    """Let nobody have it again, if its holder has not answered; others keep it."""
    found = locked(question)
    if found.over or found.engineer_id != by.engineer or found.answered_at is not None:
        return
    found.engineer = None
    found.save(update_fields=["engineer"])
    deadlines.answer(found, "", at, at)
    status_post.show(found, at)
    record(QuestionGivenBack(found.pk), f"{by.name} gave it back", by.name, at)


@transaction.atomic
def wait(*, question: int, by: Person, at: datetime) -> None:
    """Wait for a word from the asker: the quick limit stops meanwhile."""
    found = locked(question)
    if found.state not in (Question.State.OPEN, Question.State.ANSWERED):
        raise QuestionRefused(f"It is {found.state}.", "Only an open question can wait.")
    deadlines.answered(found, at)
    found.quick_left = deadlines.pause(found, at)
    found.state, found.waiting_since = Question.State.WAITING, at
    found.unanswered_since = None
    found.engineer = found.engineer or Engineer.objects.filter(pk=by.engineer or 0).first()
    found.save(
        update_fields=["quick_left", "state", "waiting_since", "unanswered_since", "engineer"]
    )
    deadlines.silence(found, at)
    status_post.show(found, at)
    record(QuestionWaiting(found.pk), f"Waits for {found.post.author}", by.name, at)


def _resume(found: Question, at: datetime) -> None:
    found.waiting_since = None
    found.save(update_fields=["waiting_since"])
    deadlines.withdrawn(found, at)
    owe_again(found, at, at)
    if found.answered_at is not None and found.quick_left is not None:
        deadlines.quick_again(found, found.quick_left, at)
    record(QuestionResumed(found.pk), f"{found.post.author} replied", found.post.author, at)


def marked(*, event: PersonMarked, at: datetime) -> None:
    """Follow marks on a question's first post: 👀 takes it, ✅ solves it, taken off undoes that."""
    if event.mark not in (EYES, TICK) or event.channel != process.in_force().ask.channel:
        return
    question = of_post(event.post)
    if question is None or question.state == Question.State.WITHDRAWN:
        return
    person = _person(event)
    if event.mark == EYES and person is not None:
        if event.on and not question.over:
            take(question=question.pk, by=person, at=at)
        elif not event.on:
            give_back(question=question.pk, by=person, at=at)
    elif event.mark == TICK and (person is not None or event.who == question.who):
        _ticked(question, event, at)


def _ticked(question: Question, event: PersonMarked, at: datetime) -> None:
    if event.on and not question.over:
        resolution.close(question, event.name, at)
    elif question.state == Question.State.SOLVED and not event.on and not _still_ticked(question):
        resolution.open_again(question, event.name, at)


def _still_ticked(question: Question) -> bool:
    """Say whether somebody else who may say so has it ticked."""
    team = Engineer.objects.filter(active=True, account__isnull=False).values("account")
    ticks = Mark.objects.filter(post=question.post_id, name=TICK)
    return ticks.filter(Q(who=question.who) | Q(account__in=team)).exists()


def _person(event: PersonMarked) -> Person | None:
    """Give who marked, if it is somebody of the team."""
    engineer = people.engineer_of(event.account)
    if event.account is None or engineer is None:
        return None
    return Person(event.account, event.name, engineer.email, engineer.pk)
