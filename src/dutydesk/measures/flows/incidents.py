"""Incidents: how many, how many high, by service, criterion and quarter, and how long each took.

Clause `measure.incidents`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property, partial

from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.measures.flows.incident_groups import Group, by_criterion, by_day, by_service
from dutydesk.measures.flows.incident_lengths import counted, dots, over_time
from dutydesk.measures.flows.incident_rows import (
    all_rows,
    measured_rows,
    not_counted,
    not_timed,
    unit_of,
    unmeasured,
)
from dutydesk.measures.flows.incident_times import Counted
from dutydesk.measures.flows.targets import target_of
from dutydesk.measures.rules.charts import Chart, Dots, Point, Stacks, Strip, Trend
from dutydesk.measures.rules.choices import PeriodChoice, containing
from dutydesk.measures.rules.distributions import Distribution, Dot, described
from dutydesk.measures.rules.figures import (
    Figure,
    FiguresByName,
    LeftOut,
    Subject,
    SubjectFigures,
)
from dutydesk.measures.rules.steps import DECLARE, DETECT, FIRST_WORD, REPAIR, RESOLVE, MeasuredSpan
from dutydesk.measures.rules.tables import FigureColumn, FigureLine, FigureTable, table
from dutydesk.process.flows import process
from dutydesk.process.rules.hours import Clock

TIMES = (DETECT, DECLARE, FIRST_WORD, REPAIR, RESOLVE)
_COUNTS = (FigureColumn("incidents", "Incidents", "count"), FigureColumn("high", "High", "count"))


@dataclass
class _Asked:
    """A time of which figures are asked: what several of them say is looked for once."""

    choice: PeriodChoice
    at: datetime

    def __post_init__(self) -> None:
        """Ask which days are tallied, by the terms in force."""
        self.clock = process.in_force().clock(self.choice.clock)
        self.tallies = DayTallies(self.at)

    @cached_property
    def first(self) -> tuple[Figure, tuple[Counted, ...], tuple[LeftOut, ...]]:
        """Give how many there were, those of the trend, and what was left out."""
        return first(self.choice, self.tallies)

    @cached_property
    def counted(self) -> tuple[Counted, Counted]:
        """Give the period before and this one, with all lengths."""
        periods = (self.choice.previous.period, self.choice.period)
        before, now = counted(self.tallies, periods, self.clock, TIMES)
        return before, now

    @property
    def each(self) -> dict[str, Callable[[], Figure]]:
        """Give what works out each figure, by its name."""
        return {
            "incidents": lambda: self.first[0],
            "high": lambda: high(self.choice, *self.counted, self.first[1]),
            **{span.name: partial(self._timing, span) for span in TIMES},
        }

    def _timing(self, span: MeasuredSpan) -> Figure:
        return timing(self.choice, self.clock, span, *self.counted)


def figures(choice: PeriodChoice, *, at: datetime) -> SubjectFigures:
    """Give the incidents of a period, on the clock that was chosen."""
    asked = _Asked(choice, at)
    clock, tallies, (_, now) = asked.clock, asked.tallies, asked.counted
    _, trend, left = asked.first
    rows, guessed = all_rows(choice, clock, now.count), not_timed(tallies, choice, clock)
    spans = [span for span in TIMES if now.spread(span)]
    every = dots(tallies, choice.period, clock, spans, now.count)
    return SubjectFigures(
        figures=tuple(give() for give in asked.each.values()),
        charts=(
            _priorities(choice, trend),
            _year(tallies, choice),
            *(dots_of(choice, clock, s, now.spread(s), every[s.name]) for s in spans),
        ),
        tables=(
            *_groups(tallies, choice),
            _quarters(tallies, choice, clock),
            rows,
            *(one.rows for one in (*left, *guessed) if one.rows),
        ),
        notes=(_clock_note(clock), *left_notes(left, guessed)),
    )


def each(choice: PeriodChoice, *, at: datetime) -> FiguresByName:
    """Give each of these figures by its name, which looks for no more than it says."""
    return _Asked(choice, at).each


def first(
    choice: PeriodChoice, tallies: DayTallies
) -> tuple[Figure, tuple[Counted, ...], tuple[LeftOut, ...]]:
    """Give how many incidents there were, those of the trend, and what was left out.

    None is 0: that nothing happened is known.
    """
    clock = process.in_force().clock(choice.clock)
    before, now, trend = over_time(tallies, choice, clock)
    target = target_of("incidents", choice)
    left = not_counted(tallies, choice, clock)
    figure = Figure(
        "incidents",
        "Incidents",
        now.count,
        "count",
        f"{now.high} of high priority" if now.judged or not now.count else "priority not known",
        before.count,
        target,
        "lower",
        "An incident counts in the period in which it was declared or, if that isn't known, in"
        " which it was first known of.",
        all_rows(choice, clock, now.count),
        left,
        Trend(
            "incidents-trend",
            "Incidents",
            "count",
            tuple(
                Point(one.label, found.count, f"{found.high} high", one.query)
                for one, found in zip(choice.trend, trend, strict=True)
            ),
            target.value if target else None,
        ),
    )
    return figure, trend, left


def high(choice: PeriodChoice, before: Counted, now: Counted, trend: tuple[Counted, ...]) -> Figure:
    """Give how many were of high priority; None where nobody judged any."""
    points = tuple(
        Point(one.label, _high(found), f"of {found.count}", one.query)
        for one, found in zip(choice.trend, trend, strict=True)
    )
    return Figure(
        "high",
        "High-priority incidents",
        _high(now),
        "count",
        f"of {now.count}" if now.count else "",
        _high(before),
        better="lower",
        says="Those to which a criterion for high priority applies; a log may not say it.",
        trend=Trend("high-trend", "High-priority incidents", "count", points),
    )


def timing(
    choice: PeriodChoice, clock: Clock, span: MeasuredSpan, before: Counted, now: Counted
) -> Figure:
    """Give the median of a length of time, with how many it is of, the mean and the rest."""
    found, earlier = now.spread(span), before.spread(span)
    known = found.count if found else 0
    left = (unmeasured(choice, clock, span, now.count - known),) if now.count > known else ()
    return Figure(
        span.name,
        span.title,
        found.median if found else None,
        unit_of(clock),
        described(found, now.count, unit_of(clock)),
        earlier.median if earlier else None,
        better="lower",
        says=f"{span.says} The median, in {clock.title.lower()}.",
        made_of=measured_rows(choice, clock, span, known),
        left_out=left,
    )


def dots_of(
    choice: PeriodChoice,
    clock: Clock,
    span: MeasuredSpan,
    found: Distribution | None,
    every: tuple[Dot, ...],
) -> Dots:
    """Give every incident as a dot, with the median and the 90th percentile."""
    whole = replace(found, dots=every) if found is not None else None
    title = f"{span.title}, in {clock.title.lower()}"
    return Dots(f"{span.name}-dots", title, unit_of(clock), choice.period, whole)


def _high(found: Counted) -> int | None:
    return found.high if found.judged or not found.count else None


def _priorities(choice: PeriodChoice, trend: tuple[Counted, ...]) -> Chart:
    other = tuple(found.count - found.high for found in trend)
    return Stacks(
        "priorities",
        "Incidents by priority",
        tuple(one.label for one in choice.trend),
        (("high", tuple(found.high for found in trend)), ("other", other)),
    )


def _year(tallies: DayTallies, choice: PeriodChoice) -> Strip:
    """Give the year in which the period ends, day by day."""
    year = containing("year", choice.last, choice.zone)
    found = by_day(tallies, year.period)
    days = ((year.first + timedelta(days=n)) for n in range((year.until - year.first).days))
    return Strip("days", f"Incidents by day, {year.title}", tuple((d, _on(d, found)) for d in days))


def _on(day: date, found: dict[date, int]) -> int:
    return found.get(day, 0)


def _groups(tallies: DayTallies, choice: PeriodChoice) -> tuple[FigureTable, FigureTable]:
    texts = {one.id: one.text for one in process.in_force().incidents.high}
    criteria = [
        (texts.get(name, name) or "none of them", count, high_ones)
        for name, count, high_ones in by_criterion(tallies, choice.period)
    ]
    return (
        _group(
            "by-service",
            "By service",
            FigureColumn("service", "Service"),
            by_service(tallies, choice.period),
        ),
        _group("by-criterion", "By criterion", FigureColumn("criterion", "Criterion"), criteria),
    )


def _group(name: str, title: str, column: FigureColumn, found: list[Group]) -> FigureTable:
    nothing = "No incident in this time."
    return table(name, title, (column, *_COUNTS), [FigureLine(one) for one in found], nothing)


def _quarters(tallies: DayTallies, choice: PeriodChoice, clock: Clock) -> FigureTable:
    """Give the last eight quarters."""
    quarters = containing("quarter", choice.last, choice.zone, choice.clock).trend
    found = counted(tallies, [one.period for one in quarters], clock, (RESOLVE,))
    unit = unit_of(clock)
    columns = (
        FigureColumn("quarter", "Quarter"),
        *_COUNTS,
        FigureColumn("resolve_median", "Median time to resolve", unit),
        FigureColumn("resolve_mean", "Mean", unit),
        FigureColumn("resolve_of", "Of", "count"),
    )
    lines = []
    for one, each in zip(reversed(quarters), reversed(found), strict=True):
        spread = each.spread(RESOLVE)
        lengths = (spread.median, spread.mean, spread.count) if spread else (None, None, 0)
        lines.append(FigureLine((one.title, each.count, _high(each), *lengths), one.query))
    return table("quarters", "By quarter", columns, lines)


def _clock_note(clock: Clock) -> str:
    return f"Lengths are counted in {clock.title.lower()}; a length that isn't known is left out."


def left_notes(left: Sequence[LeftOut], guessed: Sequence[LeftOut]) -> tuple[str, ...]:
    """Say what was left out of every figure, and what of lengths of time only."""
    return (
        *(f"Not counted, {one.reason}: {one.count}." for one in left),
        *(f"Counted, but in no length of time, {one.reason}: {one.count}." for one in guessed),
    )


INCIDENTS = Subject(
    "incidents",
    "Incidents",
    "How many incidents there were, where, and how long each step took.",
    figures,
    clocks=True,
    each=each,
)
