"""What happens to questions and tickets, and why something can't."""

from dataclasses import dataclass
from typing import ClassVar

from dutydesk.kernel.events import Event
from dutydesk.kernel.refusals import Refused


class QuestionRefused(Refused):
    """The question is not in a state for that."""


class TicketRefused(Refused):
    """The ticket can't be."""


@dataclass(frozen=True)
class QuestionFact(Event):
    """Something happened to a question."""

    kind: ClassVar[str]
    question: int


class QuestionAsked(QuestionFact):
    """Somebody asked."""

    kind: ClassVar[str] = "question.asked"


class QuestionTaken(QuestionFact):
    """An engineer looks into it."""

    kind: ClassVar[str] = "question.taken"


class QuestionGivenBack(QuestionFact):
    """Whoever had taken it, and not answered, has it no more."""

    kind: ClassVar[str] = "question.given-back"


class QuestionAnswered(QuestionFact):
    """An engineer answered first."""

    kind: ClassVar[str] = "question.answered"


class QuestionWaiting(QuestionFact):
    """It waits for a word from the asker."""

    kind: ClassVar[str] = "question.waiting"


class QuestionResumed(QuestionFact):
    """The asker said the word that it waited for."""

    kind: ClassVar[str] = "question.resumed"


class QuestionSolved(QuestionFact):
    """It is solved."""

    kind: ClassVar[str] = "question.solved"


class QuestionReopened(QuestionFact):
    """It was not solved after all."""

    kind: ClassVar[str] = "question.reopened"


class QuestionWithdrawn(QuestionFact):
    """The asker took it back before anybody answered."""

    kind: ClassVar[str] = "question.withdrawn"


@dataclass(frozen=True)
class QuestionSorted(QuestionFact):
    """Somebody of the team said what kind of question it was, and what came of it."""

    kind: ClassVar[str] = "question.sorted"
    sort: str
    outcome: str


@dataclass(frozen=True)
class QuestionNudged(QuestionFact):
    """Somebody was told that it is unanswered: cover, the team, or the lead."""

    kind: ClassVar[str] = "question.nudged"
    whom: str


@dataclass(frozen=True)
class BurstSeen(QuestionFact):
    """Several questions look alike; `questions` are all of them."""

    kind: ClassVar[str] = "question.burst"
    questions: list[int]


@dataclass(frozen=True)
class AnswerHelped(QuestionFact):
    """The answer to an earlier question, `past`, was offered, and helped."""

    kind: ClassVar[str] = "question.helped"
    past: int


@dataclass(frozen=True)
class QuestionSame(QuestionFact):
    """An engineer found it to be the same as an earlier one, `original`."""

    kind: ClassVar[str] = "question.same"
    original: int


class TicketRaised(QuestionFact):
    """The work has a record."""

    kind: ClassVar[str] = "ticket.raised"


@dataclass(frozen=True)
class TicketFact(Event):
    """Something happened to a ticket."""

    kind: ClassVar[str]
    ticket: int


class TicketArrived(TicketFact):
    """Somebody made it in the tracker itself."""

    kind: ClassVar[str] = "ticket.arrived"


class TicketMoved(TicketFact):
    """It is in another column of the board."""

    kind: ClassVar[str] = "ticket.moved"


class TicketAssigned(TicketFact):
    """Somebody else has it, or nobody."""

    kind: ClassVar[str] = "ticket.assigned"


class TicketClosed(TicketFact):
    """The work is over."""

    kind: ClassVar[str] = "ticket.closed"


class TicketReopened(TicketFact):
    """The work goes on."""

    kind: ClassVar[str] = "ticket.reopened"


class TicketCommented(TicketFact):
    """Something was added to its record."""

    kind: ClassVar[str] = "ticket.commented"


class TicketCommentChanged(TicketFact):
    """What was added to its record says something else now."""

    kind: ClassVar[str] = "ticket.comment-changed"


class TicketCommentRemoved(TicketFact):
    """What was added to its record was taken back."""

    kind: ClassVar[str] = "ticket.comment-removed"
