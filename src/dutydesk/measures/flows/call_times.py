"""A time of which figures on call are asked: what several of them say is looked for once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows import call_figures, call_loads, page_rows, turn_tallies
from dutydesk.measures.flows.call_loads import CallWork
from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.measures.rules.call_turns import DutyTurn, PageCounts, TurnPart, turn_parts
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.distributions import Distribution
from dutydesk.measures.rules.noise import AlertNoise
from dutydesk.measures.rules.tables import FigureTable
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.hours import Clock


@dataclass(frozen=True)
class CallTurns:
    """The turns of a time and the parts that it has of them; pages, the last of no turn."""

    turns: Sequence[DutyTurn]
    parts: Sequence[TurnPart]
    counts: Sequence[PageCounts]

    @property
    def whole(self) -> PageCounts:
        """Give all pages."""
        return sum(self.counts, PageCounts())

    @property
    def per_turn(self) -> float | None:
        """Give the pages for each turn; None without turns."""
        within = sum(one.pages for one in self.counts[:-1])
        return within / len(self.turns) if self.turns else None


@dataclass
class CallTime:
    """A time of which figures are asked: what several of them say is looked for once."""

    choice: PeriodChoice
    at: datetime

    def __post_init__(self) -> None:
        """Ask which days are tallied, by the terms in force."""
        self.working, self.tallies = process.in_force().clock("working"), DayTallies(self.at)

    @cached_property
    def now(self) -> CallTurns:
        """Give the turns of the time, and their pages."""
        return _turns(self.tallies, self.choice, self.working, self.at)

    @cached_property
    def before(self) -> CallTurns:
        """Give those of the time before."""
        return _turns(self.tallies, self.choice.previous, self.working, self.at)

    @cached_property
    def work(self) -> list[CallWork]:
        """Give who worked how long in which turn."""
        return turn_tallies.work(self.tallies, self.now.parts, self.working, self.at)

    @cached_property
    def turns(self) -> FigureTable:
        """Give the turns as a table."""
        names, now = dict(Engineer.objects.values_list("pk", "name")), self.now
        return page_rows.turns(now.turns, now.counts, self.work, names, self.choice.zone)

    @cached_property
    def alerts(self) -> list[AlertNoise]:
        """Give what pages of alarms led to."""
        return call_figures.noise(self.tallies, self.choice.period)

    def taken(
        self, choice: PeriodChoice, address: Callable[[int], str] | None = None
    ) -> Distribution | None:
        """Give how long pages of a time called until somebody had them."""
        return call_figures.taken(self.tallies, choice.period, choice.zone, self.at, address)

    @cached_property
    def dots(self) -> Distribution | None:
        """Give it of this time, with dots."""
        return self.taken(self.choice, page_rows.address)


def _turns(tallies: DayTallies, choice: PeriodChoice, working: Clock, at: datetime) -> CallTurns:
    start, end = choice.period.start, choice.period.end
    turns = call_loads.turns(Period(start, max(start, min(end, at))))
    parts = turn_parts(turns, choice.period, choice.zone)
    counts = [PageCounts() for _ in range(len(turns) + 1)]
    for part, found in zip(parts, turn_tallies.pages(tallies, parts, working, at), strict=True):
        counts[part.turn] += found
    return CallTurns(turns, parts, counts)
