"""Figures, charts and tables on the screens of measures; no chart without its numbers."""

from datetime import timedelta
from functools import singledispatch
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.safestring import SafeString, mark_safe

from dutydesk.measures.rules.charts import Dots, Multiples, Stacks, Strip, Trend
from dutydesk.measures.rules.figures import Figure
from dutydesk.measures.rules.grid_plots import grid_plot
from dutydesk.measures.rules.grids import Grid
from dutydesk.measures.rules.plots import (
    Circle,
    Plot,
    Rect,
    Rule,
    dots_plot,
    scale_of,
    stacks_plot,
    strip_plot,
    trend_plot,
)
from dutydesk.measures.rules.tables import FigureLine, FigureTable
from dutydesk.measures.rules.values import as_number, write
from dutydesk.process.rules.hours import Clock

register = template.Library()
ROWS_SHOWN = 25


@register.inclusion_tag("measures/parts/chart.html", takes_context=True)
def picture(context: dict[str, Any], chart: Any, beside: str = "") -> dict[str, Any]:
    """Show a chart as a picture with its words, and its numbers one press away.

    `beside` is what stands above it: a title that says the same is not shown again.
    """
    return {
        "chart": chart,
        "drawn": _drawn(chart),
        "table": chart.table,
        "zone": context["zone"],
        "said": chart.title == beside,
    }


@register.inclusion_tag("measures/parts/figure.html", takes_context=True)
def figure(
    context: dict[str, Any], one: Figure, address: str = "", chart: bool = True
) -> dict[str, Any]:
    """Show a figure as a tile: its value, of how many, its target and how it went before."""
    return {"figure": one, "address": address, "chart": chart, "zone": context["zone"]}


@register.inclusion_tag("measures/parts/rows.html", takes_context=True)
def table_of(context: dict[str, Any], table: FigureTable, most: int = ROWS_SHOWN) -> dict[str, Any]:
    """Show a table's first rows, and how many more the export has."""
    lines = table.first(most)
    body = _body(table, lines, context["zone"])
    return {"table": table, "body": body, "more": max(table.count - len(lines), 0)}


def _body(table: FigureTable, lines: list[FigureLine], zone: ZoneInfo) -> SafeString:
    """Write rows, hundreds of cells, without a template; the first cell leads to their screen."""
    begins = [f'<td data-label="{escape(one.title)}" class="{one.css}">' for one in table.columns]
    rows = []
    for line in lines:
        texts = [escape(text) for text in table.written(line, zone)]
        if line.address:
            texts[0] = f'<a href="{escape(line.address)}">{texts[0]}</a>'
        cells = (f"{begin}{text}</td>" for begin, text in zip(begins, texts, strict=True))
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return mark_safe("\n".join(rows))


@register.simple_tag
def svg(name: str, title: str, says: str, plot: Plot) -> SafeString:
    """Draw a picture, with its title and what it says; hundreds of marks, so without a template."""
    parts = [
        f'<svg class="plot" width="100%" height="{plot.height}" role="img"'
        f' aria-labelledby="p-{name}-t p-{name}-d"><title id="p-{name}-t">{escape(title)}</title>'
        f'<desc id="p-{name}-d">{escape(says)}</desc>'
    ]
    marks: tuple[Rule | Rect | Circle, ...] = (*plot.rules, *plot.rects, *plot.circles)
    parts += map(_mark, marks)
    for label in plot.labels:
        css, text = label.css, escape(label.text)
        parts.append(f'<text class="{css}" x="{label.x}" y="{label.y}">{text}</text>')
    return mark_safe("".join((*parts, "</svg>")))


def _mark(mark: Rule | Rect | Circle) -> str:
    if isinstance(mark, Rule):
        ends = f'x1="{mark.x1}" y1="{mark.y1}" x2="{mark.x2}" y2="{mark.y2}"'
        return f'<line class="{mark.css}" {ends}></line>'
    title = f"<title>{escape(mark.title)}</title>"
    if isinstance(mark, Circle):
        return (
            f'<circle class="{mark.css}" cx="{mark.x}" cy="{mark.y}" r="{mark.r}">{title}</circle>'
        )
    place = f'x="{mark.x}" y="{mark.y}" width="{mark.width}" height="{mark.height}"'
    return f'<rect class="{mark.css}" {place} rx="1">{title}</rect>'


@register.filter
def counted_as(value: timedelta | None, clock: Clock) -> str:
    """Write a length as this clock's are written."""
    return write(value, "elapsed" if clock.hours is None else "clocked")


def _drawn(chart: Any) -> list[tuple[str, str, str, Plot]]:
    """Give each picture of a chart: its name, its title, what it says, and what is drawn."""
    if isinstance(chart, Multiples):
        values = [as_number(p.value) for trend in chart.trends for p in trend.points]
        unit = chart.trends[0].unit if chart.trends else "count"
        scale = scale_of([value for value in values if value is not None], unit)
        return [
            (f"{chart.name}-{place}", trend.title, trend.says, trend_plot(trend, scale))
            for place, trend in enumerate(chart.trends)
        ]
    return [(chart.name, chart.title, chart.says, _plot(chart))]


@singledispatch
def _plot(chart: Any) -> Plot:
    raise TypeError(f"{type(chart).__name__} is no chart.")


_plot.register(Trend)(trend_plot)
_plot.register(Dots)(dots_plot)
_plot.register(Stacks)(stacks_plot)
_plot.register(Strip)(strip_plot)
_plot.register(Grid)(grid_plot)
