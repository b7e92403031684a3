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
class QuestionEvent(Event):
    """Something happened to a question."""

    kind: ClassVar[str]
    question: int


class QuestionAsked(QuestionEvent):
    """Somebody asked."""

    kind: ClassVar[str] = "question.asked"


class QuestionTaken(QuestionEvent):
    """An engineer looks into it."""

    kind: ClassVar[str] = "question.taken"


class QuestionGivenBack(QuestionEvent):
    """Whoever had taken it, and not answered, has it no more."""

    kind: ClassVar[str] = "question.given-back"


class QuestionAnswered(QuestionEvent):
    """An engineer answered first."""

    kind: ClassVar[str] = "question.answered"


class QuestionWaiting(QuestionEvent):
    """It waits for a word from the asker."""

    kind: ClassVar[str] = "question.waiting"


class QuestionResumed(QuestionEvent):
    """The asker said the word that it waited for."""

    kind: ClassVar[str] = "question.resumed"


class QuestionSolved(QuestionEvent):
    """It is solved."""

    kind: ClassVar[str] = "question.solved"


class QuestionReopened(QuestionEvent):
    """It was not solved after all."""

    kind: ClassVar[str] = "question.reopened"


@dataclass(frozen=True)
class QuestionPaged(QuestionEvent):
    """Somebody paged on call about it, out of hours; `account`: theirs."""

    kind: ClassVar[str] = "question.paged"
    account: int


class QuestionWithdrawn(QuestionEvent):
    """The asker took it back before anybody answered."""

    kind: ClassVar[str] = "question.withdrawn"


@dataclass(frozen=True)
class PostParted(QuestionEvent):
    """A further post, `post`, became a question of its own."""

    kind: ClassVar[str] = "question.post-parted"
    post: int


@dataclass(frozen=True)
class QuestionSorted(QuestionEvent):
    """Somebody of the team said what kind of question it was, and what came of it."""

    kind: ClassVar[str] = "question.sorted"
    question_kind: str
    outcome: str


@dataclass(frozen=True)
class QuestionNudged(QuestionEvent):
    """Somebody was told that it is unanswered: cover, the team, or the lead."""

    kind: ClassVar[str] = "question.nudged"
    whom: str


@dataclass(frozen=True)
class BurstSeen(QuestionEvent):
    """Several questions look alike; `questions` are all of them."""

    kind: ClassVar[str] = "question.burst"
    questions: list[int]


@dataclass(frozen=True)
class AnswerHelped(QuestionEvent):
    """The answer to an earlier question, `past`, was offered, and helped."""

    kind: ClassVar[str] = "question.helped"
    past: int


@dataclass(frozen=True)
class QuestionSame(QuestionEvent):
    """An engineer found it to be the same as an earlier one, `original`."""

    kind: ClassVar[str] = "question.same"
    original: int


@dataclass(frozen=True)
class QuestionNotSame(QuestionEvent):
    """It is not the same as `original` after all."""

    kind: ClassVar[str] = "question.not-same"
    original: int


class TicketRaised(QuestionEvent):
    """The work has a record."""

    kind: ClassVar[str] = "ticket.raised"


@dataclass(frozen=True)
class TicketEvent(Event):
    """Something happened to a ticket."""

    kind: ClassVar[str]
    ticket: int


class TicketArrived(TicketEvent):
    """Somebody made it in the tracker itself."""

    kind: ClassVar[str] = "ticket.arrived"


class TicketMoved(TicketEvent):
    """It is in another column of the board."""

    kind: ClassVar[str] = "ticket.moved"


class TicketAssigned(TicketEvent):
    """Somebody else has it, or nobody."""

    kind: ClassVar[str] = "ticket.assigned"


class TicketClosed(TicketEvent):
    """The work is over."""

    kind: ClassVar[str] = "ticket.closed"


class TicketReopened(TicketEvent):
    """The work goes on."""

    kind: ClassVar[str] = "ticket.reopened"


class TicketCommented(TicketEvent):
    """Something was added to its record."""

    kind: ClassVar[str] = "ticket.commented"


class TicketCommentChanged(TicketEvent):
    """What was added to its record says something else now."""

    kind: ClassVar[str] = "ticket.comment-changed"


class TicketCommentRemoved(TicketEvent):
    """What was added to its record was taken back."""

    kind: ClassVar[str] = "ticket.comment-removed"
