"""Tables that are sorted, narrowed and paged by their address.

A table says what can be asked of it; whatever an address asks beyond that counts as not asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar
from urllib.parse import parse_qsl, urlencode

from django.core.paginator import Page, Paginator
from django.db.models import F, Model, QuerySet
from django.utils.functional import cached_property

from dutydesk.kernel import bounds

LONGEST_SEARCH = 200
ROWS_OF_A_PAGE = 50
MOST_COUNTED = 10_000
"""So many rows are counted and paged through; who looks for others narrows or turns the order."""
_OURS = ("sort", "page", "q")
_Row = TypeVar("_Row", bound=Model)


class Pages(Paginator):  # type: ignore[type-arg]
    """Pages of the first MOST_COUNTED rows, for tables that grow for years."""

    object_list: QuerySet[Any]

    @cached_property
    def count(self) -> int:
        """Give how many rows are paged through."""
        return self.object_list.order_by()[:MOST_COUNTED].count()

    @property
    def more(self) -> bool:
        """Say whether there may be more rows."""
        return self.count == MOST_COUNTED


@dataclass(frozen=True, slots=True)
class Column:
    """A column: how addresses call it, its title, and what rising and falling mean in it.

    `field` is what it is sorted by, if that is not called as the column is. `gaps`: some rows have
    nothing in it, and are last in both orders.
    """

    name: str
    title: str
    rises: str = "A to Z"
    falls: str = "Z to A"
    sorts: bool = True
    numbers: bool = False
    field: str = ""
    gaps: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to narrow a table to one of some values. `options` are (value, label) pairs."""

    name: str
    title: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading as a reader sees it: how it is sorted, and where a press leads."""

    title: str
    address: str
    sorted: Literal["ascending", "descending", ""]
    numbers: bool


@dataclass(frozen=True, slots=True)
class Table:
    """What can be asked of a table. `sort` is a column's name, after a minus if it falls.

    `search` is the label of its search field; without one, nothing is searched.
    """

    columns: tuple[Column, ...]
    sort: str
    choices: tuple[Choice, ...] = ()
    search: str = ""

    def asked(self, query: str) -> "TableQuery":
        """Read what the end of an address asks, of which only what the table offers counts."""
        pairs = tuple(parse_qsl(query))
        given = dict(reversed(pairs))  # The first of each name.
        offered = {choice.name: dict(choice.options) for choice in self.choices}
        words = given.get("q", "").strip() if self.search else ""
        sort = given.get("sort", "")
        return TableQuery(
            table=self,
            sort=sort if sort in dict(self.orders) else self.sort,
            page=bounds.number(given.get("page", "")) or 1,
            words=words if len(words) <= LONGEST_SEARCH and bounds.is_line(words) else "",
            chosen={
                name: given[name] for name, values in offered.items() if given.get(name) in values
            },
            kept=tuple(pair for pair in pairs if pair[0] not in (*_OURS, *offered)),
        )

    @property
    def orders(self) -> tuple[tuple[str, str], ...]:
        """Give each order that it can be sorted in, in words."""
        sortable = [column for column in self.columns if column.sorts]
        return tuple(
            (f"{sign}{column.name}", f"{column.title}, {words}")
            for column in sortable
            for sign, words in (("", column.rises), ("-", column.falls))
        )


@dataclass(frozen=True, slots=True)
class TableQuery:
    """What an address asks of a table; `kept` are its parameters that are no business of ours."""

    table: Table
    sort: str
    page: int
    words: str
    chosen: Mapping[str, str]
    kept: tuple[tuple[str, str], ...]

    @property
    def narrowed(self) -> bool:
        """Say whether not everything is shown."""
        return bool(self.words or self.chosen)

    @property
    def by(self) -> str:
        """Name the column that it is sorted by."""
        return self.sort.removeprefix("-")

    @property
    def falls(self) -> bool:
        """Say whether the largest comes first."""
        return self.sort.startswith("-")

    @property
    def headings(self) -> list[Heading]:
        """Give the headings of all columns."""
        return [self._heading(column) for column in self.table.columns]

    @property
    def everything(self) -> str:
        """Give the address that asks for all rows, in the same order."""
        return replace(self, words="", chosen={}).address()

    def _heading(self, column: Column) -> Heading:
        if not column.sorts:
            return Heading(column.title, "", "", column.numbers)
        state: Literal["ascending", "descending", ""] = ""
        if column.name == self.by:
            state = "descending" if self.falls else "ascending"
        other = column.name if state == "descending" else f"-{column.name}"
        next_sort = other if state else column.name
        return Heading(column.title, self.address(sort=next_sort), state, column.numbers)

    def page_of(self, rows: QuerySet[_Row], *ties: str) -> Page[_Row]:
        """Give the page of these rows that is asked for; `ties` order those that are alike."""
        column = next(one for one in self.table.columns if one.name == self.by)
        by = F(column.field or column.name)
        last = True if column.gaps else None  # An index holds them where PostgreSQL puts them.
        first = by.desc(nulls_last=last) if self.falls else by.asc(nulls_last=last)
        return Pages(rows.order_by(first, *ties), ROWS_OF_A_PAGE).get_page(self.page)

    def address(self, *, sort: str = "", page: int = 1) -> str:
        """Give the address that asks for the same in another order, or for another page."""
        order = sort or self.sort
        ours = {
            "q": self.words,
            **self.chosen,
            "sort": order if order != self.table.sort else "",
            "page": str(page) if page > 1 else "",
        }
        said = [(name, value) for name, value in ours.items() if value]
        return "?" + urlencode([*self.kept, *said])
