"""Where everything in a chart lies. Across in percent, down in pixels, so that text keeps its size.

So a picture is as wide as there is room, and nothing in it is stretched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, log10
from typing import NamedTuple

from dutydesk.measures.rules.charts import Dots, Stacks, Strip, Trend
from dutydesk.measures.rules.values import Unit, as_number, write, write_target

LEFT, RIGHT = 10.0, 99.0
TOP, HEIGHT, FOOT = 18, 130, 20
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_LENGTHS = (
    *(n * _MINUTE for n in (2, 4, 10, 20, 30)),
    *(n * _HOUR for n in (1, 2, 4, 8, 12, 24)),
    *(n * _DAY for n in (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)),
)
_POWERS = (
    (1, "0"),
    (_MINUTE, "1 min"),
    (10 * _MINUTE, "10 min"),
    (_HOUR, "1 h"),
    (8 * _HOUR, "8 h"),
    (2 * _DAY, "48 h"),
    (14 * _DAY, "336 h"),
    (100 * _DAY, "2400 h"),
    (1000 * _DAY, "24000 h"),
)
_WEEK = 7
_MANY, _FEW = 7, 3
"""So many words fit below a picture, and below one of several that stand beside each other."""


class Rect(NamedTuple):
    """A bar or a day."""

    css: str
    x: str
    y: str
    width: str
    height: str
    title: str = ""


class Circle(NamedTuple):
    """A dot."""

    css: str
    x: str
    y: str
    r: str
    title: str = ""


class Rule(NamedTuple):
    """A straight line."""

    css: str
    x1: str
    y1: str
    x2: str
    y2: str


class Label(NamedTuple):
    """A few words. `often`: a narrow picture leaves them out."""

    css: str
    x: str
    y: str
    text: str


@dataclass(frozen=True)
class Plot:
    """A picture of so many pixels high, with what its colours mean."""

    height: int
    rects: tuple[Rect, ...] = ()
    circles: tuple[Circle, ...] = ()
    rules: tuple[Rule, ...] = ()
    labels: tuple[Label, ...] = ()
    key: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Scale:
    """Puts values between `low` and `high` on the height of a picture."""

    low: float
    high: float
    unit: Unit

    def y(self, value: float) -> float:
        """Give where a value lies, in pixels from above."""
        share = (min(max(value, self.low), self.high) - self.low) / ((self.high - self.low) or 1)
        return TOP + HEIGHT * (1 - share)

    @property
    def grid(self) -> tuple[tuple[Rule, Label], ...]:
        """Give the lines at its foot, middle and top, with what each means."""
        ticks = (self.low, (self.low + self.high) / 2, self.high)
        return tuple(_grid_line(self.y(tick), _tick(tick, self.unit)) for tick in ticks)


def scale_of(values: Sequence[float], unit: Unit) -> Scale:
    """Give the scale on which these all lie, whose half and whole are round."""
    if unit == "score":
        return Scale(1, 5, unit)
    most = max(values, default=0)
    if unit in ("share", "uptime"):
        return _share_scale(values)
    if unit in ("elapsed", "clocked"):
        return Scale(0, next((top for top in _LENGTHS if top >= most), most), unit)
    power = 10 ** max(0, ceil(log10(most)) - 1) if most > 0 else 1
    return Scale(0, next(n * power for n in (2, 4, 6, 10) if n * power >= most), unit)


def _share_scale(values: Sequence[float]) -> Scale:
    """Give all of it, or what lies close below the whole, where all values lie there."""
    least = min(values, default=0)
    for low in (0.999, 0.99, 0.9):
        if low <= least <= 1:
            return Scale(low, 1, "share")
    return Scale(0, 1, "share")


def trend_plot(trend: Trend, scale: Scale | None = None) -> Plot:
    """Draw a trend; `scale` is given where several share one."""
    if trend.empty:
        return Plot(0)
    values = [as_number(point.value) for point in trend.points]
    target = as_number(trend.target)
    known = [value for value in (*values, target) if value is not None]
    shared, scale = scale is not None, scale or scale_of(known, trend.unit)
    step = (RIGHT - LEFT) / max(len(values), 1)
    middles = [LEFT + step * (place + 0.5) for place in range(len(values))]
    titles = [f"{p.label}: {write(p.value, trend.unit)}" for p in trend.points]
    rules = [line for line, _ in scale.grid]
    labels = [label for _, label in scale.grid]
    labels += _below([p.label for p in trend.points], middles, _FEW if shared else _MANY)
    if target is not None:
        rules.append(Rule("target", _pc(0), _px(scale.y(target)), _pc(100), _px(scale.y(target))))
    key = (
        (("target", f"target {write_target(trend.target, trend.unit)}"),)
        if trend.target is not None
        else ()
    )
    if trend.kind == "bars":
        rects = _bars(values, titles, middles, step, scale)
        return Plot(TOP + HEIGHT + FOOT, rects, (), tuple(rules), tuple(labels), key)
    dots = tuple(
        Circle("dot-of", _pc(x), _px(scale.y(value)), "4", title)
        for x, value, title in zip(middles, values, titles, strict=True)
        if value is not None
    )
    rules += _segments(values, middles, scale)
    return Plot(TOP + HEIGHT + FOOT, (), dots, tuple(rules), tuple(labels), key)


def _bars(
    values: Sequence[float | None],
    titles: Sequence[str],
    middles: Sequence[float],
    step: float,
    scale: Scale,
) -> tuple[Rect, ...]:
    foot, last = scale.y(scale.low), len(values) - 1
    return tuple(
        Rect(
            "bar-of" if place == last else "bar-of before",
            _pc(middles[place] - step * 0.36),
            _px(min(scale.y(value), foot - 2) if value > scale.low else foot - 1),
            _pc(step * 0.72),
            _px(max(foot - scale.y(value), 2) if value > scale.low else 1),
            titles[place],
        )
        for place, value in enumerate(values)
        if value is not None
    )


def _segments(values: Sequence[float | None], middles: Sequence[float], scale: Scale) -> list[Rule]:
    """Join neighbours that both are known; a gap stays a gap."""
    places = range(len(values) - 1)
    pairs = ((place, values[place], values[place + 1]) for place in places)
    return [
        Rule("line-of", _pc(middles[p]), _px(scale.y(one)), _pc(middles[p + 1]), _px(scale.y(two)))
        for p, one, two in pairs
        if one is not None and two is not None
    ]


def dots_plot(dots: Dots) -> Plot:
    """Draw every dot, lengths by powers, with lines at the median and the 90th percentile."""
    if dots.found is None:
        return Plot(0)
    lengths = [dot.value.total_seconds() for dot in dots.found.dots]
    low, high = _log_bounds([*lengths, dots.found.p90.total_seconds()])
    first, step = log10(low), HEIGHT / (log10(high) - log10(low))

    def y(length: float) -> float:
        return TOP + HEIGHT - min(max((log10(max(length, 1)) - first) * step, 0), HEIGHT)

    start, unit = dots.period.start, dots.unit
    across = (RIGHT - LEFT) / dots.period.length.total_seconds()
    circles = tuple(
        Circle(
            "dot-of",
            _pc(LEFT + across * (dot.at - start).total_seconds()),
            _px(y(length)),
            _radius(dot.many),
            f"{dot.title or f'{dot.many} about here'}: {write(dot.value, unit)}",
        )
        for dot, length in zip(dots.found.dots, lengths, strict=True)
    )
    grid = [_grid_line(y(power), text) for power, text in _POWERS if low <= power <= high]
    lines = [rule for rule, _ in grid]
    for css, value in (("median", dots.found.median), ("p90", dots.found.p90)):
        at = _px(y(value.total_seconds()))
        lines.append(Rule(css, _pc(LEFT), at, _pc(100), at))
    key = (
        ("median", f"median {write(dots.found.median, dots.unit)}"),
        ("p90", f"90th percentile {write(dots.found.p90, dots.unit)}"),
    )
    return Plot(TOP + HEIGHT + 8, (), circles, tuple(lines), tuple(one for _, one in grid), key)


@lru_cache(maxsize=1024)
def _radius(many: int) -> str:
    """Give how large a dot is that stands for so many."""
    return f"{min(4 + log10(many) * 2, 9):.1f}"


def _log_bounds(lengths: Sequence[float]) -> tuple[float, float]:
    """Give the powers around these lengths."""
    marks = [power for power, _ in _POWERS]
    low = max((mark for mark in marks if mark <= max(min(lengths), 1)), default=marks[0])
    high = min((mark for mark in marks if mark >= max(lengths)), default=marks[-1])
    if low < high:
        return low, high
    place = min(marks.index(low), len(marks) - 2)
    return marks[place], marks[place + 1]


def stacks_plot(stacks: Stacks) -> Plot:
    """Draw stacked bars, the first series at the foot."""
    if stacks.empty:
        return Plot(0)
    totals = [
        sum(values[place] for _, values in stacks.series) for place in range(len(stacks.labels))
    ]
    scale = scale_of(totals, stacks.unit)
    step = (RIGHT - LEFT) / max(len(totals), 1)
    middles = [LEFT + step * (place + 0.5) for place in range(len(totals))]
    rects, below, colours = [], [0.0] * len(totals), stacks.colours
    for number, (name, values) in enumerate(stacks.series):
        for place, value in enumerate(values):
            if not value:
                continue
            top, foot = scale.y(below[place] + value), scale.y(below[place])
            title = f"{stacks.labels[place]}, {name}: {value}"
            x, width = _pc(middles[place] - step * 0.36), _pc(step * 0.72)
            rects.append(
                Rect(colours[number % len(colours)], x, _px(top), width, _px(foot - top), title)
            )
            below[place] += value
    labels = [*(label for _, label in scale.grid), *_below(stacks.labels, middles)]
    key = tuple(
        (colours[number % len(colours)], name) for number, (name, _) in enumerate(stacks.series)
    )
    rules = tuple(line for line, _ in scale.grid)
    return Plot(TOP + HEIGHT + FOOT, tuple(rects), (), rules, tuple(labels), key)


def strip_plot(strip: Strip) -> Plot:
    """Draw a day as a square: weeks across, days of the week down, months named above."""
    if strip.empty:
        return Plot(0)
    offset = strip.days[0][0].weekday()
    weeks = (len(strip.days) + offset + _WEEK - 1) // _WEEK
    step, most = 100 / weeks, max((value or 0 for _, value in strip.days), default=0)
    rects, labels = [], []
    for place, (day, value) in enumerate(strip.days):
        week, row = divmod(place + offset, _WEEK)
        if day.day == 1:
            labels.append(Label("at-start", _pc(step * week), "11", f"{day:%b}"))
        shade = 0 if not value else ceil(4 * value / most)
        title = f"{write(day, 'day')}: {write(value, strip.unit)}"
        css = "unknown" if value is None else f"shade{shade}"
        rects.append(
            Rect(css, _pc(step * week), _px(TOP + row * 13), _pc(step * 0.84), "11", title)
        )
    key = (("shade0", "none"), ("shade1", "few"), ("shade4", f"at most {write(most, strip.unit)}"))
    return Plot(TOP + _WEEK * 13, tuple(rects), (), (), tuple(labels), key)


def _below(texts: Sequence[str], middles: Sequence[float], most: int = _MANY) -> list[Label]:
    """Give the words below an axis: all of them where there is room, else every so many."""
    every = ceil(len(texts) / most) or 1
    return [
        Label(
            "often" if (len(texts) - 1 - place) % (every * 2) else "",
            _pc(x),
            _px(TOP + HEIGHT + 15),
            text,
        )
        for place, (text, x) in enumerate(zip(texts, middles, strict=True))
        if not (len(texts) - 1 - place) % every
    ]


def _grid_line(y: float, text: str) -> tuple[Rule, Label]:
    return Rule("grid", _pc(0), _px(y), _pc(100), _px(y)), Label("at-start", "0", _px(y - 4), text)


def _tick(value: float, unit: Unit) -> str:
    if unit in ("elapsed", "clocked"):
        hours, minutes = divmod(round(value / _MINUTE), 60)
        return (
            f"{hours} h"
            if hours and not minutes
            else (f"{hours} h {minutes}" if hours else f"{minutes} min")
        )
    if unit in ("share", "uptime"):
        return f"{value * 100:g}%"
    return f"{value:g}"


def _pc(value: float) -> str:
    return f"{value:.2f}%"


def _px(value: float) -> str:
    return f"{value:.1f}"
