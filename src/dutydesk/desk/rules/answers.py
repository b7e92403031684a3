"""What an answer comes to in one line."""

from collections.abc import Sequence

from dutydesk.chat.rules import title_of
from dutydesk.desk.rules.meanings import Meaning, said

LONGEST = 140
_NO_ANSWER = frozenset({Meaning.ASKS, Meaning.LATER})


def gist(replies: Sequence[str]) -> str:
    """Give the line of a thread's answer, of what the team replied there in order; empty for none.

    The longest that says something, and neither asks nor puts off; the first if none does.
    """
    answers = [
        text for text in replies if Meaning.SAYS in (told := said(text)) and not told & _NO_ANSWER
    ]
    best = max(answers, key=len, default=replies[0] if replies else "")
    return title_of(best, LONGEST)
