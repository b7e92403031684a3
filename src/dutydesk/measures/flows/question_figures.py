"""Questions of a period: how many of which kind, team and hour, and how long they took."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows import question_tables, tally_series
from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.measures.flows.question_tables import GOING, help_values, helped
from dutydesk.measures.flows.spreads import EACH_ALONE, spread
from dutydesk.measures.flows.statements import CLOCK, read
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.comparisons import Beside, beside, periods_of
from dutydesk.measures.rules.distributions import Distribution
from dutydesk.measures.rules.question_outcomes import (
    PastAnswerOutcomes,
    QuestionCounts,
    QuickOutcomes,
    together,
)
from dutydesk.process.flows import process
from dutydesk.process.rules.hours import Clock

LONG = timedelta(days=62)
"""How lengths of a longer time lie is told from tallies; a dot's column is then whole days."""


def _values(span: Period) -> dict[str, datetime]:
    return {"start": span.start, "end": span.end}


def by_kind(tallies: DayTallies, periods: Sequence[Period]) -> list[dict[str, QuestionCounts]]:
    """Count by kind the questions that were asked in each of these periods, which touch."""
    found = tallies.counts(tally_series.KINDS, periods)
    return [{kind: QuestionCounts(*counts) for kind, counts in one.items()} for one in found]


def by_team(tallies: DayTallies, span: Period) -> dict[int | None, QuestionCounts]:
    """Count the questions that were asked in `span` by their askers' team; None: nobody knows."""
    (found,) = tallies.counts(tally_series.TEAMS, [span])
    return {int(team) if team else None: QuestionCounts(*counts) for team, counts in found.items()}


def hours_of_week(tallies: DayTallies, span: Period) -> dict[tuple[int, int], int]:
    """Count the questions by day (1 is Monday) and hour, as the process's wall clock shows them."""
    week = tallies.weekdays(tally_series.HOURS, span)
    return {(day, hour): n for day, hours in week.items() for hour, n in enumerate(hours)}


def lengths(
    tallies: DayTallies,
    span: Period,
    clock: Clock,
    at: datetime,
    what: str,
    address: Callable[[int], str] | None = None,
) -> Distribution | None:
    """Give how long questions of `span` took, on the support clock; dots only with an `address`."""
    if span.length > LONG or (address is None and tallies.hold(span)):
        series = tally_series.LENGTHS[what]
        found = tallies.lengths(series, span, dots=address is not None)
        if found is None or address is None or found.count > EACH_ALONE:
            return found
    tables = question_tables.lengths(span, clock, at, what)
    return spread(*tables, address, question_tables.EACH)


_QUICK = """
SELECT count(*) FILTER (WHERE help > %(limit)s),
       count(*) FILTER (WHERE help > %(limit)s AND ticket IS NOT NULL),
       count(*) FILTER (WHERE help <= %(limit)s)
FROM helped
"""


def quick(
    tallies: DayTallies, span: Period, clock: Clock, limit: timedelta, at: datetime
) -> QuickOutcomes:
    """Say how help went against the quick limit: from the first answer on, without waits.

    As the limit itself counts: on the support clock, and not while the asker is waited for.
    """
    (solved,) = tallies.counts(tally_series.HELP, [span])
    within, over, ticketed = solved.get("", (0, 0, 0))
    values = help_values(span, clock, limit, at)
    ((going, going_ticketed, running),) = read(f"WITH {CLOCK}, {helped(GOING)} {_QUICK}", values)
    return QuickOutcomes(within, over + going, ticketed + going_ticketed, running)


_PAST = """
SELECT count(*), count(DISTINCT question_id), count(DISTINCT question_id) FILTER (
  WHERE helped_at IS NOT NULL)
FROM desk_pastanswer WHERE offered_at >= %(start)s AND offered_at < %(end)s
"""
_REOPENED = """
SELECT count(*), count(DISTINCT subject) FROM journal_entry
WHERE kind = 'question.reopened' AND at >= %(start)s AND at < %(end)s
"""


def past_answers(span: Period) -> PastAnswerOutcomes:
    """Say how past answers helped that were offered in `span`."""
    (row,) = read(_PAST, _values(span))
    return PastAnswerOutcomes(*row)


def reopened(span: Period) -> tuple[int, int]:
    """Count how often questions were opened again in `span`, and how many questions those were."""
    (row,) = read(_REOPENED, _values(span))
    return row[0], row[1]


@dataclass
class AskedTime:
    """A time of which figures are asked: what several of them say is looked for once.

    `address`: of the question with a number, where each that a length is known of is pictured too.
    """

    choice: PeriodChoice
    at: datetime
    address: Callable[[int], str] | None = None

    def __post_init__(self) -> None:
        """Ask which days are tallied, by the terms in force."""
        self.tallies = DayTallies(self.at)
        self.clock = process.in_force().clock("support")
        self._lengths: dict[str, Distribution | None] = {}

    @cached_property
    def _found(self) -> Beside[dict[str, QuestionCounts]]:
        return beside(self.choice, by_kind(self.tallies, periods_of(self.choice)))

    @cached_property
    def by_kind(self) -> dict[str, QuestionCounts]:
        """Give the questions of the time by kind."""
        parts = self._found.now
        kinds = {kind for part in parts for kind in part}
        return {kind: together(part[kind] for part in parts if kind in part) for kind in kinds}

    @cached_property
    def counts(self) -> QuestionCounts:
        """Give all questions of the time."""
        return together(self.by_kind.values())

    @cached_property
    def before(self) -> QuestionCounts:
        """Give those of the time before."""
        return together(self._found.before.values())

    @property
    def trend(self) -> list[QuestionCounts]:
        """Give those of each part of the trend."""
        return [together(one.values()) for one in self._found.trend]

    def lengths(self, what: str) -> Distribution | None:
        """Give how long they took until the first answer or the solution."""
        if what not in self._lengths:
            span, address = self.choice.period, self.address
            found = lengths(self.tallies, span, self.clock, self.at, what, address)
            self._lengths[what] = found
        return self._lengths[what]

    def lengths_before(self, what: str) -> Distribution | None:
        """Give it of the time before; where nothing was asked, nothing is looked for."""
        if not self.before.asked:
            return None
        return lengths(self.tallies, self.choice.previous.period, self.clock, self.at, what)
