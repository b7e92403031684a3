"""What the team wants to know about how it is doing, and what it aims for."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from dutydesk.kernel.durations import read_duration
from dutydesk.process.rules.fields import Line
from dutydesk.process.rules.mistakes import brief, mistake
from dutydesk.process.rules.sections import Section

_NUMBER = re.compile(r"[0-9]{1,5}(\.[0-9]{1,6})?")
_EXAMPLES = {
    "incidents": "3",
    "recovery": "4 hours",
    "happiness": "4.5",
}


class Measure(Section):
    """One thing that the team wants to know about how it is doing."""

    id: Literal["availability", "incidents", "recovery", "happiness"]
    """Which it is."""
    text: Line
    """What the team wants to know."""
    target: str = Field(
        default="",
        max_length=60,
        description="What is aimed for: at most so many incidents a month, the median time to"
        " recovery like “4 hours”, or a score from 1 to 5. That of availability has its section.",
    )
    clock: str = Field(
        default="elapsed",
        max_length=60,
        description="The clock that counts the time to recovery on the overview and in reports.",
    )
    comments: Literal["team", "everybody"] = Field(
        default="team", description="Who may read what people say beside their score."
    )

    @property
    def wanted(self) -> int | float | timedelta | None:
        """Give the target as a value; None if there is none."""
        return _read(self.id, self.target) if self.target else None

    @property
    def said(self) -> str:
        """Say what is measured, and what is aimed for if anything is."""
        return f"{self.text} (target: {self.target})" if self.target else self.text

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.target and self.id == "availability":
            raise mistake(
                "The target of availability stands at one place, which is not here.",
                "Write it as “target” of the section “availability”.",
            )
        if self.target and _read(self.id, self.target) is None:
            raise mistake(
                f"“{brief(self.target)}” is no target for {self.id}.",
                f"Write one like “{_EXAMPLES[self.id]}”, in quotes.",
            )
        return self


def comments_are_open(measures: Iterable[Measure]) -> bool:
    """Say whether everybody may read what people say beside their score, or the team alone."""
    return any(one.id == "happiness" and one.comments == "everybody" for one in measures)


def _read(measure: str, text: str) -> int | float | timedelta | None:
    if measure == "recovery":
        try:
            return read_duration(text)
        except ValueError:
            return None
    if not _NUMBER.fullmatch(text.strip()):
        return None
    number = float(text)
    if measure == "incidents":
        return int(number) if number == int(number) else None
    return number if 1 <= number <= 5 else None
