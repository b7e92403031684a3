"""Who has a question: taken, answered, waiting for its asker, and going on."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from dutydesk.chat.flows.people_posts import PersonMarked
from dutydesk.chat.models import Mark, Post
from dutydesk.database import notifications
from dutydesk.desk.flows import (
    askers,
    board,
    deadlines,
    late_words,
    question_threads,
    resolution,
    side_words,
    status_post,
)
from dutydesk.desk.flows.events import (
    QuestionAnswered,
    QuestionEvent,
    QuestionGivenBack,
    QuestionRefused,
    QuestionResumed,
    QuestionTaken,
    QuestionWaiting,
)
from dutydesk.desk.flows.meanings import meant
from dutydesk.desk.flows.resolution import locked
from dutydesk.desk.models import Question
from dutydesk.desk.rules.consequences import Consequence, Scene, consequence
from dutydesk.desk.rules.meanings import Meaning
from dutydesk.desk.rules.questions import UNSOLVED
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import NotYours, Person
from dutydesk.people.flows import people
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process

EYES, TICK = "eyes", "white_check_mark"


def reply(*, post: Post, at: datetime) -> bool:
    """Hear a reply in a question's thread; say whether it asks something of its own.

    So does somebody else's question in what is solved, the asker's in what was solved long ago,
    either's in what was taken back, and a user's in a thread of which nobody asked anything.
    """
    question = question_threads.of_post(post.thread_id)
    if question is None:
        user = post.only_for_id is None and people.engineer_of(post.account_id) is None
        return user and consequence(Scene.OTHER_SOLVED, meant(post)) == Consequence.QUESTION
    gone = question.state == Question.State.WITHDRAWN
    if post.written_by == question.who and not gone:
        return asker_said(question, post, at, replied=True)
    engineer = people.engineer_of(post.account_id)
    if engineer is not None and post.written_by != question.who:
        if not question.over:
            _engineer_said(question, engineer, post, at)
        return False
    follows = consequence(Scene.OTHER_SOLVED if question.over else Scene.OTHER_OPEN, meant(post))
    if follows == Consequence.SAME:
        side_words.same_here(question, post, at)
    return follows == Consequence.QUESTION


def asker_said(
    question: Question,
    post: Post,
    at: datetime,
    *,
    sure: bool = True,
    amended: str = "",
    replied: bool = False,
) -> bool:
    """Hear a word of the asker's about a question, wherever they said it.

    Say whether it asks something of its own. `sure`: it is said of this one and no other. What they
    `amended` their question by is heard if that says that it is over. What they `replied` counts as
    it stands in the thread, however late it comes.
    """
    told = meant(post, amended)
    scene = _scene(question)
    follows, own = consequence(scene, told), scene == Scene.ENGINEER_OWN
    if replied and late_words.overtaken(question, post, follows):
        return False
    if follows == Consequence.REOPEN and _long_over(question, at):
        return True
    if follows == Consequence.SOLVE and not sure:
        follows = Consequence.OFFER
    elif follows == Consequence.OFFER and not own and Meaning.WORKS not in told:
        follows = follows if _others_wrote(question) else Consequence.NOTHING
    if not amended or follows in (Consequence.SOLVE, Consequence.OFFER):
        _go_on(question, follows, post, at)
    return False


def _go_on(question: Question, follows: Consequence, post: Post, at: datetime) -> None:
    match follows:
        case Consequence.SOLVE:
            resolution.close(question, post.author, at, outcome="found")
        case Consequence.OFFER:
            _settled(question, post, at)
        case Consequence.WAIT if question.follows is None or question.answered_at is not None:
            _wait(question, f"{post.author} looks at it later", post.author, at)
        case Consequence.GOES_ON if question.state == Question.State.WAITING:
            _resume(question, post, at)
        case Consequence.GOES_ON if _owes_again(question):
            owe_again(question, post.at, at)
        case Consequence.REOPEN:
            resolution.open_again(question, post.author, at)
        case Consequence.ASK:
            side_words.say_how_to_reopen(question, at)
        case _:
            status_post.offer_page(question, at)


def _owes_again(question: Question) -> bool:
    """Say whether news of its asker's owes an answer that is not owed already."""
    waits = question.follows is not None and question.unanswered_since is None
    return question.state == Question.State.ANSWERED or waits


def owe_again(question: Question, since: datetime, at: datetime) -> None:
    """Owe an answer once more since its asker went on; whoever has it is told first."""
    question.state, question.unanswered_since = Question.State.OPEN, since
    question.save(update_fields=["state", "unanswered_since"])
    deadlines.answer(question, question.has_it, since, at)
    status_post.show(question, at)
    notifications.notify(question.about)


def _scene(question: Question) -> Scene:
    """Give where the asker of a question speaks."""
    match question.state:
        case Question.State.WAITING:
            return Scene.ASKER_WAITING
        case Question.State.ANSWERED:
            return Scene.ASKER_ANSWERED
        case Question.State.SOLVED:
            return Scene.ASKER_SILENT if question.outcome in UNSOLVED else Scene.ASKER_SOLVED
        case _ if question.answered_at is not None or question.follows is not None:
            return Scene.ASKER_ANSWERED
    own = people.engineer_of(question.asker_id) is not None
    return Scene.ENGINEER_OWN if own else Scene.ASKER_OPEN


def _long_over(question: Question, at: datetime) -> bool:
    goes_on = process.in_force().ask.goes_on
    return question.solved_at is not None and at - question.solved_at > goes_on


def _others_wrote(question: Question) -> bool:
    """Say whether anybody but its asker wrote in a question's thread."""
    posts = question_threads.replies(question)
    people_wrote = posts.exclude(account=None, outside="")
    return any(one.written_by != question.who for one in people_wrote)


def _settled(question: Question, post: Post, at: datetime) -> None:
    """Offer Solved to the asker; what was answered waits for them then."""
    if question.answered_at is not None and question.state != Question.State.WAITING:
        _wait(question, f"{post.author} says that it works", post.author, at)
    side_words.offer_solved(question, post, at)


def _engineer_said(question: Question, engineer: Engineer, post: Post, at: datetime) -> None:
    """Hear an engineer: the first who answers has it, if nobody has; who closes it solves it."""
    follows = consequence(Scene.ENGINEER, meant(post))
    if follows == Consequence.NOTHING:
        return
    news = late_words.unanswered(question, post)  # Said since, though this is heard only now.
    if question.answered_at is None:
        _first_answer(question, engineer, post, at)
    elif not news or question.unanswered_since != news[0].at:
        _answered_again(question, engineer, post, at)
    if news and _owes_again(question):
        owe_again(question, news[0].at, at)
    elif follows == Consequence.SOLVE and not news:
        resolution.close(question, engineer.name, at)


def _first_answer(question: Question, engineer: Engineer, post: Post, at: datetime) -> None:
    """Keep who answered first, and let the quick limit begin."""
    if not question.has_it:
        question.engineer = engineer
        board.give_of(question, engineer, at)
    question.answered_at, question.unanswered_since = post.at, None
    if question.state == Question.State.OPEN:
        question.state = Question.State.ANSWERED
    question.save(update_fields=["engineer", "answered_at", "unanswered_since", "state"])
    deadlines.answered(question, post.at)
    if question.state == Question.State.ANSWERED:
        deadlines.quick(question, post.at, at)
        status_post.show(question, at)
    record(QuestionAnswered(question.pk), f"{engineer.name} answered", engineer.name, post.at)


def _answered_again(question: Question, engineer: Engineer, post: Post, at: datetime) -> None:
    if not question.has_it:  # Whoever had it has left.
        _give(question, engineer, at)
        status_post.show(question, at)
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
    _give(found, Engineer.objects.get(pk=by.engineer), at)
    if found.unanswered_since is not None:
        deadlines.answer(found, by.name, max(found.asked_at, at), at)
    elif found.state == Question.State.ANSWERED:
        deadlines.touched(found, at)
    status_post.show(found, at)
    record(QuestionTaken(found.pk), f"{by.name} looks into it", by.name, at)
    return found


def _give(question: Question, engineer: Engineer, at: datetime) -> None:
    question.engineer = engineer
    question.save(update_fields=["engineer"])
    board.give_of(question, engineer, at)
    deadlines.taken(question)


@transaction.atomic
def give_back(*, question: int, by: Person, at: datetime) -> None:
    """Let nobody have it again, if its holder has not answered; others keep it."""
    found = locked(question)
    if found.over or found.engineer_id != by.engineer or found.answered_at is not None:
        return
    found.engineer = None
    found.save(update_fields=["engineer"])
    if found.unanswered_since is not None:
        deadlines.answer(found, "", at, at)
    status_post.show(found, at)
    record(QuestionGivenBack(found.pk), f"{by.name} gave it back", by.name, at)


@transaction.atomic
def wait(*, question: int, by: Person, at: datetime) -> None:
    """Wait for a word from the asker: the quick limit stops meanwhile."""
    found = locked(question)
    if found.state not in (Question.State.OPEN, Question.State.ANSWERED):
        raise QuestionRefused(f"It is {found.state}.", "Only an open question can wait.")
    if not found.has_it and by.engineer is not None:
        found.engineer = Engineer.objects.get(pk=by.engineer)
    _wait(found, f"Waits for {found.post.author}", by.name, at)


def _wait(found: Question, because: str, by: str, at: datetime) -> None:
    deadlines.answered(found, at)
    left = deadlines.pause(found, at)
    if left is not None or found.follows is None:  # What waits for another has kept it already.
        found.quick_left = left
    found.state, found.waiting_since = Question.State.WAITING, at
    found.unanswered_since = None
    found.save(
        update_fields=["quick_left", "state", "waiting_since", "unanswered_since", "engineer"]
    )
    deadlines.silence(found, at)
    status_post.show(found, at)
    record(QuestionWaiting(found.pk), because, by, at)


def _resume(found: Question, post: Post, at: datetime) -> None:
    found.waiting_since = None
    found.save(update_fields=["waiting_since"])
    deadlines.withdrawn(found, at)
    owe_again(found, post.at, at)
    counts = found.answered_at is not None and found.follows is None
    if counts and found.quick_left is not None:
        deadlines.quick_again(found, found.quick_left, at)
    record(QuestionResumed(found.pk), f"{found.post.author} replied", found.post.author, at)


def marked(*, event: PersonMarked, at: datetime) -> None:
    """Follow marks on a question's posts: 👀 takes it, ✅ solves it, taken off undoes that."""
    if event.mark not in (EYES, TICK) or question_threads.number_of(event.post) is None:
        return
    askers.recognise(event.account, at=at)
    question = question_threads.of_post(event.post)
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
    ticks = Mark.objects.filter(post__in=question_threads.roots([question.pk]), name=TICK)
    return ticks.filter(Q(who=question.who) | Q(account__in=team)).exists()


def _person(event: PersonMarked) -> Person | None:
    """Give who marked, if it is somebody of the team."""
    engineer = people.engineer_of(event.account)
    if event.account is None or engineer is None:
        return None
    return Person(event.account, event.name, engineer.email, engineer.pk)
