"""Days as one picture: a column for each week, a square for each day, Monday on top.

A square says by its shape too how the day was: whole, filled from its foot, or hollow.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from dutydesk.availability.rules.timeline import TimeTally
from dutydesk.availability.words.shown import length, percent

MOST_DAYS = 371
_STEP, _SIDE = 12, 10
_A_LITTLE = Fraction(99, 100)
_HALF = Fraction(1, 2)


@dataclass(frozen=True)
class DayFigure:
    """How one local day was."""

    on: date
    tally: TimeTally

    @property
    def kind(self) -> str:
        """Give the class that it has in the stylesheet."""
        tally = self.tally
        if tally.down:
            share = tally.share or 0
            return "down" if share < _HALF else "partly" if share < _A_LITTLE else "little"
        if tally.up:
            return "partly-unknown" if tally.unknown > tally.up else "up"
        if tally.planned or tally.excluded:
            return "unknown" if tally.unknown > tally.planned else "planned"
        return "unknown" if tally.unknown else "none"

    @property
    def noted(self) -> bool:
        """Say whether it was other than wholly up."""
        return bool(self.tally.whole) and self.tally.up != self.tally.whole

    @property
    def says(self) -> str:
        """Say how it was."""
        tally = self.tally
        told = [f"{percent(tally.share)} up"]
        told += [
            f"{length(value)} {word}"
            for word, value in (
                ("down", tally.down),
                ("unknown", tally.unknown),
                ("planned", tally.planned),
                ("set aside", tally.excluded),
            )
            if value
        ]
        return f"{self.on:%a} {self.on.day} {self.on:%b %Y}: {', '.join(told)}"


def picture(days: Sequence[DayFigure], name: str) -> str:
    """Draw days as SVG, made of numbers, dates and words of ours only; `name` must be escaped."""
    if not days:
        return ""
    shown = days[-MOST_DAYS:]
    monday = shown[0].on - timedelta(days=shown[0].on.weekday())
    paths: dict[str, list[str]] = defaultdict(list)
    hints = []
    for day in shown:
        number = (day.on - monday).days
        x, y = number // 7 * _STEP, number % 7 * _STEP
        for kind, path in _drawn(day.kind, x, y):
            paths[kind].append(path)
        if day.noted:
            hints.append(
                f'<rect class="hint" x="{x}" y="{y}" width="{_SIDE}" height="{_SIDE}">'
                f"<title>{day.says}</title></rect>"
            )
    drawn = "".join(f'<path class="{kind}" d="{"".join(d)}"/>' for kind, d in paths.items())
    weeks = (shown[-1].on - monday).days // 7 + 1
    wide, high = weeks * _STEP + 1, 7 * _STEP + 1
    return (
        f'<svg class="calendar" viewBox="-1 -1 {wide} {high}" width="{wide * 3 // 2}"'
        f' role="img" aria-label="{name}: {_sums(shown)}">'
        f"{drawn}{''.join(hints)}</svg>"
    )


def _drawn(kind: str, x: int, y: int) -> list[tuple[str, str]]:
    """Give the shapes of a day: its ground, and how much of it is filled from its foot."""
    whole = f"M{x} {y}h{_SIDE}v{_SIDE}h-{_SIDE}z"
    filled = {"little": 4, "partly": 7}.get(kind)
    if filled is None:
        return [(kind, whole)]
    foot = f"M{x} {y + _SIDE - filled}h{_SIDE}v{filled}h-{_SIDE}z"
    return [("up", whole), ("down", foot)]


def _sums(days: Sequence[DayFigure]) -> str:
    all_of_it = TimeTally(
        up=sum((one.tally.up for one in days), timedelta()),
        down=sum((one.tally.down for one in days), timedelta()),
    )
    down = sum(bool(one.tally.down) for one in days)
    first, last = days[0].on, days[-1].on
    return (
        f"{percent(all_of_it.share)} up from {first.day} {first:%B %Y} to {last.day} {last:%B %Y}; "
        f"down on {down} of {len(days)} days"
    )
