"""The ask channel in the process file: questions, their tickets, and who answers."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from dutydesk.process.rules.ask_words import AskWords
from dutydesk.process.rules.fields import (
    ChannelName,
    Count,
    Duration,
    EndOfPart,
    Id,
    Line,
    Mark,
    TimeOfDay,
    different,
)
from dutydesk.process.rules.mistakes import mistake
from dutydesk.process.rules.sections import Section
from dutydesk.process.rules.tickets import TicketSection


class PartOfDay(Section):
    """A named part of the support day, for which somebody is named to answer.

    One that crosses midnight belongs to the day on which it starts.
    """

    id: Id
    """Its name, which stays when the title changes."""
    title: Line
    """What it is called."""
    starts: TimeOfDay
    """From which local time."""
    ends: EndOfPart
    """Until which; “24:00” is the day's end, and an earlier one is on the next day."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.starts == self.ends and not self.to_midnight:
            raise mistake(
                "The part ends when it starts.",
                "Give it another end; the whole day is from “00:00” to “24:00”.",
            )
        return self

    @property
    def to_midnight(self) -> bool:
        """Say whether it goes on to the end of the day."""
        return self.ends == time()

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Give when it starts on that day, and ends on it or on the next, by the wall clock."""
        last = day + timedelta(days=self.ends <= self.starts)
        return datetime.combine(day, self.starts), datetime.combine(last, self.ends)


class Cover(Section):
    """Who answers in which part of the day, and how long before a part without a name is seen."""

    parts: Annotated[tuple[PartOfDay, ...], AfterValidator(different)] = Field(
        default=(), max_length=48
    )
    """The parts of the support day, for each of which somebody is named."""
    seen_ahead: Duration = timedelta(weeks=1)
    """So long before it, a part without a name is pointed at."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        days = (date(2027, 1, 1), date(2027, 1, 2))  # A part may go on into the next day.
        spans = sorted((*part.on(day), part.title) for part in self.parts for day in days)
        for (_, ends, before), (starts, _, after) in pairwise(spans):
            if ends > starts:
                raise mistake(
                    f"“{before}” and “{after}” share time.", "Let one end where the other starts."
                )
        return self


class Unanswered(Section):
    """When somebody is told that nobody answers: cover, then support, then its lead.

    Counted on the support clock from the question on.
    """

    cover: Duration = timedelta(minutes=10)
    """After so long, whoever covers is told."""
    team: Duration = timedelta(minutes=30)
    """After so long, all of support are."""
    lead: Duration = timedelta(hours=1)
    """After so long, who leads support is."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.cover < self.team < self.lead:
            raise mistake(
                "The steps of `unanswered` don't follow each other.",
                "Make `team` longer than `cover`, and `lead` longer than `team`.",
            )
        return self


class QuestionKind(Section):
    """One kind of question, and words in a question that suggest it."""

    id: Id
    """Its name, which stays when the title changes."""
    title: str = Field(min_length=1, max_length=40)
    """What it is called."""
    words: tuple[Mark, ...] = ()
    """Words in a question that suggest it."""


class Burst(Section):
    """How many questions that look alike within how long may be an incident."""

    questions: Count = Field(default=3, ge=2)
    """So many questions that look alike may be an incident."""
    within: Duration = timedelta(minutes=15)
    """Within how long."""


KINDS = (
    QuestionKind(id="question", title="How to", words=("how do", "how can", "what is", "where")),
    QuestionKind(
        id="problem",
        title="Something is wrong",
        words=("error", "fails", "failed", "failing", "broken", "down", "can't", "not working"),
    ),
    QuestionKind(
        id="request",
        title="Please do",
        words=("please", "could you", "can you", "approve"),
    ),
    QuestionKind(
        id="access", title="Access", words=("access", "permission", "login", "log in", "sign in")
    ),
)


class Happiness(Section):
    """How often at most one person is asked how our help was."""

    at_most_every: Duration = timedelta(weeks=1)
    """Nobody is asked more often."""


class UrgentQuestions(Section):
    """That people may page on call about a question, out of support hours, and how often."""

    at_most: Count = Field(default=2, ge=1)
    """So often one person may."""
    within: Duration = timedelta(hours=1)
    """The time within which that is counted."""


class Ask(Section):
    """The ask channel: the front door for support."""

    channel: ChannelName
    """Where users ask."""
    style: tuple[str, ...]
    """How questions are answered."""
    quick_limit: Duration
    """How long a question may take before it becomes a ticket."""
    more_time: Duration = timedelta(minutes=5)
    """So much *More time* gives."""
    nearly_done: Duration = timedelta(minutes=15)
    """So much *Nearly done* gives."""
    together: Duration = timedelta(minutes=2)
    """Posts of one person within it are one question."""
    addition: Duration = timedelta(hours=1)
    """So long after a question its asker may add to it (“forgot to say …”)."""
    goes_on: Duration = timedelta(weeks=1)
    """So long what somebody writes belongs to what they asked, solved or not."""
    no_question: tuple[Mark, ...] = ("[fyi]", "fyi:")
    """A post that begins with one of these is no question."""
    unanswered: Unanswered = Unanswered()
    """When somebody is told that nobody answers, in support time."""
    silent_after: Count = Field(default=3, ge=1)
    """After so many working days without a word of its asker a question is closed."""
    chased_weeks: Count = Field(default=4, ge=1)
    """For so many weeks the team is told each working day of what nobody goes on with."""
    kinds: Annotated[tuple[QuestionKind, ...], AfterValidator(different)] = Field(
        default=KINDS, min_length=1, max_length=12
    )
    """The kinds of questions."""
    burst: Burst = Burst()
    """When questions that look alike may be an incident."""
    happiness: Happiness = Happiness()
    """How often people are asked how our help was."""
    urgent: UrgentQuestions | None = None
    """Lets people page on call about what can't wait; without it nobody can."""
    ticket: TicketSection
    """Where longer work is recorded."""
    words: AskWords = AskWords()
    """What the desk itself says about questions."""
    cover: Cover = Cover()
    """Who answers in which part of the day."""
