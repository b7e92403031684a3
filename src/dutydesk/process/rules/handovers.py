"""What the process file says of handovers: when, from whom to whom, and by when they are taken."""

from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from dutydesk.process.rules.fields import Flag, Interval
from dutydesk.process.rules.incident_roles import ON_CALL
from dutydesk.process.rules.mistakes import mistake
from dutydesk.process.rules.sections import Section

START_OF_DAY, END_OF_DAY, TURN_CHANGE = "start of day", "end of day", "turn change"
HandoverTime = Literal["start of day", "end of day", "turn change"]
Side = Literal["support", "on call"]


class HandoverSection(Section):
    """One handover of the process: drafted from the record, given, and accepted by the next."""

    when: HandoverTime = Field(
        description="When working hours open or close, or when another has the on-call turn."
    )
    giver: Side = Field(description="The duty that hands over.")
    taker: Side = Field(description="The duty that takes over, and accepts it.")
    drafted_before: Interval = Field(
        default=timedelta(minutes=30), description="So long before it, the draft is there."
    )
    remind_before: Interval = Field(
        default=timedelta(minutes=10), description="So long before it, whoever gives is reminded."
    )
    accept_within: Interval = Field(
        default=timedelta(minutes=30), description="So long after it, it is to be accepted."
    )
    chase_every: Interval = Field(
        default=timedelta(minutes=30), description="How often the taker is reminded from then on."
    )
    empty_closes: Flag = Field(
        default=True, description="One with nothing in it closes by itself, and nobody is asked."
    )

    turn_from: Interval = Field(
        default=timedelta(hours=8),
        description="At a turn change: who is on call for less is cover, which hands nothing over.",
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.when == TURN_CHANGE and (self.giver, self.taker) != (ON_CALL, ON_CALL):
            raise mistake(
                "An on-call turn is handed over by on call, to on call.",
                "Write “on call” for giver and for taker.",
            )
        if self.when != TURN_CHANGE and self.giver == self.taker:
            raise mistake(
                f"At the {self.when} “{self.giver}” would hand over to itself.",
                "Name another duty for giver or for taker.",
            )
        if self.remind_before >= self.drafted_before:
            raise mistake(
                "remind_before is not shorter than drafted_before.", "Make it the shorter one."
            )
        return self


def once_each(values: tuple[HandoverSection, ...]) -> tuple[HandoverSection, ...]:
    """Check that nothing is handed over twice at a time of the day."""
    seen: set[str] = set()
    for one in values:
        if one.when in seen:
            raise mistake(f"“{one.when}” is there twice.", "Name each only once.")
        seen.add(one.when)
    return values


DEFAULT = (
    HandoverSection(when="start of day", giver="on call", taker="support"),
    HandoverSection.model_validate(
        {
            "when": "end of day",
            "giver": "support",
            "taker": "on call",
            "drafted_before": "1 hour 30 minutes",
            "remind_before": "20 minutes",
        }
    ),
    HandoverSection.model_validate(
        {
            "when": "turn change",
            "giver": "on call",
            "taker": "on call",
            "drafted_before": "2 hours",
            "accept_within": "1 hour",
            "chase_every": "1 hour",
        }
    ),
)
"""What is handed over in a process that doesn't say."""
