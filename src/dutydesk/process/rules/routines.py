"""What the process file says about routines: checklists that come due by the clock."""

import re
from collections.abc import Iterable
from datetime import time, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from dutydesk.process.rules.clauses import CLAUSES
from dutydesk.process.rules.fields import Id, Interval, Line, different
from dutydesk.process.rules.mistakes import brief, mistake
from dutydesk.process.rules.sections import Section

START, THROUGH, END = "the start", "through the day", "before the end"
_CLOCK_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_TIMES = f"^({_CLOCK_TIME}|{START}|{THROUGH}|{END})$"

Fact = Literal[
    "alarms",
    "requests",
    "work",
    "backlog",
    "questions",
    "handover",
    "incidents",
    "commitments",
    "announcements",
]
Who = Literal["support", "on call", "whole team"]


def _moment(value: str) -> str:
    if not re.fullmatch(_TIMES, value):
        raise mistake(
            f"“{brief(value)}” is not a time of a working day.",
            f"Write one like “09:00” in quotes, or {START}, {THROUGH} or {END}.",
        )
    return value


def _known_clause(value: str) -> str:
    if value and value not in CLAUSES:
        raise mistake(
            f"“{brief(value)}” is not a clause.",
            "Take one of those at the end of the Process page.",
        )
    return value


RoutineTime = Annotated[
    str, AfterValidator(_moment), WithJsonSchema({"type": "string", "pattern": _TIMES})
]
ClauseId = Annotated[str, Field(max_length=60), AfterValidator(_known_clause)]


class RoutineItem(Section):
    """One thing to do. `gathers`: the facts that it comes with.

    `done_when`: by a press, or also by itself as soon as none of its facts is left to be done.
    """

    text: Line = Field(description="What is to be done.")
    gathers: Annotated[tuple[Fact, ...], AfterValidator(different)] = Field(
        default=(), description="The facts that the item comes with."
    )
    done_when: Literal["press", "facts"] = Field(
        default="press",
        description="Done by a press, or also by itself when its facts leave nothing to do.",
    )
    clause: ClauseId = Field(default="", description="The clause that asks for it.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.done_when == "facts" and not self.gathers:
            raise mistake(
                "Done by facts, and it gathers none.", "Name some in `gathers`, or write press."
            )
        return self


def _texts_differ(items: tuple[RoutineItem, ...]) -> tuple[RoutineItem, ...]:
    different(tuple(one.text for one in items))
    return items


class Routine(Section):
    """A checklist that comes due each working day, for the people whose turn it is.

    `at`: a time of day, or the start, through the day, or before the end of the working hours.
    `within`: how long it may take; through the day, how long something may wait until somebody
    looks at it, in support time.
    `remind_before`: so long before its end whoever has the turn is reminded of what is left.
    """

    id: Id = Field(description="Its name, which stays when the title changes.")
    title: Line = Field(description="What it is called.")
    at: RoutineTime = Field(description="When it comes, on the clock of the process.")
    who: Who = Field(default="support", description="Whose turn it is.")
    within: Interval = Field(
        default=timedelta(hours=1),
        description="How long it may take; through the day, how long something may wait.",
    )
    remind_before: Interval = Field(
        default=timedelta(minutes=15),
        description="So long before its end people are reminded of what is left.",
    )
    items: Annotated[tuple[RoutineItem, ...], AfterValidator(_texts_differ)] = Field(
        min_length=1, max_length=20, description="What is to be done."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.at != THROUGH and self.remind_before >= self.within:
            raise mistake("remind_before is not shorter than within.", "Make it shorter.")
        return self

    @property
    def standing(self) -> bool:
        """Say whether it goes on through the day."""
        return self.at == THROUGH

    @property
    def time(self) -> time | None:
        """Give its time of day; None if it goes by the hours of the day."""
        return time.fromisoformat(self.at) if self.at[0].isdigit() else None


_GATHERS: dict[str, tuple[Fact, ...]] = {
    "Look through both alarm channels": ("alarms",),
    "Look for requests on the board that nobody has taken": ("requests",),
    "Take the handover from on call": ("handover",),
    "Read the ask channel": ("questions",),
    "Answer, triage, prioritise and fix what comes into the ask channel": ("questions",),
    "Watch both alarm channels and triage what appears": ("alarms",),
    "Watch the board for new requests and triage them": ("requests",),
    "Run the incidents in progress": ("incidents",),
    "Work on the larger requests": ("work",),
    "Work on the support backlog": ("backlog",),
    "Hand planned work and high-priority incidents in progress to on call": (
        "handover",
        "incidents",
        "announcements",
    ),
}


def listed(routine: Routine, texts: Iterable[str], clause: str) -> tuple[Routine, ...]:
    """Give a routine of the items that an older process file lists; none if it lists none.

    An item that is worded as the desk's own was comes with the facts that this one has now.
    """
    items = tuple(
        RoutineItem(
            text=text[:200],
            gathers=_GATHERS.get(text, ()),
            done_when="facts" if text in _GATHERS else "press",
            clause=clause,
        )
        for text in dict.fromkeys(texts)
        if text.strip()
    )
    return (routine.model_copy(update={"items": items[:20]}),) if items else ()


def _without_items(**said: str) -> Routine:
    return Routine.model_validate({**said, "items": [{"text": "Nothing"}]})


AT_START = _without_items(id="day-start", title="Start of the day", at=START)
DURING = _without_items(id="during", title="Through the day", at=THROUGH)
TOGETHER = _without_items(
    id="team", title="The whole support team", at=THROUGH, who="whole team", within="21 hours"
)
AT_END = _without_items(id="day-end", title="End of the day", at=END, within="30 minutes")
