"""Figures and tables for other programs, the same that the screens show."""

import json
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.figures import Figure, SubjectFigures
from dutydesk.measures.rules.tables import FigureColumn, FigureLine, FigureTable, table
from dutydesk.measures.rules.values import plain

_COLUMNS = (
    FigureColumn("figure", "Figure"),
    FigureColumn("title", "Title"),
    FigureColumn("unit", "Unit"),
    FigureColumn("value", "Value"),
    FigureColumn("before", "Before"),
    FigureColumn("target", "Target"),
    FigureColumn("of", "Of"),
)


def figures_table(figures: Iterable[Figure]) -> FigureTable:
    """Give the figures as a table; lengths are in seconds, and nothing is empty."""
    lines = [
        FigureLine(
            (
                one.name,
                one.title,
                unit_of(one),
                plain(one.value),
                plain(one.before),
                plain(one.target.value) if one.target else None,
                one.of,
            )
        )
        for one in figures
    ]
    return table("figures", "Figures", _COLUMNS, lines)


def unit_of(figure: Figure) -> str:
    """Name what a figure's value counts, for machines."""
    return "seconds" if figure.unit in ("elapsed", "clocked") else figure.unit


def json_parts(subject: str, choice: PeriodChoice, found: SubjectFigures) -> Iterator[str]:
    """Give a subject as parts of one JSON text, rows one by one."""
    head = json.dumps({"subject": subject, **described(choice)}, ensure_ascii=False)
    yield head[:-1] + ', "figures": '
    yield from json_rows(figures_table(found.figures), choice.zone)
    tables = [*found.tables, *(chart.table for chart in found.charts)]
    for place, one in enumerate(tables):
        yield (
            f', "tables": {{{json.dumps(one.name)}: '
            if not place
            else f", {json.dumps(one.name)}: "
        )
        yield from json_rows(one, choice.zone)
    yield "}}" if tables else "}"


def described(choice: PeriodChoice) -> dict[str, str]:
    """Say for machines which time was measured, half-open, and on which clock."""
    start, end = (moment.isoformat() for moment in (choice.period.start, choice.period.end))
    return {"period": choice.title, "from": start, "until": end, "clock": choice.clock}


def json_rows(shown: FigureTable, zone: ZoneInfo) -> Iterator[str]:
    """Give a table as parts of one JSON text, row by row."""
    between = "["
    for row in shown.plain_rows(zone):
        yield between + json.dumps(row, ensure_ascii=False)
        between = ",\n"
    yield "[]" if between == "[" else "]"
