"""What a list says of a question beside its title."""

from collections.abc import Iterable

from dutydesk.desk.models import Question


def line(question: Question, account: int | None) -> str:
    """Say whose it is, or for whom or what it waits, to whoever has this account."""
    asker = question.post.author
    if (other := question.follows) is not None:
        return f"{asker}, waits for question {other.pk}"
    if question.state != Question.State.WAITING:
        return asker
    mine = question.asker_id is not None and question.asker_id == account
    return "we need a word from you" if mine else f"waits for a word from {asker}"


def lines(questions: Iterable[Question], account: int | None) -> list[tuple[Question, str]]:
    """Give each question with what a list says of it to whoever has this account."""
    return [(one, line(one, account)) for one in questions]
