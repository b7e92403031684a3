"""Further posts of an asker's: each is a part of the question that it goes on with."""

from datetime import datetime

from dutydesk.chat.models import Post
from dutydesk.database import notifications
from dutydesk.desk.flows import deadlines, ownership, status_post
from dutydesk.desk.flows.resolution import locked
from dutydesk.desk.models import FurtherPost, Question


def add(post: Post, earlier: Question, at: datetime) -> Question:
    """Let a post be a part of a question; it is a word to whoever helps, too."""
    locked(earlier.pk)  # Before its posts: of two at once each would wait for the other.
    if not FurtherPost.objects.filter(post=post).exists():
        _join(post, earlier)
        more_said(locked(earlier.pk), post, at)
    return earlier


def _join(post: Post, earlier: Question) -> None:
    FurtherPost.objects.get_or_create(post=post, defaults={"question": earlier})
    told = Question.objects.select_related("post").get(pk=earlier.pk)
    deadlines.reword(told)
    notifications.notify(told.about, post.about)


def more_said(question: Question, post: Post, at: datetime) -> None:
    """Hear a further post as a word of the asker's where nothing is owed for the question."""
    if question.state != Question.State.OPEN or question.follows is not None:
        ownership.asker_said(question, post, at)
    else:
        status_post.offer_page(question, at)
