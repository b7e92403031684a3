"""What is said of a body that is not of the kind that is read."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dutydesk.alarms.rules.notifications import NotAnAlarm


@dataclass(frozen=True, slots=True)
class BodyFormat:
    """How a body of another kind is refused: what it is not, and what to send instead.

    `alerts`: where in a body its alerts are listed; empty where the body is the list.
    """

    not_this: str
    remedy: str
    alerts: tuple[str, ...] = ()

    def refusal(self, error: ValidationError) -> NotAnAlarm:
        """Give what to raise: the first thing that is wrong, and which alerts can't be read."""
        problems = error.errors(include_url=False, include_input=False)
        return NotAnAlarm(self._reason(problems[0], 0), self.remedy, self._faulty(problems))

    def _faulty(self, problems: Sequence[ErrorDetails]) -> dict[int, str]:
        depth = len(self.alerts)
        faulty: dict[int, str] = {}
        for problem in problems:
            where = problem["loc"]
            place = where[depth] if len(where) > depth and where[:depth] == self.alerts else None
            if not isinstance(place, int):
                return {}
            if place not in faulty:
                faulty[place] = f"{self._reason(problem, depth + 1)} {self.remedy}"
        return faulty

    def _reason(self, problem: ErrorDetails, depth: int) -> str:
        """Say what is wrong, and where below so many steps from the top."""
        where = ".".join(map(str, problem["loc"][depth:]))
        said = ": ".join(filter(None, (self.not_this, where, problem["msg"])))
        return f"{said}."
