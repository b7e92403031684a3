"""The steps of an incident, and the lengths of time between them that are measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Step = Literal["fault_occurs", "detected", "declared", "first_word", "repaired", "resolved"]
STEPS: Mapping[Step, str] = {
    "fault_occurs": "the fault",
    "detected": "its detection",
    "declared": "its declaration",
    "first_word": "the first word to those concerned",
    "repaired": "the repair",
    "resolved": "the resolution",
}
_OWN: frozenset[Step] = frozenset({"declared", "first_word"})
Times = Mapping[str, datetime | None]
"""When each step was; None, or left out, where that is not known."""


@dataclass(frozen=True)
class MeasuredSpan:
    """What is measured: from the first known of `start` to the first known of `end`."""

    name: str
    title: str
    start: tuple[Step, ...]
    end: tuple[Step, ...]

    @property
    def guessable(self) -> bool:
        """Say whether any of its times is one that people may estimate, and not the desk's own."""
        return not {*self.start, *self.end} <= _OWN

    @property
    def says(self) -> str:
        """Say in words what it runs between."""
        first, last = (", or without it from ".join(STEPS[s] for s in self.start), self.end)
        return f"From {first} to {', or without it to '.join(STEPS[step] for step in last)}."

    def ends(self, times: Times) -> tuple[datetime | None, datetime | None]:
        """Give when it began and ended, None where that isn't known."""
        return _first_known(times, self.start), _first_known(times, self.end)

    def missing(self, times: Times, *, estimated: bool = False) -> str:
        """Say why it can't be measured; empty if it can."""
        start, end = self.ends(times)
        if start is None:
            return f"Nothing is known of {_either(self.start)}"
        if end is None:
            return f"Nothing is known of {_either(self.end)}"
        if end < start:
            return "Its end lies before its start"
        return "Its times are estimates" if estimated and self.guessable else ""


DETECT = MeasuredSpan("detect", "Time to detect", ("fault_occurs",), ("detected",))
DECLARE = MeasuredSpan("declare", "Time to declare", ("detected",), ("declared",))
FIRST_WORD = MeasuredSpan("first-word", "Time to first word", ("declared",), ("first_word",))
REPAIR = MeasuredSpan("repair", "Time to repair", ("fault_occurs", "detected"), ("repaired",))
RESOLVE = MeasuredSpan("resolve", "Time to resolve", ("fault_occurs", "detected"), ("resolved",))
RECOVERY = MeasuredSpan(
    "recovery",
    "Time to recovery",
    ("fault_occurs", "detected", "declared"),
    ("repaired", "resolved"),
)
"""From when users were without, as early as is known, until they had their service back."""
REPAIR_FROM_DECLARED = MeasuredSpan(
    "repair-from-declared", "Time to repair", ("declared",), ("repaired", "resolved")
)
"""How the oldest logs counted time to repair."""
SPANS = (RECOVERY, DETECT, DECLARE, FIRST_WORD, REPAIR, RESOLVE)


def _either(steps: tuple[Step, ...]) -> str:
    return " nor of ".join(STEPS[step] for step in steps)


def _first_known(times: Times, steps: tuple[Step, ...]) -> datetime | None:
    return next((times[step] for step in steps if times.get(step) is not None), None)
