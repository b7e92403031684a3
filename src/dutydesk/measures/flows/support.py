"""Support: what was asked, how soon it was answered and solved, and whether somebody was there."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TypeVar

from dutydesk.kernel.durations import write_duration
from dutydesk.measures.flows import cover_holes, question_figures, question_rows
from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.measures.flows.question_figures import AskedTime
from dutydesk.measures.rules.charts import Chart, Dots
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.comparisons import trend_of
from dutydesk.measures.rules.distributions import Distribution, described
from dutydesk.measures.rules.figures import (
    Figure,
    FiguresByName,
    LeftOut,
    Subject,
    SubjectFigures,
)
from dutydesk.measures.rules.grids import Grid
from dutydesk.measures.rules.question_outcomes import (
    DAYS,
    HOURS,
    QuestionCounts,
    QuickOutcomes,
    week_grid,
)
from dutydesk.measures.rules.tables import FigureColumn, FigureLine, FigureTable, table
from dutydesk.measures.rules.values import write
from dutydesk.people.models import Team
from dutydesk.process.flows import process

T = TypeVar("T")
_TITLES = {"answer": "Time to the first answer", "solution": "Time to the solution"}
_NOTES = (
    "A question counts in the time in which it was asked, and one that its asker took back does "
    "not. Lengths are counted in the process's support hours.",
)


def figures(choice: PeriodChoice, *, at: datetime) -> SubjectFigures:
    """Give how support went in a period, on the support clock."""
    asked = AskedTime(choice, at, question_rows.address)
    by_team = question_figures.by_team(asked.tallies, choice.period)
    return SubjectFigures(
        figures=tuple(give(asked) for give in _FIGURES.values()),
        charts=(
            _hours(choice, asked.tallies),
            *(_dots(choice, what, asked.lengths(what)) for what in _TITLES),
        ),
        tables=(_by_kind(asked.by_kind), _by_team(by_team)),
        notes=_NOTES,
    )


def each(choice: PeriodChoice, *, at: datetime) -> FiguresByName:
    """Give each of these figures by its name, which looks for no more than it says."""
    asked = AskedTime(choice, at)
    return {name: partial(give, asked) for name, give in _FIGURES.items()}


def _questions(asked: AskedTime) -> Figure:
    choice, counts, before = asked.choice, asked.counts, asked.before
    span = choice.period
    every = question_rows.questions(
        "questions", "Questions", span, question_rows.EVERY, counts.asked
    )
    taken_back = question_rows.questions(
        "withdrawn", "Taken back", span, question_rows.WITHDRAWN, counts.withdrawn
    )
    values = [(one.asked, "") for one in asked.trend]
    return Figure(
        "questions",
        "Questions",
        counts.asked,
        "count",
        f"{counts.solved} solved, {counts.open} still open",
        before.asked,
        says="Questions that were asked in the ask channel.",
        made_of=every,
        left_out=_left("taken back by whoever asked", counts.withdrawn, taken_back),
        trend=trend_of(choice, "questions-trend", "Questions", "count", values),
    )


def _left(reason: str, count: int, rows: FigureTable) -> tuple[LeftOut, ...]:
    return (LeftOut(reason, count, rows),) if count else ()


def _length(what: str, asked: AskedTime) -> Figure:
    clock, at, choice, title = asked.clock, asked.at, asked.choice, _TITLES[what]
    span, found, counts = choice.period, asked.lengths(what), asked.counts
    earlier = asked.lengths_before(what)
    known = found.count if found else 0
    missing = counts.asked - known
    reason = "not answered by an engineer" if what == "answer" else "not solved yet"
    rows = question_rows.unmeasured(what, span, missing)
    return Figure(
        f"to-{what}",
        title,
        found.median if found else None,
        "clocked",
        described(found, counts.asked, "clocked"),
        earlier.median if earlier else None,
        better="lower",
        says=f"From when it was asked, in support hours. The median. {_ENDS[what]}",
        made_of=question_rows.measured(what, title, span, clock, at, known),
        left_out=_left(reason, missing, rows),
    )


_ENDS = {
    "answer": "What is asked while support is closed begins to count when it opens.",
    "solution": "One that was opened again ends when it was solved for the last time; what was "
    "spent waiting for the asker counts too.",
}


def _in_channel(asked: AskedTime) -> Figure:
    counts, before = asked.counts, asked.before
    span, open_ = asked.choice.period, counts.open
    solved = question_rows.questions(
        "solved", "Solved questions", span, question_rows.SOLVED, counts.solved
    )
    rest = question_rows.questions("open", "Not solved", span, question_rows.OPEN, open_)
    return Figure(
        "in-channel",
        "Solved in the channel",
        counts.kept_in_channel,
        "share",
        f"of {counts.solved}: {counts.in_channel} without a ticket, "
        f"{counts.solved - counts.in_channel} with one",
        before.kept_in_channel,
        better="higher",
        says="Solved questions that no ticket was raised from.",
        made_of=solved,
        left_out=_left("not solved yet", open_, rest),
    )


def _over(asked: AskedTime) -> Figure:
    choice, at, tallies, counts = asked.choice, asked.at, asked.tallies, asked.counts
    clock, limit, span = asked.clock, process.in_force().ask.quick_limit, choice.period
    now = question_figures.quick(tallies, span, clock, limit, at)
    before = QuickOutcomes()
    if asked.before.asked:
        before = question_figures.quick(tallies, choice.previous.period, clock, limit, at)
    unanswered = counts.asked - counts.answered
    rows = question_rows.questions(
        "unanswered", "Not answered", span, question_rows.UNANSWERED, unanswered
    )
    running = question_rows.running(span, clock, limit, at, now.running)
    return Figure(
        "over",
        f"Longer than {write_duration(limit)}",
        now.share,
        "share",
        f"of {now.quick + now.over}: {now.over} took longer, of which {now.ticketed} have a ticket",
        before.share,
        better="lower",
        says="From the first answer until it was solved, in support hours, without the time in "
        f"which its asker was waited for. What takes longer than {write_duration(limit)} is to "
        "have a ticket.",
        made_of=question_rows.over(span, clock, limit, at, now.over),
        left_out=(
            *_left("not answered by an engineer", unanswered, rows),
            *_left("still within the limit", now.running, running),
        ),
    )


def _helped(asked: AskedTime) -> Figure:
    choice = asked.choice
    now = question_figures.past_answers(choice.period)
    before = question_figures.past_answers(choice.previous.period)
    return Figure(
        "past-answers",
        "A past answer helped",
        now.share,
        "share",
        f"of {now.questions} questions that one was offered for: {now.helped} "
        f"({now.offers} offers)",
        before.share,
        better="higher",
        says="Questions whose asker said that an answer from before helped. An offer counts in the "
        "time in which it was made.",
        made_of=question_rows.offers(choice.period, now.offers),
    )


def _reopened(asked: AskedTime) -> Figure:
    choice = asked.choice
    times, questions = question_figures.reopened(choice.period)
    before, _ = question_figures.reopened(choice.previous.period)
    return Figure(
        "reopened",
        "Opened again",
        times,
        "count",
        f"of {questions} {'question' if questions == 1 else 'questions'}",
        before,
        better="lower",
        says="How often a question that was solved was opened again, in the time in which it was.",
        made_of=question_rows.reopened(choice.period, times),
    )


def _cover(asked: AskedTime) -> Figure:
    choice, at = asked.choice, asked.at
    now = cover_holes.cover(choice.period, at)
    before = cover_holes.cover(choice.previous.period, at)
    of = "no hours of support on record"
    if now is not None:
        missing, declared = write(now.missing, "clocked"), write(now.declared, "clocked")
        of = f"of {declared}: {missing} with nobody on"
    return Figure(
        "cover",
        "Hours of support that somebody had",
        now.share if now else None,
        "share",
        of,
        before.share if before else None,
        better="higher",
        says="Support hours, by the process that was in force then, in which somebody had a "
        "support shift or was named to answer. What was before the first shift on record, and "
        "what is still to come, is not judged.",
        made_of=question_rows.holes(now, choice.zone),
    )


_FIGURES: dict[str, Callable[[AskedTime], Figure]] = {
    "questions": _questions,
    "to-answer": partial(_length, "answer"),
    "to-solution": partial(_length, "solution"),
    "in-channel": _in_channel,
    "over": _over,
    "past-answers": _helped,
    "reopened": _reopened,
    "cover": _cover,
}
"""The figures by their names, in their order."""


def _hours(choice: PeriodChoice, tallies: DayTallies) -> Chart:
    counts = question_figures.hours_of_week(tallies, choice.period)
    rows = tuple(zip(DAYS, week_grid(counts), strict=True))
    columns = tuple(f"{hour:02}:00" for hour in HOURS)
    return Grid("hours", "When questions come", columns, rows, "questions")


def _dots(choice: PeriodChoice, what: str, found: Distribution | None) -> Dots:
    title = f"{_TITLES[what]}, in support hours"
    return Dots(f"{what}-dots", title, "clocked", choice.period, found)


_COUNTS = (
    FigureColumn("asked", "Asked", "count"),
    FigureColumn("answered", "Answered", "count"),
    FigureColumn("solved", "Solved", "count"),
    FigureColumn("in_channel", "In the channel", "share"),
    FigureColumn("ticketed", "With a ticket", "count"),
)


def _by_kind(by_kind: dict[str, QuestionCounts]) -> FigureTable:
    titles = {kind.id: kind.title for kind in process.in_force().ask.kinds}
    found = _named(by_kind, lambda kind: titles.get(kind, kind) or "Kind not known")
    return _group("by-kind", "By kind", FigureColumn("kind", "Kind"), found)


def _by_team(by_team: dict[int | None, QuestionCounts]) -> FigureTable:
    names = dict(Team.objects.values_list("pk", "name"))
    found = _named(by_team, lambda team: names.get(team or 0, "Team not known"))
    return _group("by-team", "By team", FigureColumn("team", "Team"), found)


def _named(
    found: Mapping[T, QuestionCounts], name: Callable[[T], str]
) -> dict[str, QuestionCounts]:
    """Give the counts by name, those with the most questions first; withdrawn ones are none."""
    named: dict[str, QuestionCounts] = {}
    for what, counts in found.items():
        if counts.asked:
            named[name(what)] = named.get(name(what), QuestionCounts()) + counts
    return dict(sorted(named.items(), key=lambda each: (-each[1].asked, each[0])))


def _group(
    name: str, title: str, column: FigureColumn, found: dict[str, QuestionCounts]
) -> FigureTable:
    lines = [
        FigureLine((what, one.asked, one.answered, one.solved, one.kept_in_channel, one.ticketed))
        for what, one in found.items()
    ]
    return table(name, title, (column, *_COUNTS), lines, "No question in this time.")


SUPPORT = Subject(
    "support",
    "Support",
    "What was asked, how soon it was answered and solved, and whether somebody was there.",
    figures,
    each=each,
)
