"""What the process file says about on call: turns, whom to page when, and what plans keep to."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from dutydesk.process.rules.fields import (
    Count,
    Duration,
    Flag,
    Interval,
    Mark,
    TurnStart,
    different,
    whole_hours,
)
from dutydesk.process.rules.limits import OnCallWords
from dutydesk.process.rules.mistakes import mistake
from dutydesk.process.rules.sections import Duty, Section


class TurnSection(Section):
    """How long one on-call turn is and when it changes hands, in local time."""

    length: Annotated[Duration, AfterValidator(whole_hours)]
    """How long one turn is, in whole hours."""
    starts: TurnStart
    """When it changes hands: a day and a local time."""


class Newcomers(Section):
    """Who counts as new to the rota, and who as experienced, in finished turns."""

    new_below: Count
    """Who finished fewer turns is new, and never on alone."""
    experienced_from: Count
    """Who finished so many may be on with somebody new."""


class HealthSection(Section):
    """How much of a rota one person may carry, in percent, and how many people it needs."""

    share_below: Count = Field(default=50, ge=1, le=100)
    """No one is to carry so many percent of a rota."""
    share_ideally: Count = Field(default=30, ge=1, le=100)
    """Better is at most so many percent."""
    people: Count = Field(default=6, ge=1)
    """A rota needs so many people."""
    people_ideally: Count = Field(default=8, ge=1)
    """Better are so many."""
    planned_ahead: Duration = timedelta(weeks=13)
    """So far ahead turns are to be planned."""


class Storm(Section):
    """How many alarms for one person within how long become one message."""

    more_than: Count = Field(default=5, ge=1)
    """More alarms than this for one person are told as one."""
    within: Duration = timedelta(minutes=1)
    """Within how long."""


class OnCall(Section):
    """Who is paged, in which order, what on call owes, and what plans of it keep to."""

    order: Annotated[tuple[Duty, ...], AfterValidator(different)] = Field(min_length=1)
    """Which duties are called one after the other."""
    turn: TurnSection
    """How long a turn on call is."""
    newcomers: Newcomers
    """Who is new to being on call."""
    acknowledge_within: Interval
    """Who hasn't answered by then, the next is called."""
    ask_again_after: Interval
    """So long after somebody has it, they are asked whether they still do."""
    limit: Duration
    """So long on call works on an incident out of hours."""
    warn_before: Interval
    """So long before the limit they are told."""
    rest: Duration | None = None
    """The least time between two of a person's turns."""
    in_stint: Flag = True
    """Whether somebody may be on call while they are on support."""
    snooze_at_most: Duration = timedelta(hours=4)
    """So long at most a page may be put off."""
    rehearse_ahead: Duration = timedelta(weeks=1)
    """So long before a first turn a rehearsal is asked for."""
    acknowledge_words: tuple[Mark, ...] = (
        "ack",
        "on it",
        "I have it",
        "I've got it",
        "taking it",
    )
    """What somebody writes under a page to say that they have it."""
    tell_before: Interval | None = Field(
        default=timedelta(days=1),
        description="So long before a turn of theirs begins, people are told; null: they aren't.",
    )
    health: HealthSection = HealthSection()
    """What a rota is to keep to so that people stay well."""
    storm: Storm = Storm()
    """When many alarms become one message."""
    words: OnCallWords = OnCallWords()
    """What on call tells others."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.warn_before >= self.limit:
            raise mistake("warn_before is not shorter than limit.", "Make it shorter.")
        return self
