"""The desk's one post in a question's thread, which says where the question stands."""

from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.desk import words
from dutydesk.desk.models import Question
from dutydesk.desk.rules.questions import UNSOLVED, greeting, may_page
from dutydesk.kernel.messages import Message
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota.flows import roster


def covering(at: datetime) -> Engineer | None:
    """Give who is the first to answer questions at `at`; None if nobody is on. Clause ask.cover."""
    on = [one.engineer for one in roster.who(at=at, duties=("support",)) if one.engineer]
    return Engineer.objects.filter(pk__in=on[:1]).first()


def show(question: Question, at: datetime) -> None:
    """Let the post say where the question stands now."""
    key = f"{question.about}:greeting"
    desk_posts.rewrite(key=key, message=_message(question, at), at=at)


def tell(question: Question, at: datetime) -> None:
    """Say it in a post of its own: a chat outside tells nobody of one that is changed."""
    desk_posts.say(
        key=f"{question.about}:told:{at.isoformat()}",
        channel=question.post.channel.name,
        thread=question.post,
        message=_message(question, at),
        at=at,
    )


def _message(question: Question, at: datetime) -> Message:
    current, asker = process.in_force(), question.post.author
    said = current.ask.words
    match question.state:
        case Question.State.SOLVED if question.outcome in UNSOLVED:
            ended = {"silent": said.silent, "lapsed": said.lapsed, "declined": said.declined}
            text = ended[question.outcome].format(asker=asker)
        case Question.State.SOLVED:
            text = said.solved.format(by=words.beginning(question.solved_by))
        case Question.State.WITHDRAWN:
            text = said.withdrawn.format(asker=asker)
        case _ if (other := question.follows) is not None:
            text = said.follows.format(asker=asker, number=other.pk)
        case Question.State.WAITING:
            text = said.waiting.format(asker=asker)
        case Question.State.ANSWERED:
            text = said.answered.format(engineer=question.has_it or "The team", asker=asker)
        case _ if question.has_it:
            text = said.taken.format(engineer=question.has_it)
        case _:
            cover = covering(at)
            text = greeting(current, asker=asker, cover=cover.name if cover else "", at=at)
    urgent = may_page(current, at)
    return words.standing(about=question.about, text=text, state=question.state, urgent=urgent)


def offer_page(question: Question, at: datetime) -> None:
    """Let the post of an open question have the way to on call, once its asker says more so late.

    What was asked in support hours has none yet. Clause hours.out-of-hours.
    """
    if question.state == Question.State.OPEN and may_page(process.in_force(), at):
        show(question, at)
