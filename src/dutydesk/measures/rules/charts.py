"""Charts as values: what is shown, in words and numbers. `plots` draws them, each on its own scale.

Each has its numbers as a table, since none is shown without.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Literal

from dutydesk.kernel.periods import Period
from dutydesk.measures.rules.distributions import Distribution
from dutydesk.measures.rules.grids import Grid
from dutydesk.measures.rules.tables import FigureColumn, FigureLine, FigureTable, table
from dutydesk.measures.rules.values import Unit, Value, as_number, write, write_target

MOST_ROWS = 30
"""How many dots are listed under a picture; all of them are in the export of its subject."""


@dataclass(frozen=True, slots=True)
class Point:
    """One place of a trend: its label, its value or None if there is none, and where it leads."""

    label: str
    value: Value
    of: str = ""
    address: str = ""


@dataclass(frozen=True)
class Trend:
    """Values in order, as bars or as a line, with the target if there is one; the last is ours."""

    name: str
    title: str
    unit: Unit
    points: tuple[Point, ...]
    target: int | float | timedelta | None = None
    kind: Literal["bars", "line"] = "bars"

    @property
    def empty(self) -> bool:
        """Say whether there is nothing that a picture could show."""
        return not any(as_number(point.value) for point in self.points)

    @property
    def says(self) -> str:
        """Say in words what the picture shows."""
        known = [point for point in self.points if point.value is not None]
        if not known:
            return "Nothing is known of it in this time."
        if self.empty:
            none = "None" if self.unit == "count" else write(known[0].value, self.unit)
            return f"{none} from {known[0].label} to {known[-1].label}."
        pick, which = (min, "least") if self.unit == "uptime" else (max, "most")
        found = pick(known, key=lambda point: as_number(point.value) or 0.0)
        words = f"{known[0].label} {write(known[0].value, self.unit)}"
        if len(known) > 1:
            words += f", {known[-1].label} {write(known[-1].value, self.unit)}"
        words += f"; the {which}, {write(found.value, self.unit)}, in {found.label}."
        if self.target is not None:
            words += f" The target is {write_target(self.target, self.unit)}."
        return words

    @property
    def table(self) -> FigureTable:
        """Give its numbers."""
        columns = [FigureColumn("period", "Period"), FigureColumn("value", self.title, self.unit)]
        if any(point.of for point in self.points):
            columns.append(FigureColumn("of", "Of"))
        lines = [
            FigureLine((point.label, point.value, point.of)[: len(columns)], point.address)
            for point in self.points
        ]
        return table(self.name, self.title, columns, lines)


@dataclass(frozen=True)
class Dots:
    """Every one as a dot on a time axis, with median and 90th percentile; lengths by powers."""

    name: str
    title: str
    unit: Unit
    period: Period
    found: Distribution | None

    @property
    def empty(self) -> bool:
        """Say whether there is no dot."""
        return self.found is None

    @property
    def says(self) -> str:
        """Say in words what the picture shows."""
        if self.found is None:
            return "None could be measured in this time."
        found = self.found
        median, p90, mean = (write(v, self.unit) for v in (found.median, found.p90, found.mean))
        return f"{found.count} in all: median {median}, mean {mean}, 90th percentile {p90}."

    @property
    def table(self) -> FigureTable:
        """Give its numbers: each dot, the longest first."""
        dots = self.found.dots if self.found else ()
        ordered = islice(sorted(dots, key=lambda dot: dot.value, reverse=True), MOST_ROWS)
        columns = (
            FigureColumn("title", "What"),
            FigureColumn("at", "When", "moment"),
            FigureColumn("value", self.title, self.unit),
        )
        lines = [
            FigureLine((dot.title or f"{dot.many} about here", dot.at, dot.value), dot.address)
            for dot in ordered
        ]
        more = len(dots) > MOST_ROWS
        return table(
            self.name, self.title, columns, lines, note="The longest ones." if more else ""
        )


@dataclass(frozen=True)
class Multiples:
    """The same picture for several things, all on one scale, to compare them."""

    name: str
    title: str
    trends: tuple[Trend, ...]

    @property
    def empty(self) -> bool:
        """Say whether none of the pictures shows anything."""
        return all(trend.empty for trend in self.trends)

    @property
    def says(self) -> str:
        """Say in words what the pictures show."""
        return f"{len(self.trends)} pictures on one scale."

    @property
    def table(self) -> FigureTable:
        """Give the numbers of all: a row for each thing."""
        labels = [point.label for point in self.trends[0].points] if self.trends else []
        unit: Unit = self.trends[0].unit if self.trends else "count"
        columns = [
            FigureColumn("what", "What"),
            *(FigureColumn(label, label, unit) for label in labels),
        ]
        lines = [
            FigureLine((trend.title, *(point.value for point in trend.points)))
            for trend in self.trends
        ]
        return table(self.name, self.title, columns, lines)


@dataclass(frozen=True)
class Strip:
    """A year as a strip of days, the darker the more there was; None where nothing is known."""

    name: str
    title: str
    days: tuple[tuple[date, int | float | None], ...]
    unit: Unit = "count"

    @property
    def empty(self) -> bool:
        """Say whether no day has any."""
        return not any(value for _, value in self.days)

    @property
    def says(self) -> str:
        """Say in words what the picture shows."""
        known = [(value, day) for day, value in self.days if value]
        if not known:
            return "No day has any."
        value, day = max(known)
        most = f"{write(value, self.unit)} on {write(day, 'day')}"
        return f"{len(known)} of {len(self.days)} days have any; the most, {most}."

    @property
    def table(self) -> FigureTable:
        """Give its numbers: the days that have any."""
        columns = (FigureColumn("day", "Day", "day"), FigureColumn("value", self.title, self.unit))
        return table(
            self.name,
            self.title,
            columns,
            [FigureLine((day, value)) for day, value in self.days if value],
        )


@dataclass(frozen=True)
class Stacks:
    """Bars that are made of parts; each series has a value for each label.

    `colours` are names of the style's, for series whose meaning has one.
    """

    name: str
    title: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[int, ...]], ...]
    unit: Unit = "count"
    colours: tuple[str, ...] = ("s0", "s1", "s2", "s3", "s4", "s5")

    @property
    def empty(self) -> bool:
        """Say whether no bar has any part."""
        return not any(value for _, values in self.series for value in values)

    @property
    def says(self) -> str:
        """Say in words what the picture shows."""
        if self.empty:
            return f"None from {self.labels[0]} to {self.labels[-1]}." if self.labels else "None."
        sums = "; ".join(f"{name}: {sum(values)}" for name, values in self.series)
        return f"In all, {sums}."

    @property
    def table(self) -> FigureTable:
        """Give its numbers: a row for each label."""
        columns = [FigureColumn("period", "Period")]
        columns += [FigureColumn(name, name, self.unit) for name, _ in self.series]
        return table(self.name, self.title, columns, self._lines())

    def _lines(self) -> Iterator[FigureLine]:
        for place, label in enumerate(self.labels):
            yield FigureLine((label, *(values[place] for _, values in self.series)))


Chart = Trend | Dots | Multiples | Strip | Stacks | Grid
