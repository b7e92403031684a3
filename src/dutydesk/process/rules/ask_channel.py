"""The ask channel in the process file: questions, their tickets, and what the desk says."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

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
    filling,
)
from dutydesk.process.rules.mistakes import mistake
from dutydesk.process.rules.sections import Section
from dutydesk.process.rules.tickets import TicketSection


class AskWords(Section):
    """What the desk itself says about questions. `{names}` in braces are filled in.

    Clause ask.style: friendly, short and open.
    """

    welcome: Annotated[str, filling("asker", "cover")] = (
        "Thanks, {asker}. {cover} is answering questions just now."
    )
    nobody: Annotated[str, filling("asker")] = (
        "Thanks, {asker}. Nobody is named to answer right now; the team has been told."
    )
    out_of_hours: Annotated[str, filling("asker", "opens")] = (
        "Thanks, {asker}. We answer questions in support hours, so somebody will pick this up"
        " {opens}. If something is down right now, on call hears of it from its alerts."
    )
    taken: Annotated[str, filling("engineer")] = "{engineer} is looking into this."
    answered: Annotated[str, filling("engineer", "asker")] = "{engineer} is helping {asker}."
    waiting: Annotated[str, filling("asker")] = (
        "{asker}, we need a word from you to go on. Take your time."
    )
    solved: Annotated[str, filling("by")] = "Solved. {by} said so. If it isn't, just write here."
    silent: Annotated[str, filling("asker")] = (
        "We haven't heard from you, {asker}, so we take it that this is settled. Write here "
        "at any time and we go on."
    )
    withdrawn: Annotated[str, filling("asker")] = "{asker} took this back."
    urgent: Annotated[str, filling()] = (
        "If people are harmed by it right now, you can page on call."
    )
    not_urgent: Annotated[str, filling()] = "Nobody is called for a question before then."
    offer_ticket: Annotated[str, filling("limit")] = (
        "This has taken {limit}. Shall we raise a ticket, so that the work has a record?"
    )
    ticket_raised: Annotated[str, filling("number")] = (
        "Ticket {number} keeps the record of this. Let's go on talking here."
    )
    ticket_arrived: Annotated[str, filling("by")] = (
        "{by} made a ticket in the tracker. Who looks at it?"
    )
    tracker_trouble: Annotated[str, filling("because")] = (
        "The tracker can't follow the desk: {because}. The desk goes on, and what is owed to the "
        "tracker goes there once this is mended."
    )
    stranger: Annotated[str, filling("command")] = (
        "I don't know your address, so I can't tell who you are on the desk. What you write works "
        "all the same. If you have an account there, type `{command}`, and I know you."
    )
    nudge_cover: Annotated[str, filling("cover", "asker", "waited")] = (
        "{cover}, {asker} has been waiting for {waited}. Could you have a look?"
    )
    nudge_team: Annotated[str, filling("asker", "waited")] = (
        "A question by {asker} has been waiting for {waited}. Can somebody take it?"
    )
    nudge_lead: Annotated[str, filling("lead", "asker", "waited")] = (
        "{lead}, a question by {asker} has been waiting for {waited}. Who could take it?"
    )
    what_was_it: Annotated[str, filling()] = "What kind of question was this? One press is enough."
    how_was_it: Annotated[str, filling("asker")] = "Glad that's solved, {asker}. How was our help?"
    thanks: Annotated[str, filling()] = "Thank you, that helps us get better."
    burst: Annotated[str, filling("count", "within")] = (
        "{count} questions within {within} look alike. Is something wrong? We could declare "
        "an incident."
    )
    past_answers: Annotated[str, filling("asker")] = (
        "This looks like something we answered before, {asker}. Does one of these help?"
    )
    helped: Annotated[str, filling()] = (
        "Good to hear that a past answer helped. If something is left, just write here."
    )
    same: Annotated[str, filling("by")] = (
        "This was asked before: {by} found the earlier question. If it isn't the same, write here."
    )
    asked_again: Annotated[str, filling("asker")] = "{asker} asked the same since then."


class PartOfDay(Section):
    """A named part of the support day, for which somebody is named to answer."""

    id: Id
    title: Line
    starts: TimeOfDay
    ends: EndOfPart

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.to_midnight or self.starts < self.ends:
            return self
        raise mistake(
            "The part ends before it starts.",
            "Give it a later end; one past midnight is two, to “24:00” and from “00:00”.",
        )

    @property
    def to_midnight(self) -> bool:
        """Say whether it goes on to the end of the day."""
        return self.ends == time()

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Give when it starts and ends on that day, by the wall clock."""
        last = day + timedelta(days=self.to_midnight)
        return datetime.combine(day, self.starts), datetime.combine(last, self.ends)


class Cover(Section):
    """Who answers in which part of the day, and how long before a part without a name is seen."""

    parts: Annotated[tuple[PartOfDay, ...], AfterValidator(different)] = Field(
        default=(), max_length=48
    )
    seen_ahead: Duration = timedelta(weeks=1)

    @model_validator(mode="after")
    def _check(self) -> Self:
        in_order = sorted(self.parts, key=lambda part: part.starts)
        for before, after in pairwise(in_order):
            if before.to_midnight or before.ends > after.starts:
                raise mistake(
                    f"“{before.title}” and “{after.title}” share time.",
                    "Let one end where the other starts.",
                )
        return self


class Unanswered(Section):
    """When somebody is told that nobody answers: cover, then support, then its lead.

    Counted on the support clock from the question on.
    """

    cover: Duration = timedelta(minutes=10)
    team: Duration = timedelta(minutes=30)
    lead: Duration = timedelta(hours=1)

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
    title: str = Field(min_length=1, max_length=40)
    words: tuple[Mark, ...] = ()


class Burst(Section):
    """How many questions that look alike within how long may be an incident."""

    questions: Count = Field(default=3, ge=2)
    within: Duration = timedelta(minutes=15)


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


class UrgentQuestions(Section):
    """That people may page on call about a question, out of support hours, and how often.

    One person at most `at_most` times within `within`. Without this section nobody can, and the
    desk says so.
    """

    at_most: Count = Field(default=2, ge=1)
    within: Duration = timedelta(hours=1)


class Ask(Section):
    """The ask channel: the front door for support.

    Posts of one person within `together` are one question; a post that begins with one of
    `no_question` is none. A question that waits for its asker is closed after `silent_after`
    working days without a word. `urgent` lets people page on call about what can't wait.
    """

    channel: ChannelName
    style: tuple[str, ...]
    quick_limit: Duration
    more_time: Duration = timedelta(minutes=5)
    nearly_done: Duration = timedelta(minutes=15)
    together: Duration = timedelta(minutes=2)
    no_question: tuple[Mark, ...] = ("[fyi]", "fyi:")
    unanswered: Unanswered = Unanswered()
    silent_after: Count = Field(default=3, ge=1)
    kinds: Annotated[tuple[QuestionKind, ...], AfterValidator(different)] = Field(
        default=KINDS, min_length=1, max_length=12
    )
    burst: Burst = Burst()
    happiness: Happiness = Happiness()
    urgent: UrgentQuestions | None = None
    ticket: TicketSection
    words: AskWords = AskWords()
    cover: Cover = Cover()
