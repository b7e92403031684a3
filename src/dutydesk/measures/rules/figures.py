"""What a subject of the measures says: figures with what each is made of, charts and tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from dutydesk.kernel.addresses import path_to
from dutydesk.measures.rules.charts import Chart, Trend
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.tables import FigureTable, Readers
from dutydesk.measures.rules.values import Unit, Value, as_number, write, write_target

_OF_NONE = ("of 0 ", "of 0:")
Better = Literal["lower", "higher", ""]


@dataclass(frozen=True)
class MeasureTarget:
    """What the team wants of a figure: at most so much, or at least."""

    value: int | float | timedelta
    at_most: bool

    def met(self, value: Value) -> bool | None:
        """Say whether a value is as wanted; None if there is none."""
        ours, wanted = as_number(value), as_number(self.value)
        if ours is None or wanted is None:
            return None
        return ours <= wanted if self.at_most else ours >= wanted


@dataclass(frozen=True)
class LeftOut:
    """How many were not counted in a figure, and why; `rows` names each."""

    reason: str
    count: int
    rows: FigureTable | None = None


@dataclass(frozen=True)
class Figure:
    """One figure: its value, of how many, and all that it takes to check it.

    `before` is the value of the period before; `says` one sentence on how it is worked out;
    `made_of` the rows behind it, which lead to their screens; `left_out` what was not counted.
    `better`: whether less or more of it is good. `private`: only the team may see it.
    """

    name: str
    title: str
    value: Value
    unit: Unit
    of: str = ""
    before: Value = None
    target: MeasureTarget | None = None
    better: Better = ""
    says: str = ""
    made_of: FigureTable | None = None
    left_out: tuple[LeftOut, ...] = ()
    trend: Trend | None = None
    readers: Readers = "anyone"

    @property
    def written(self) -> str:
        """Write the value for people."""
        return write(self.value, self.unit)

    @property
    def counted_of(self) -> str:
        """Say of how many it is; nothing where there was none of it at all."""
        return "" if self.value is None and self.of.startswith(_OF_NONE) else self.of

    @property
    def compared(self) -> str:
        """Say in words how it compares with the period before; empty if one of them is missing."""
        ours, theirs = as_number(self.value), as_number(self.before)
        if ours is None or theirs is None or self.before is None:
            return ""
        before = write(self.before, self.unit)
        if before == self.written:
            return f"as before, {before}" if ours else "as before"
        return f"{'up' if ours > theirs else 'down'} from {before}"

    @property
    def tone(self) -> str:
        """Say whether it went the good way: `kept` or `soon`; empty if that can't be said."""
        if self.target is not None:
            met = self.target.met(self.value)
            return "" if met is None else ("kept" if met else "missed")
        ours, theirs = as_number(self.value), as_number(self.before)
        if not self.better or ours is None or theirs is None or ours == theirs:
            return ""
        return "kept" if (ours < theirs) == (self.better == "lower") else "soon"

    @property
    def wanted(self) -> str:
        """Write its target; empty if it has none."""
        if self.target is None:
            return ""
        bound = "at most" if self.target.at_most else "at least"
        return f"{bound} {write_target(self.target.value, self.unit)}"


FiguresByName = Mapping[str, Callable[[], Figure]]


@dataclass(frozen=True)
class SubjectFigures:
    """All that a subject says of one period, on its screen, in its exports and in reports."""

    figures: tuple[Figure, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[FigureTable, ...] = ()
    notes: tuple[str, ...] = ()

    def figure(self, name: str) -> Figure | None:
        """Give the figure of that name."""
        return next((one for one in self.figures if one.name == name), None)


@dataclass(frozen=True)
class Subject:
    """One subject of the measures: its name in addresses, its title, and its figures.

    `figures` is called with a PeriodChoice and `at`, reads, and changes nothing. `each` gives the
    same figures by their names, in their order, and looks for what one says once it is called:
    where that is less work than all of them with pictures and tables. `clocks`: whether one can
    choose the clock that its lengths are counted by. Only `readers` see its screen, and nobody
    while it `is_there` not. `of_a_time`: it says something else of each period.
    """

    name: str
    title: str
    says: str
    figures: Callable[..., SubjectFigures]
    clocks: bool = False
    is_there: Callable[[], bool] = lambda: True
    of_a_time: bool = True
    readers: Readers = "anyone"
    each: Callable[..., FiguresByName] | None = None

    @property
    def address(self) -> str:
        """Give the path of its screen."""
        return path_to("measure", self.name)

    def alone(self, choice: PeriodChoice, name: str, *, at: datetime) -> Figure | None:
        """Give the figure of that name; None if there is none."""
        if self.each is None:
            return self.figures(choice, at=at).figure(name)
        give = self.each(choice, at=at).get(name)
        return give() if give else None

    def only_figures(self, choice: PeriodChoice, *, at: datetime) -> tuple[Figure, ...]:
        """Give its figures, without pictures and tables."""
        if self.each is None:
            return self.figures(choice, at=at).figures
        return tuple(give() for give in self.each(choice, at=at).values())
