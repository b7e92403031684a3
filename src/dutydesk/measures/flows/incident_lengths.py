"""How long the steps of incidents took: out of tallies for years, out of the rows otherwise."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows import incident_dots, incident_series, incident_times
from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.measures.flows.incident_times import Counted
from dutydesk.measures.flows.tally_series import incident_lengths
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.distributions import Distribution, Dot
from dutydesk.measures.rules.steps import MeasuredSpan
from dutydesk.process.rules.hours import Clock

LONG = timedelta(days=400)
"""The lengths of a longer time are read from tallies."""
MANY_YEARS = timedelta(days=800)
"""So are the dots of a longer one, whose columns are nearly as wide as a month."""


def counted(
    periods: Sequence[Period], clock: Clock, spans: Sequence[MeasuredSpan], at: datetime
) -> tuple[Counted, ...]:
    """Count the incidents of periods that touch and rise, with the lengths of these spans."""
    if spans and periods[-1].end - periods[0].start <= LONG:
        return incident_times.counted(periods, clock, spans)
    tallies = DayTallies(at)
    found = []
    for period, counts in zip(periods, tallies.counts(incident_series.ALL, periods), strict=True):
        count, high, judged, _ = counts.get("", (0, 0, 0, 0))
        one = Counted(period, count, high, judged > 0)
        found.append(replace(one, spans=_spreads(tallies, one, clock, spans)))
    return tuple(found)


def _spreads(
    tallies: DayTallies, one: Counted, clock: Clock, spans: Sequence[MeasuredSpan]
) -> dict[str, Distribution]:
    found = (
        (span.name, tallies.lengths(incident_lengths(span, clock.name), one.period, dots=False))
        for span in spans
        if one.count
    )
    return {name: replace(spread, dots=()) for name, spread in found if spread}


def over_time(
    choice: PeriodChoice, clock: Clock, at: datetime, spans: Sequence[MeasuredSpan] = ()
) -> tuple[Counted, Counted, tuple[Counted, ...]]:
    """Give the period before, the chosen one, and those of its trend."""
    trend = counted([one.period for one in choice.trend], clock, spans, at)
    if choice.each != "range":
        return trend[-2], trend[-1], trend
    before, now = counted((choice.previous.period, choice.period), clock, spans, at)
    return before, now, trend


def dots(
    period: Period, clock: Clock, spans: Sequence[MeasuredSpan], count: int, at: datetime
) -> dict[str, tuple[Dot, ...]]:
    """Give for each span a dot for every incident that was measured, or for several at once."""
    if period.length <= MANY_YEARS or count <= incident_dots.EACH_ALONE:
        return incident_dots.dots(period, clock, spans, count)
    tallies = DayTallies(at)
    found = (
        (span.name, tallies.lengths(incident_lengths(span, clock.name), period)) for span in spans
    )
    return {name: spread.dots if spread else () for name, spread in found}
