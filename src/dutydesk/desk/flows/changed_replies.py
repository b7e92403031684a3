"""A reply of its asker's that says something else now: it counts as it reads."""

from datetime import datetime

from dutydesk.chat.models import Post
from dutydesk.desk.flows import ownership, question_threads
from dutydesk.desk.models import Question
from dutydesk.journal.flows import journal
from dutydesk.process.flows import process


def hear(*, post: int, at: datetime) -> Post | None:
    """Hear once more what an asker changed; give it if it asks something of its own now.

    Only what was posted just lately (`ask.addition`), and if nobody has said or done anything
    about the question since: whoever did has read the thread.
    """
    found = Post.objects.select_related("channel", "account", "thread").get(pk=post)
    question = ownership.of_post(found.thread_id)
    if question is None or not _counts(found, question, at):
        return None
    return found if ownership.asker_said(question, found, at) else None


def _counts(post: Post, question: Question, at: datetime) -> bool:
    if post.written_by != question.who or question.state == Question.State.WITHDRAWN:
        return False
    if post.removed_at is not None or at - post.at > process.in_force().ask.addition:
        return False
    later = question_threads.replies(question).filter(pk__gt=post.pk)
    since = journal.timeline([question.about]).filter(at__gt=post.at)
    said = later.exclude(account=None, outside="").exists()
    return not said and not since.exclude(actor=post.author).exists()
