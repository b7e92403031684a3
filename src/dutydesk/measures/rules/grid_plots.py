"""Drawing a grid: columns across in percent, rows down in pixels."""

from math import ceil

from dutydesk.measures.rules.grids import Grid
from dutydesk.measures.rules.plots import TOP, Label, Plot, Rect

_LEFT, _ROW = 12.0, 16
_EVERY = 3
"""Of the columns, each third has its name below; a narrow picture has each sixth."""


def grid_plot(grid: Grid) -> Plot:
    """Draw each place in one of five shades; the first shade means none."""
    if grid.empty:
        return Plot(0)
    step, most = (100 - _LEFT) / max(len(grid.columns), 1), grid.most
    rects, labels = [], []
    for row, (title, counts) in enumerate(grid.rows):
        top = TOP + row * _ROW
        labels.append(Label("at-start", "0", f"{top + 11}", title[:3]))
        for place, count in enumerate(counts):
            shade = ceil(4 * count / most) if count else 0
            says = f"{title} {grid.columns[place]}: {count or 'none'}"
            x, width = f"{_LEFT + step * place:.2f}%", f"{step * 0.9:.2f}%"
            rects.append(Rect(f"shade{shade}", x, f"{top}", width, f"{_ROW - 2}", says))
    for place in range(0, len(grid.columns), _EVERY):
        often = "often " if place % (2 * _EVERY) else ""
        at = f"{_LEFT + step * place:.2f}%"
        labels.append(Label(f"{often}at-start", at, f"{TOP - 5}", grid.columns[place]))
    key = (("shade0", "none"), ("shade1", "few"), ("shade4", f"at most {most}"))
    height = TOP + len(grid.rows) * _ROW
    return Plot(height, tuple(rects), (), (), tuple(labels), key)
