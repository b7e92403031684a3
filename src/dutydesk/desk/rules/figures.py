"""What became of one question, in figures: a reading of its journal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dutydesk.process.rules.hours import Clock


@dataclass(frozen=True)
class QuestionEntry:
    """One entry of the journal about a question: what happened, when, and who did it."""

    kind: str
    at: datetime
    actor: str


@dataclass(frozen=True)
class Length:
    """A length of time, elapsed and on the support clock."""

    elapsed: timedelta
    support: timedelta


@dataclass(frozen=True)
class Figures:
    """A question's figures. None for what has not happened; waits are those for its asker.

    `to_solved` ends with the last solving that held. `in_channel`: solved without a ticket.
    """

    taken_by: str | None
    to_taken: Length | None
    answered_by: str | None
    to_answer: Length | None
    waits: int
    waited: Length
    to_solved: Length | None
    reopened: int
    ticketed: bool
    in_channel: bool


def figures(told: Iterable[QuestionEntry], asked_at: datetime, support: Clock) -> Figures:
    """Read a question's figures from its journal, in order."""

    def length(start: datetime, end: datetime) -> Length:
        return Length(end - start, support.between(start, end))

    first: dict[str, QuestionEntry] = {}
    waits, waited, since = 0, Length(timedelta(), timedelta()), None
    solved: datetime | None = None
    reopened = 0
    for one in told:
        first.setdefault(one.kind, one)
        if one.kind == "question.waiting":
            waits, since = waits + 1, one.at
        elif since is not None and one.kind in ("question.resumed", "question.solved"):
            more = length(since, one.at)
            waited = Length(waited.elapsed + more.elapsed, waited.support + more.support)
            since = None
        if one.kind == "question.solved":
            solved = one.at
        elif one.kind == "question.reopened":
            solved, reopened = None, reopened + 1
    taken, answered = first.get("question.taken"), first.get("question.answered")
    return Figures(
        taken_by=taken.actor if taken else None,
        to_taken=length(asked_at, taken.at) if taken else None,
        answered_by=answered.actor if answered else None,
        to_answer=length(asked_at, answered.at) if answered else None,
        waits=waits,
        waited=waited,
        to_solved=length(asked_at, solved) if solved else None,
        reopened=reopened,
        ticketed="ticket.raised" in first,
        in_channel=solved is not None and "ticket.raised" not in first,
    )
