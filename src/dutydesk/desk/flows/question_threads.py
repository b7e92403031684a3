"""What is said about a question, in the threads of all the posts that it is made of."""

from django.db.models import Q, QuerySet

from dutydesk.chat.models import Post
from dutydesk.desk.models import Question


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
