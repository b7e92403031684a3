"""What the process file says about announcements: whom they call, and their wordings."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from dutydesk.kernel.durations import read_duration
from dutydesk.kernel.periods import Period
from dutydesk.process.rules.fields import Count, Duration, Id, Interval, Line, different
from dutydesk.process.rules.mistakes import brief, mistake
from dutydesk.process.rules.sections import Section

_MARK = re.compile(
    r"(?:(?P<length>.+) (?P<side>after|before)|at) the (?P<point>start|end)", re.IGNORECASE
)
_LIKE = "Write it like “2 hours after the start”, “30 minutes before the end” or “at the end”."
_LONGEST = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class WorkMoment:
    """A moment of work, wherever the work is: so long after its start, or after its end.

    `ahead` is less than nothing for what comes before.
    """

    of_end: bool
    ahead: timedelta

    def on(self, work: Period) -> Period:
        """Give the time from when the work begins to that moment; empty if that comes first."""
        at = (work.end if self.of_end else work.start) + self.ahead
        return Period(work.start, max(work.start, at))


def read_mark(text: str) -> WorkMoment:
    """Read “2 hours after the start”, “30 minutes before the end” or “at the end”."""
    found = _MARK.fullmatch(" ".join(text.split()))
    if found is None:
        raise ValueError(f"“{text}” is not a moment of work.")
    ahead = read_duration(found["length"]) if found["length"] else timedelta()
    before = (found["side"] or "").lower() == "before"
    return WorkMoment(found["point"].lower() == "end", -ahead if before else ahead)


def _mark(value: str) -> str:
    try:
        read_mark(value)
    except ValueError as error:
        raise mistake(f"“{brief(value)}” is not a moment of the work.", _LIKE) from error
    return value


MarkText = Annotated[
    str,
    Field(max_length=100),
    AfterValidator(_mark),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": 100,
            "examples": ["2 hours after the start", "30 minutes before the end", "at the end"],
        }
    ),
]


class AnnouncementTemplate(Section):
    """A wording for work that is announced often; what is left out of a form is taken from it.

    `title` and `what`: what is announced, and what is done and why. `impact`: what people should
    expect. `lasts`: how long such work usually takes. `updates`: when people hear how it goes.
    """

    id: Id = Field(description="Its name, which stays when the title changes.")
    title: Line = Field(description="What is announced.")
    what: str = Field(min_length=1, max_length=3_000, description="What is done, and why.")
    impact: str = Field(
        default="", max_length=3_000, description="What people should expect meanwhile."
    )
    lasts: Interval = Field(description="How long such work usually takes.")
    updates: tuple[MarkText, ...] = Field(
        min_length=1,
        max_length=12,
        description="When people hear how it goes, counted from the work's start or end.",
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.lasts > _LONGEST:
            raise mistake("Work lasts no longer than 30 days.", "Write a shorter `lasts`.")
        for text in self.updates:
            mark = read_mark(text)
            ahead = mark.ahead + (self.lasts if mark.of_end else timedelta())
            if not timedelta() < ahead <= _LONGEST:
                raise mistake(
                    f"“{text}” is not after the start of work that lasts so long.",
                    "Promise updates while it goes on, or after it.",
                )
        return self


def _ahead(ahead: timedelta) -> timedelta:
    if not timedelta(hours=1) <= ahead <= timedelta(days=90):
        raise mistake("Work is announced an hour to 90 days before.", "Write one like “7 days”.")
    return ahead


class Announcements(Section):
    """Broadcasts, and planned work that is announced.

    `remind_before`: whoever owes the start of planned work is reminded so long before it.
    `ask_at_most`: so often it is asked whether work has begun, before it is asked whether it is
    off. `series_ahead`: each time of recurring work is announced so long before it. `templates`:
    wordings, offered where one announces.
    """

    when: tuple[str, ...]
    """What is announced."""
    names: tuple[str, ...]
    """What an announcement says."""
    notifiers: Literal["never", "if necessary"]
    """Whether it may call everybody in a channel."""
    remind_before: Interval = Field(
        default=timedelta(minutes=15),
        description="So long before planned work whoever owes its start is reminded.",
    )
    ask_at_most: Annotated[Count, Field(ge=1, le=100)] = Field(
        default=6,
        description="So often it is asked whether work that nobody began has begun, or is over.",
    )
    series_ahead: Annotated[Duration, AfterValidator(_ahead)] = Field(
        default=timedelta(days=7),
        description="So long ahead each time of recurring work is announced.",
    )
    templates: Annotated[tuple[AnnouncementTemplate, ...], AfterValidator(different)] = Field(
        default=(), description="Wordings that are offered where one announces."
    )

    def template(self, name: str) -> AnnouncementTemplate | None:
        """Give the wording of that id, if there is one."""
        return next((one for one in self.templates if one.id == name), None)
