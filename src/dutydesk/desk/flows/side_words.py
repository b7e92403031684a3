"""What the desk says because of a word beside the question: it works, still solved, same here."""

from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import Post
from dutydesk.desk import words
from dutydesk.desk.flows import question_timers
from dutydesk.desk.models import Question
from dutydesk.process.flows import process


def offer_solved(question: Question, post: Post, at: datetime) -> None:
    """Offer Solved to whoever asked, after a word of theirs; to all if nobody knows them."""
    text = process.in_force().ask.words.settled.format(asker=question.post.author)
    desk_posts.say(
        key=f"{question.about}:settled:{post.pk}",
        channel=question.post.channel.name,
        thread=question.post,
        message=words.settled(about=question.about, text=text),
        at=at,
        only_for=question.asker_id,
    )


def say_how_to_reopen(question: Question, at: datetime) -> None:
    """Say in the thread that it stays solved, and how it is opened again; once for each end."""
    if question.solved_at is None:
        return
    text = process.in_force().ask.words.still_solved.format(asker=question.post.author)
    desk_posts.say(
        key=f"{question.about}:still-solved:{int(question.solved_at.timestamp())}",
        channel=question.post.channel.name,
        thread=question.post,
        message=words.standing(about=question.about, text=text, state=question.state),
        at=at,
    )


def same_here(question: Question, post: Post, at: datetime) -> None:
    """Tell whoever helps that somebody else has the same trouble, once for each of them."""
    text = process.in_force().ask.words.same_here.format(
        who=post.author, asker=question.post.author
    )
    question_timers.tell_helper(
        question,
        key=f"{question.about}:same-here:{post.written_by}",
        message=words.nudge(about=question.about, text=text, title=question.title),
        at=at,
    )
