"""A question by the posts that it is made of, and what is said about it in their threads."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from dutydesk.chat.models import Channel, Post
from dutydesk.database import rows
from dutydesk.desk.models import Question
from dutydesk.people.models import Engineer


def known(number: int, *, lock: bool = False) -> Question:
    """Give a question with its post and whoever has it; `lock`: until the transaction ends."""
    models = {"question": Question, "post": Post, "channel": Channel, "engineer": Engineer}
    statement = f"{_KNOWN} FOR UPDATE OF question" if lock else _KNOWN
    for question, post, channel, engineer, further in rows.read(statement, models, [number]):
        question.post, post.channel, question.further = post, channel, further
        if engineer is not None:
            question.engineer = engineer
        found: Question = question
        return found
    raise Question.DoesNotExist(f"There is no question {number}.")


def question_of(post: int | None) -> Question | None:
    """Give the question whose thread begins with this post, or with one that goes on with it."""
    number = number_of(post)
    return known(number) if number is not None else None


def of_post(post: int | None) -> Question | None:
    """Give that question, locked until the transaction ends."""
    number = number_of(post)
    return known(number, lock=True) if number is not None else None


def number_of(post: int | None) -> int | None:
    """Give the number of that question: every post of every channel is asked for it."""
    if post is None:
        return None
    found: tuple[int | None] | None = rows.run(_NUMBER, {"post": post}).fetchone()
    return found[0] if found else None


_KNOWN = """
SELECT {question}, {post}, {channel}, {engineer}, ARRAY(
    SELECT further.message ->> 'body' FROM desk_furtherpost AS joined
    JOIN chat_post AS further ON further.id = joined.post_id AND further.removed_at IS NULL
    WHERE joined.question_id = question.id ORDER BY further.id
)
FROM desk_question AS question JOIN chat_post AS post ON post.id = question.post_id
JOIN chat_channel AS channel ON channel.id = post.channel_id
LEFT JOIN people_engineer AS engineer ON engineer.id = question.engineer_id
WHERE question.id = %s
"""
_NUMBER = """
SELECT coalesce(
    (SELECT question_id FROM desk_furtherpost WHERE post_id = %(post)s),
    (SELECT id FROM desk_question WHERE post_id = %(post)s)
)
"""


def roots(questions: Collection[int]) -> list[int]:
    """Give the posts that these are made of: what is said about them stands in their threads."""
    asked = Q(question__in=questions) | Q(joins__question__in=questions)
    return list(Post.objects.filter(asked).order_by("pk").values_list("pk", flat=True))


def kin(post: int) -> list[int]:
    """Give the questions that a post is or was part of, with all that were parted from one another.

    What was made of one of them may quote the posts of any.
    """
    return [number for (number,) in rows.run(_KIN, {"post": post}).fetchall()]


_KIN = """
WITH RECURSIVE kin (id, parted_from_id) AS (
    SELECT id, parted_from_id FROM desk_question WHERE post_id = %(post)s OR id = (
        SELECT question_id FROM desk_furtherpost WHERE post_id = %(post)s
    )
    UNION
    SELECT other.id, other.parted_from_id FROM desk_question AS other
    JOIN kin ON other.id = kin.parted_from_id OR other.parted_from_id = kin.id
)
SELECT id FROM kin ORDER BY id
"""


def replies(question: Question) -> QuerySet[Post]:
    """Give what was said in these threads and is not taken back, first things first."""
    inside = Q(thread=question.post_id) | Q(thread__joins__question=question)
    return Post.objects.filter(inside, removed_at=None).order_by("pk")


def asked_since(question: Question, since: Post) -> list[Post]:
    """Give what its asker has said about it from this post on, further posts too."""
    inside = Q(thread=question.post_id) | Q(thread__joins__question=question)
    posts = Post.objects.filter(inside | Q(joins__question=question), removed_at=None)
    later = posts.filter(at__gte=since.at).order_by("at", "pk")
    return [one for one in later if one.written_by == question.who]
