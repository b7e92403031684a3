"""What the team wants to know about how it is doing, and what it aims for."""

import re
from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from dutydesk.kernel.durations import read_duration
from dutydesk.process.rules.fields import Line
from dutydesk.process.rules.mistakes import brief, mistake
from dutydesk.process.rules.sections import Section

_NUMBER = re.compile(r"[0-9]{1,5}(\.[0-9]{1,6})?")
_EXAMPLES = {
    "availability": "99.9 %",
    "incidents": "3",
    "recovery": "4 hours",
    "happiness": "4.5",
}


class Measure(Section):
    """One thing that the team wants to know about how it is doing."""

    id: Literal["availability", "incidents", "recovery", "happiness"]
    text: Line
    target: str = Field(
        default="",
        max_length=60,
        description="What is aimed for: a share like “99.9 %”, at most so many incidents a month,"
        " the median time to recovery like “4 hours”, or a score from 1 to 5.",
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
        if self.target and _read(self.id, self.target) is None:
            raise mistake(
                f"“{brief(self.target)}” is no target for {self.id}.",
                f"Write one like “{_EXAMPLES[self.id]}”, in quotes.",
            )
        return self


def _read(measure: str, text: str) -> int | float | timedelta | None:
    if measure == "recovery":
        try:
            return read_duration(text)
        except ValueError:
            return None
    bare = text.removesuffix("%").strip() if measure == "availability" else text.strip()
    if not _NUMBER.fullmatch(bare):
        return None
    number = float(bare)
    if measure == "incidents":
        return int(number) if number == int(number) else None
    if measure == "happiness":
        return number if 1 <= number <= 5 else None
    return number / 100 if 0 < number <= 100 else None
