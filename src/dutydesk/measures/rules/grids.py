"""A chart of shades: how many there were in each hour of each day of the week."""

from dataclasses import dataclass
from functools import cached_property

from dutydesk.measures.rules.tables import FigureColumn, FigureLine, FigureTable, table


@dataclass(frozen=True)
class Grid:
    """Counts in rows and columns, each the darker the more there were."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    of: str

    @cached_property
    def most(self) -> int:
        """Give the most that are in any place."""
        return max((count for _, counts in self.rows for count in counts), default=0)

    @property
    def empty(self) -> bool:
        """Say whether no place has any."""
        return not self.most

    @property
    def says(self) -> str:
        """Say in words what the picture shows."""
        if self.empty:
            return "None in this time."
        sums = [(sum(counts), title) for title, counts in self.rows]
        row = next(title for count, title in sums if count == max(sums)[0])
        title, column = next(
            (title, self.columns[place])
            for title, counts in self.rows
            for place, count in enumerate(counts)
            if count == self.most
        )
        return (
            f"{sum(count for count, _ in sums)} {self.of}: the most, {self.most}, on {title} at "
            f"{column}; of the days, {row} has the most."
        )

    @property
    def table(self) -> FigureTable:
        """Give its numbers."""
        columns = [
            FigureColumn("row", "Day"),
            *(FigureColumn(one, one, "count") for one in self.columns),
        ]
        return table(
            self.name,
            self.title,
            columns,
            [FigureLine((name, *counts)) for name, counts in self.rows],
        )
