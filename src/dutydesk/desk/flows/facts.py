"""What happens to questions and tickets, and why something can't."""

from dataclasses import dataclass
from typing import ClassVar

from dutydesk.kernel.facts import Fact
from dutydesk.kernel.refusals import Refused


class QuestionRefused(Refused):
    """The question is not in a state for that."""


class TicketRefused(Refused):
    """The ticket can't be."""


@dataclass(frozen=True)
class QuestionFact(Fact):
    """Something happened to a question."""

    kind: ClassVar[str]
    question: int


class QuestionAsked(QuestionFact):
    """Somebody asked."""

    kind: ClassVar[str] = "question.asked"


class QuestionAnswered(QuestionFact):
    """An engineer answered first."""

    kind: ClassVar[str] = "question.answered"


class QuestionSolved(QuestionFact):
    """It is solved."""

    kind: ClassVar[str] = "question.solved"


class TicketRaised(QuestionFact):
    """The work has a record."""

    kind: ClassVar[str] = "ticket.raised"
