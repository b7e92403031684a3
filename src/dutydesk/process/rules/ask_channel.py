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
    """To a question while somebody covers."""
    nobody: Annotated[str, filling("asker")] = (
        "Thanks, {asker}. Nobody is named to answer right now; the team has been told."
    )
    """To a question while nobody does."""
    out_of_hours: Annotated[str, filling("asker", "opens")] = (
        "Thanks, {asker}. We answer questions in support hours, so somebody will pick this up"
        " {opens}. If something is down right now, on call hears of it from its alerts."
    )
    """To a question outside support hours."""
    taken: Annotated[str, filling("engineer")] = "{engineer} is looking into this."
    """When an engineer takes a question."""
    answered: Annotated[str, filling("engineer", "asker")] = "{engineer} is helping {asker}."
    """When an engineer answers one."""
    waiting: Annotated[str, filling("asker")] = (
        "{asker}, we need a word from you to go on. Take your time."
    )
    """When it waits for its asker."""
    solved: Annotated[str, filling("by")] = "Solved. {by} said so. If it isn't, just write here."
    """When it is solved."""
    silent: Annotated[str, filling("asker")] = (
        "We haven't heard from you, {asker}, so we take it that this is settled. Write here "
        "at any time and we go on."
    )
    """When it is closed since nobody wrote."""
    lapsed: Annotated[str, filling("asker")] = (
        "We are sorry, {asker}: nobody has gone on with this for a long time, so we close it. "
        "Write here at any time and we go on."
    )
    """When it is closed since nobody went on with it."""
    goes_on: Annotated[str, filling("number")] = "This goes on with question {number}."
    """Under a post that is a part of a question."""
    follows: Annotated[str, filling("asker", "number")] = (
        "{asker}, this is the same as question {number}, which is still open. You hear here when "
        "that has an answer. If it isn't the same, write here."
    )
    """When it waits for an earlier question."""
    follows_answer: Annotated[str, filling("asker", "number")] = (
        "{asker}, question {number}, which yours waits for, has an answer."
    )
    """When the question that it waits for is answered."""
    not_same: Annotated[str, filling("by", "number")] = (
        "{by} says that this is not the same as question {number}. We look into it by itself."
    )
    """When it is parted from the question that it was joined to."""
    untouched: Annotated[str, filling("count")] = (
        "Nobody has gone on with these for a working day: {count}. Who has a moment?"
    )
    """To the team, of questions that nobody goes on with."""
    nudge_team_many: Annotated[str, filling("count")] = (
        "{count} questions have been waiting for an answer. Can somebody take one?"
    )
    """To the team, of several that nobody answers."""
    nudge_lead_many: Annotated[str, filling("lead", "count")] = (
        "{lead}, {count} questions have been waiting for an answer. Who could take them?"
    )
    """To whoever leads support, of several that nobody answers."""
    ticket_closed: Annotated[str, filling("asker", "number")] = (
        "{asker}, ticket {number} is closed, so we take it that this is done. If something is "
        "left, just write here."
    )
    """When it is closed with its ticket."""
    withdrawn: Annotated[str, filling("asker")] = "{asker} took this back."
    """When its asker takes it back."""
    settled: Annotated[str, filling("asker")] = (
        "Good to hear, {asker}. Shall we call this solved? If something is left, just write here."
    )
    """When its asker says that it works."""
    still_solved: Annotated[str, filling("asker")] = (
        "Noted, {asker}. This still counts as solved; if it isn't, the button opens it again."
    )
    """When its asker writes in a thread that is solved, and it is not clear that it fails again."""
    asked_anew: Annotated[str, filling("asker")] = (
        "{asker}, this has become a question of its own, so that it gets an answer."
    )
    """When somebody asks in a thread that is solved."""
    same_here: Annotated[str, filling("who", "asker")] = (
        "{who} says that they have the same trouble as {asker}."
    )
    """When somebody else has the same trouble."""
    offer_ticket: Annotated[str, filling("limit")] = (
        "This has taken {limit}. Shall we raise a ticket, so that the work has a record?"
    )
    """When it has taken as long as the quick limit."""
    ticket_raised: Annotated[str, filling("number")] = (
        "Ticket {number} keeps the record of this. Let's go on talking here."
    )
    """When it becomes a ticket."""
    stays_in_tracker: Annotated[str, filling("number")] = (
        "What was removed here still stands in ticket {number} in the tracker, and in its history "
        "and mails. Remove it there too; a password that was there has to be changed."
    )
    """When words that are in its ticket are removed."""
    ticket_arrived: Annotated[str, filling("by")] = (
        "{by} made a ticket in the tracker. Who looks at it?"
    )
    """When a ticket was made in the tracker."""
    tracker_trouble: Annotated[str, filling("because")] = (
        "The tracker can't follow the desk: {because}. The desk goes on, and what is owed to the "
        "tracker goes there once this is mended."
    )
    """When the tracker refuses what the desk tells it."""
    stranger: Annotated[str, filling("command")] = (
        "I don't know your address, so I can't tell who you are on the desk. What you write works "
        "all the same. If you have an account there, type `{command}`, and I know you."
    )
    """To somebody in the chat outside whom the desk doesn't know."""
    nudge_cover: Annotated[str, filling("cover", "asker", "waited")] = (
        "{cover}, {asker} has been waiting for {waited}. Could you have a look?"
    )
    """To whoever covers, of a question that waits."""
    nudge_team: Annotated[str, filling("asker", "waited")] = (
        "A question by {asker} has been waiting for {waited}. Can somebody take it?"
    )
    """To support, of a question that waits on."""
    nudge_lead: Annotated[str, filling("lead", "asker", "waited")] = (
        "{lead}, a question by {asker} has been waiting for {waited}. Who could take it?"
    )
    """To who leads support, of one that still waits."""
    what_was_it: Annotated[str, filling()] = "What kind of question was this? One press is enough."
    """To whoever answered, to say of which kind it was."""
    how_was_it: Annotated[str, filling("asker")] = "Glad that's solved, {asker}. How was our help?"
    """To its asker, to say how our help was."""
    thanks: Annotated[str, filling()] = "Thank you, that helps us get better."
    """When they said."""
    burst: Annotated[str, filling("count", "within")] = (
        "{count} questions within {within} look alike. Is something wrong? We could declare "
        "an incident."
    )
    """To the team, of questions that look alike."""
    past_answers: Annotated[str, filling("asker")] = (
        "This looks like something we answered before, {asker}. Does one of these help?"
    )
    """Before answers that were given to questions like it."""
    helped: Annotated[str, filling()] = (
        "Good to hear that a past answer helped. If something is left, just write here."
    )
    """When one of these helped."""
    same: Annotated[str, filling("by")] = (
        "This was asked before: {by} found the earlier question. If it isn't the same, write here."
    )
    """When it was asked before."""
    asked_again: Annotated[str, filling("asker")] = "{asker} asked the same since then."
    """At the earlier question, when it was asked again."""


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
    ticket: TicketSection
    """Where longer work is recorded."""
    words: AskWords = AskWords()
    """What the desk itself says about questions."""
    cover: Cover = Cover()
    """Who answers in which part of the day."""
