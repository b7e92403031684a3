"""Availability among the measures, of all services and of each. Clause measure.availability.

It is worked out by the room that measures it; here it gets a place beside what else is measured.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from dutydesk.availability.flows import figures as measured
from dutydesk.availability.flows.figures import OverallAvailability
from dutydesk.availability.rules.timeline import TimeTally
from dutydesk.kernel.addresses import path_to
from dutydesk.measures.rules.charts import Point, Trend
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.comparisons import beside, periods_of
from dutydesk.measures.rules.figures import Figure, MeasureTarget, Subject, SubjectFigures
from dutydesk.measures.rules.tables import FigureColumn, FigureLine, FigureTable, table

_COLUMNS = (
    FigureColumn("service", "Service"),
    FigureColumn("availability", "Availability", "uptime"),
    FigureColumn("down", "Down", "clocked"),
    FigureColumn("unknown", "Not known", "clocked"),
    FigureColumn("planned", "Planned work", "clocked"),
    FigureColumn("source", "Source"),
)


def figures(choice: PeriodChoice, *, at: datetime) -> SubjectFigures:
    """Give how much of a period all services, and each of them, were available."""
    found = measured.overall(choice.period, at=at)
    before, parts = _over_time(choice, at)
    trend = _trend(choice, found, parts)
    return SubjectFigures(
        figures=(_overall(choice, found, trend, before),),
        charts=(trend,),
        tables=(_services(found),),
        notes=(
            "Each service's own screen has its error budget, and when it was down. Time of which"
            " nothing is known counts neither way.",
        ),
    )


def _overall(
    choice: PeriodChoice, found: OverallAvailability, trend: Trend, before: TimeTally
) -> Figure:
    count, wanted = len(found.services), _target(found)
    return Figure(
        "availability",
        "Availability",
        _share(found.tally),
        "uptime",
        f"of {count} service{'' if count == 1 else 's'}" if count else "no service is measured yet",
        _share(before),
        MeasureTarget(wanted, at_most=False) if wanted is not None else None,
        "higher",
        "The time that services were up, of all the time of which that is known; a minute of each"
        " counts alike.",
        _services(found),
        trend=trend,
    )


def _over_time(choice: PeriodChoice, at: datetime) -> tuple[TimeTally, list[TimeTally]]:
    """Give how long all services were in each state before, and in each part of the trend."""
    tallies = measured.trend(periods_of(choice), at=at).values()
    sums = [_sum(each) for each in zip(*tallies, strict=True)]
    if not sums:
        return TimeTally(), []
    told = beside(choice, sums)
    return told.before, list(told.trend)


def _trend(choice: PeriodChoice, found: OverallAvailability, parts: Sequence[TimeTally]) -> Trend:
    points = (
        Point(one.label, _share(tally), "", one.query)
        for one, tally in zip(choice.trend, parts, strict=False)
    )
    return Trend("over-time", "Availability", "uptime", tuple(points), _target(found), "line")


def _services(found: OverallAvailability) -> FigureTable:
    return table(
        "services",
        "By service",
        _COLUMNS,
        _lines(found),
        "There is no service yet whose availability could be measured.",
    )


def _lines(found: OverallAvailability) -> Iterator[FigureLine]:
    for one in found.services:
        tally, term = one.tally, one.source
        yield FigureLine(
            (
                one.service.name,
                _share(tally),
                tally.down,
                tally.unknown or None,
                tally.planned or None,
                term.kind if term else "",
            ),
            path_to("service-availability", one.service.pk),
        )


def _sum(tallies: Sequence[TimeTally]) -> TimeTally:
    return sum(tallies, TimeTally())


def _share(tally: TimeTally) -> float | None:
    share = tally.share
    return None if share is None else float(share)


def _target(found: OverallAvailability) -> float | None:
    return float(found.budget.target.share) if found.budget else None


AVAILABILITY = Subject(
    "availability",
    "Availability",
    "How much of the time each service was available.",
    figures,
)
