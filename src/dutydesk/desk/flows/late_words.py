"""Words that are heard after others which were said later: each counts as it stands in the thread.

A chat outside tells of no order, and what it lost is read back once the thread has gone on.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from dutydesk.chat.models import Post
from dutydesk.desk.flows import question_threads
from dutydesk.desk.flows.meanings import followed
from dutydesk.desk.models import Question
from dutydesk.desk.rules.consequences import Consequence, Scene
from dutydesk.people.models import Engineer

# So much may the clocks of two chats differ.
_NEARLY = timedelta(minutes=1)
_ENDS = (Consequence.SOLVE, Consequence.OFFER, Consequence.WAIT)


def news(question: Question, since: Post) -> list[Post]:
    """Give by what its asker went on with an answered question, from a post on."""
    return _that(Consequence.GOES_ON, question_threads.asked_since(question, since))


def answers(question: Question) -> list[Post]:
    """Give what the team answered to somebody else's question and is not taken back, in order."""
    team = Engineer.objects.filter(account__isnull=False).values("account")
    said = question_threads.replies(question).filter(account__in=team, only_for=None)
    others = (one for one in said if one.written_by != question.who)
    told = [one for one, what in followed(Scene.ENGINEER, others) if what != Consequence.NOTHING]
    return sorted(told, key=_when)


def unanswered(question: Question, answer: Post) -> list[Post]:
    """Give by what its asker has gone on since an answer that is heard now, and any other."""
    later = _after(answer, news(question, answer))
    return _after(answers(question)[-1], later) if later else []


def overtaken(question: Question, post: Post, follows: Consequence) -> bool:
    """Say whether what would follow of its asker's word is undone by what was said since.

    An end is by their news, news by an answer, and what would open it again by their own end.
    """
    if follows in _ENDS:
        return bool(_after(post, news(question, post)))
    if follows == Consequence.GOES_ON:
        known = (one for one in answers(question) if _may_know(one, post))
        return question.state == Question.State.ANSWERED and bool(_after(post, known))
    if follows == Consequence.REOPEN:
        since = _after(post, question_threads.asked_since(question, post))
        return bool(_that(Consequence.SOLVE, since)) and not _that(Consequence.GOES_ON, since)
    return False


def _may_know(one: Post, post: Post) -> bool:
    """Say whether who wrote one may have seen a post: in a chat outside, or once it was here."""
    return not post.outside or bool(one.outside) or one.pk > post.pk


def _that(wanted: Consequence, posts: Iterable[Post]) -> list[Post]:
    """Give those of an asker's posts of which this would follow once they have an answer."""
    return [one for one, what in followed(Scene.ASKER_ANSWERED, posts) if what == wanted]


def _after(post: Post, posts: Iterable[Post]) -> list[Post]:
    return [one for one in posts if _is_after(one, post)]


def _is_after(one: Post, other: Post) -> bool:
    """Say whether a post was said after another, by the clock that both go by.

    Of two at about one time, one here and one in a chat outside, it is the one that came later.
    """
    two_clocks = bool(one.outside) != bool(other.outside)
    if two_clocks and abs(one.at - other.at) < _NEARLY:
        return one.pk > other.pk
    return _when(one) > _when(other)


def _when(post: Post) -> tuple[datetime, int]:
    return post.at, post.pk
