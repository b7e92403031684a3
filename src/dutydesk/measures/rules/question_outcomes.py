"""How questions went, counted; and when in the week they come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

HOURS = range(24)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class QuestionCounts:
    """How many were asked, and how far those are.

    `in_channel`: solved without a ticket; `ticketed`: those that have one, solved or not.
    `withdrawn` are those that their askers took back, which count nowhere else.
    """

    asked: int = 0
    answered: int = 0
    solved: int = 0
    in_channel: int = 0
    ticketed: int = 0
    withdrawn: int = 0

    def __add__(self, other: "QuestionCounts") -> "QuestionCounts":
        """Give both together."""
        return QuestionCounts(
            self.asked + other.asked,
            self.answered + other.answered,
            self.solved + other.solved,
            self.in_channel + other.in_channel,
            self.ticketed + other.ticketed,
            self.withdrawn + other.withdrawn,
        )

    @property
    def open(self) -> int:
        """Give how many are not solved yet."""
        return self.asked - self.solved

    @property
    def kept_in_channel(self) -> float | None:
        """Give the share of those solved that needed no ticket, from 0 to 1; None of none."""
        return self.in_channel / self.solved if self.solved else None


def together(counts: Iterable[QuestionCounts]) -> QuestionCounts:
    """Give all of these together."""
    return sum(counts, QuestionCounts())


@dataclass(frozen=True, slots=True)
class QuickOutcomes:
    """How long the help for answered questions took, against the quick limit.

    `quick`: solved within it. `over`: help took longer; `ticketed` of those have a ticket, as the
    process asks. `running`: not solved, and still within it.
    """

    quick: int = 0
    over: int = 0
    ticketed: int = 0
    running: int = 0

    @property
    def share(self) -> float | None:
        """Give the share of those that are decided which took longer, from 0 to 1; None of none."""
        decided = self.quick + self.over
        return self.over / decided if decided else None


@dataclass(frozen=True, slots=True)
class PastAnswerOutcomes:
    """How often past answers were offered, to how many questions, and how many of those helped."""

    offers: int
    questions: int
    helped: int

    @property
    def share(self) -> float | None:
        """Give the share of questions with an offer that one helped, from 0 to 1; None of none."""
        return self.helped / self.questions if self.questions else None


def week_grid(counts: Mapping[tuple[int, int], int]) -> tuple[tuple[int, ...], ...]:
    """Give how many came in each hour (0 to 23) of each day (Monday first), of those counted.

    `counts` are by day, from 1 for Monday to 7, and hour.
    """
    return tuple(tuple(counts.get((day, hour), 0) for hour in HOURS) for day in range(1, 8))
