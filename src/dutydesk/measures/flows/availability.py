"""Availability among the measures, of all services and of each. Clause measure.availability.

It is worked out by the room that measures it; here it gets a place beside what else is measured.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dutydesk.availability.flows.evidence import last_sources, measured_services
from dutydesk.availability.flows.lately import target_of
from dutydesk.availability.rules.timeline import TimeTally
from dutydesk.kernel.addresses import path_to
from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.measures.flows.service_series import SERVICES, time_tally
from dutydesk.measures.rules.charts import Point, Trend
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.comparisons import beside, periods_of
from dutydesk.measures.rules.figures import Figure, MeasureTarget, Subject, SubjectFigures
from dutydesk.measures.rules.tables import FigureColumn, FigureLine, FigureTable, table
from dutydesk.people.models import Service
from dutydesk.process.flows import process

_COLUMNS = (
    FigureColumn("service", "Service"),
    FigureColumn("availability", "Availability", "uptime"),
    FigureColumn("down", "Down", "clocked"),
    FigureColumn("unknown", "Not known", "clocked"),
    FigureColumn("planned", "Planned work", "clocked"),
    FigureColumn("source", "Source"),
)


@dataclass(frozen=True)
class _Found:
    """How long each service was in each state; the source of each, and the target of all."""

    services: Sequence[Service]
    tallies: Mapping[int, TimeTally]
    before: TimeTally
    trend: Sequence[TimeTally]
    sources: Mapping[int, str]
    target: float | None

    @property
    def whole(self) -> TimeTally:
        """Give all services together."""
        return _sum(self.tallies.values())


@process.held()
def figures(choice: PeriodChoice, *, at: datetime) -> SubjectFigures:
    """Give how much of a period all services, and each of them, were available."""
    found = _found(choice, at)
    trend = _trend(choice, found)
    return SubjectFigures(
        figures=(_overall(found, trend),),
        charts=(trend,),
        tables=(_services(found),),
        notes=(
            "Each service's own screen has its error budget, and when it was down. Time of which"
            " nothing is known counts neither way.",
        ),
    )


def _found(choice: PeriodChoice, at: datetime) -> _Found:
    current = process.in_force()
    services = measured_services(current)
    counted = DayTallies(at).counts(SERVICES, periods_of(choice))
    told = beside(
        choice,
        [{int(who): time_tally(ticks) for who, ticks in part.items()} for part in counted],
    )
    sources = last_sources(services, choice.period, at=at)
    target = target_of(current, None, at)
    return _Found(
        services,
        {one.pk: _sum(part[one.pk] for part in told.now if one.pk in part) for one in services},
        _sum(told.before.values()),
        [_sum(part.values()) for part in told.trend],
        {number: term.kind for number, term in sources.items()},
        float(target.share) if target else None,
    )


def _overall(found: _Found, trend: Trend) -> Figure:
    count, wanted = len(found.services), found.target if found.services else None
    return Figure(
        "availability",
        "Availability",
        _share(found.whole),
        "uptime",
        f"of {count} service{'' if count == 1 else 's'}" if count else "no service is measured yet",
        _share(found.before),
        MeasureTarget(wanted, at_most=False) if wanted is not None else None,
        "higher",
        "The time that services were up, of all the time of which that is known; a minute of each"
        " counts alike.",
        _services(found),
        trend=trend,
    )


def _trend(choice: PeriodChoice, found: _Found) -> Trend:
    points = (
        Point(one.label, _share(tally), "", one.query)
        for one, tally in zip(choice.trend, found.trend, strict=True)
    )
    target = found.target if found.services else None
    return Trend("over-time", "Availability", "uptime", tuple(points), target, "line")


def _services(found: _Found) -> FigureTable:
    return table(
        "services",
        "By service",
        _COLUMNS,
        _lines(found),
        "There is no service yet whose availability could be measured.",
    )


def _lines(found: _Found) -> Iterator[FigureLine]:
    for one in found.services:
        tally = found.tallies[one.pk]
        yield FigureLine(
            (
                one.name,
                _share(tally),
                tally.down,
                tally.unknown or None,
                tally.planned or None,
                found.sources.get(one.pk, ""),
            ),
            path_to("service-availability", one.pk),
        )


def _sum(tallies: Iterable[TimeTally]) -> TimeTally:
    return sum(tallies, TimeTally())


def _share(tally: TimeTally) -> float | None:
    share = tally.share
    return None if share is None else float(share)


AVAILABILITY = Subject(
    "availability",
    "Availability",
    "How much of the time each service was available.",
    figures,
)
