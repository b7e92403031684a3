"""How long the steps of incidents took: out of tallies for years, out of the rows otherwise."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows import incident_dots, incident_series, incident_times
from dutydesk.measures.flows.day_tallies import DayTallies, LengthsAsked
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
    tallies: DayTallies, periods: Sequence[Period], clock: Clock, spans: Sequence[MeasuredSpan]
) -> tuple[Counted, ...]:
    """Count the incidents of periods that touch and rise, with the lengths of these spans."""
    if spans and periods[-1].end - periods[0].start <= LONG:
        return incident_times.counted(periods, clock, spans)
    found = []
    for period, counts in zip(periods, tallies.counts(incident_series.ALL, periods), strict=True):
        count, high, judged, _ = counts.get("", (0, 0, 0, 0))
        found.append(Counted(period, count, high, judged > 0))
    lengths = _spreads(tallies, [one.period for one in found if one.count], clock, spans)
    return tuple(replace(one, spans=lengths.get(one.period, {})) for one in found)


def _spreads(
    tallies: DayTallies, periods: Sequence[Period], clock: Clock, spans: Sequence[MeasuredSpan]
) -> dict[Period, dict[str, Distribution]]:
    """Give for each period how the lengths of each span lie, if any are known.

    Of many years with their dots, which a page wants as well: they are told once.
    """
    named = [(period, span) for period in periods for span in spans]
    asked = [
        LengthsAsked(incident_lengths(span, clock.name), period, period.length > MANY_YEARS)
        for period, span in named
    ]
    found: dict[Period, dict[str, Distribution]] = {period: {} for period in periods}
    for (period, span), spread in zip(named, tallies.all_lengths(asked), strict=True):
        if spread is not None:
            found[period][span.name] = replace(spread, dots=())
    return found


def over_time(
    tallies: DayTallies, choice: PeriodChoice, clock: Clock, spans: Sequence[MeasuredSpan] = ()
) -> tuple[Counted, Counted, tuple[Counted, ...]]:
    """Give the period before, the chosen one, and those of its trend."""
    trend = counted(tallies, [one.period for one in choice.trend], clock, spans)
    if choice.each != "range":
        return trend[-2], trend[-1], trend
    before, now = counted(tallies, (choice.previous.period, choice.period), clock, spans)
    return before, now, trend


def dots(
    tallies: DayTallies, period: Period, clock: Clock, spans: Sequence[MeasuredSpan], count: int
) -> dict[str, tuple[Dot, ...]]:
    """Give for each span a dot for every incident that was measured, or for several at once."""
    if period.length <= MANY_YEARS or count <= incident_dots.EACH_ALONE:
        return incident_dots.dots(period, clock, spans, count)
    asked = [LengthsAsked(incident_lengths(one, clock.name), period, dots=True) for one in spans]
    found = zip(spans, tallies.all_lengths(asked), strict=True)
    return {span.name: spread.dots if spread else () for span, spread in found}
