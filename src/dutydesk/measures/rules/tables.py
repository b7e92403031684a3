"""Tables: the same rows on a screen, in CSV and in JSON."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo

from dutydesk.measures.rules.values import Cell, Unit, plain, write

Readers = Literal["anyone", "engineer", "administrator"]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class FigureColumn:
    """A column: its name for machines, its title for people, and what its values are."""

    name: str
    title: str
    unit: Unit = "text"

    @property
    def numbers(self) -> bool:
        """Say whether its values stand at the right."""
        return self.unit not in ("text", "moment", "day")

    @property
    def css(self) -> str:
        """Give how its cells are set: what is no text is never broken over two lines."""
        return "num pair" if self.numbers else ("" if self.unit == "text" else "pair")

    @property
    def exported(self) -> str:
        """Give its name with what its numbers count, where that isn't plain."""
        return f"{self.name}_seconds" if self.unit in ("elapsed", "clocked") else self.name


@dataclass(frozen=True)
class FigureLine:
    """A row: a cell for each column; `address` is the screen of the thing that it tells of."""

    cells: tuple[Cell, ...]
    address: str = ""


@dataclass(frozen=True)
class FigureTable:
    """Rows under columns. `read` gives them one by one, anew each time, so that many may be.

    `count` is how many there are; `nothing` what is said when there is none. Only `readers` see it.
    `top` gives the first so many, where that takes less than to begin with all.
    """

    name: str
    title: str
    columns: tuple[FigureColumn, ...]
    read: Callable[[], Iterable[FigureLine]]
    count: int
    nothing: str = "None."
    note: str = ""
    readers: Readers = "anyone"
    top: Callable[[int], Iterable[FigureLine]] | None = None

    def first(self, most: int) -> list[FigureLine]:
        """Give the first so many rows; where there are none, nothing is looked for."""
        if not self.count:
            return []
        return list(islice(self.top(most) if self.top else self.read(), most))

    def plain_rows(self, zone: ZoneInfo | None) -> Iterator[dict[str, str | int | float | None]]:
        """Give each row for machines, by the columns' names, with the address if it has one."""
        for line in self.read():
            row = {
                column.exported: plain(cell, zone)
                for column, cell in zip(self.columns, line.cells, strict=True)
            }
            yield row | ({"address": line.address} if line.address else {})

    def csv_rows(self, zone: ZoneInfo | None) -> Iterator[list[str | int | float | None]]:
        """Give the header and each row for CSV; no text of people's is a formula there."""
        yield [column.exported for column in self.columns]
        for line in self.read():
            yield [_tame(plain(cell, zone)) for cell in line.cells]

    def written(self, line: FigureLine, zone: ZoneInfo | None) -> list[str]:
        """Give each cell of a row as people read it."""
        return [
            write(cell, column.unit, zone)
            for column, cell in zip(self.columns, line.cells, strict=True)
        ]


def table(
    name: str,
    title: str,
    columns: Iterable[FigureColumn],
    lines: Iterable[FigureLine],
    nothing: str = "None.",
    note: str = "",
) -> FigureTable:
    """Give a table of rows that are at hand."""
    kept = tuple(lines)
    return FigureTable(name, title, tuple(columns), lambda: kept, len(kept), nothing, note)


def _tame(cell: str | int | float | None) -> str | int | float | None:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
