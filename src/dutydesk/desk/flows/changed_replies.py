"""What becomes of a question when what was said about it is changed or taken back."""

from datetime import datetime

from dutydesk.chat.models import Post
from dutydesk.chat.rules import amendment
from dutydesk.database import notifications
from dutydesk.desk.flows import deadlines, late_words, ownership, question_threads, status_post
from dutydesk.desk.flows.events import QuestionReopened
from dutydesk.desk.models import Question
from dutydesk.journal.flows import journal
from dutydesk.people.flows import people


def edited(*, post: Post, at: datetime) -> bool:
    """Hear a reply once more as it reads now; say whether it asks something of its own.

    Only the last word counts, and of a question that somebody else ended since, none.
    """
    question = question_threads.question_of(post.thread_id)
    if question is None or question.state == Question.State.WITHDRAWN:
        return False
    if not _is_last(question, post) or _was_ended(question, post):
        return False
    return ownership.reply(post=post, at=at)


def amended(*, post: Post, at: datetime) -> None:
    """Hear what the asker of a question added to it: they may have found it out.

    Of one that was opened again it is no more than offered to be Solved: they may mean the last.
    """
    question, words = question_threads.of_post(post.pk), amendment(post.words.body)
    if question is not None and not question.over and words:
        again = journal.timeline([question.about]).filter(kind=QuestionReopened.kind).exists()
        ownership.asker_said(question, post, at, sure=not again, amended=words)


def _was_ended(question: Question, post: Post) -> bool:
    """Say whether a question is over by somebody else, who has read the thread, after a post."""
    if not question.over or question.solved_at is None or question.solved_at < post.at:
        return False
    since = journal.timeline([question.about]).filter(at__gt=post.at)
    return since.exclude(actor=post.author).exists()


def _is_last(question: Question, post: Post) -> bool:
    """Say whether nobody has said anything about a question since."""
    said = question_threads.replies(question).exclude(account=None, outside="")
    later = question.joined.filter(post__gt=post.pk)
    return not said.filter(pk__gt=post.pk).exists() and not later.exists()


def taken_back(question: Question, post: Post, at: datetime) -> None:
    """Owe no answer to what its asker took back, and another one for an answer that was."""
    if post.written_by == question.who:
        _less_asked(question, post, at)
    elif question.state == Question.State.ANSWERED and people.engineer_of(post.account_id):
        _less_answered(question, at)


def _less_asked(question: Question, post: Post, at: datetime) -> None:
    """Owe no answer to what was taken back, unless its asker said more since."""
    again = question.answered_at is not None or question.follows is not None
    if question.state != Question.State.OPEN or not again or question.unanswered_since != post.at:
        return
    question.unanswered_since = next((one.at for one in late_words.news(question, post)), None)
    if question.unanswered_since is None:
        deadlines.unowed(question, at)
        if question.answered_at is not None:
            question.state = Question.State.ANSWERED
    question.save(update_fields=["state", "unanswered_since"])
    status_post.show(question, at)
    notifications.notify(question.about)


def _less_answered(question: Question, at: datetime) -> None:
    """Owe an answer from now on if none is left, or none to the last that its asker said."""
    answers = late_words.answers(question)
    if not answers:
        question.answered_at = None
        question.save(update_fields=["answered_at"])
        deadlines.pause(question, at)  # It counts from the first answer that is left.
    elif not late_words.news(question, answers[-1]):
        return
    ownership.owe_again(question, at, at)
