"""How long incidents took, on a named clock, and whether published figures say the same.

Which times a published figure runs between was found in a real log of 39 incidents of 2020 to
2026. From the last quarter of 2020 on, time to repair and time to resolve both run from when
the fault occurred or, where that is not logged, from when it was first detected. Before, time
to resolve ran so too, but time to repair mostly ran from the declaration; and where no repair
was logged, it ran to the resolution.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from dutydesk.measures.rules.steps import (
    RECOVERY,
    REPAIR,
    RESOLVE,
    MeasuredSpan,
    Step,
)
from dutydesk.measures.rules.summaries import Summary, summarise
from dutydesk.process.rules.hours import Clock

TOLERANCE = timedelta(minutes=1)
"""Published figures are cut, not rounded, to whole minutes; ours are cut so to compare them."""


class IncidentTimes(Protocol):
    """When an incident's steps were, each an aware time or None if unknown."""

    @property
    def fault_occurs(self) -> datetime | None:
        """Give when the fault occurred."""

    @property
    def detected(self) -> datetime | None:
        """Give when it was first detected."""

    @property
    def declared(self) -> datetime | None:
        """Give when it was declared."""

    @property
    def repaired(self) -> datetime | None:
        """Give when it was repaired."""

    @property
    def resolved(self) -> datetime | None:
        """Give when it was resolved."""


class PublishedIncident(IncidentTimes, Protocol):
    """An incident with its quarter and what was published about it; None if nothing was."""

    @property
    def quarter(self) -> str:
        """Give the quarter that lists it, as “Q1 2026”."""

    @property
    def published_repair(self) -> timedelta | None:
        """Give the published time to repair."""

    @property
    def published_resolve(self) -> timedelta | None:
        """Give the published time to resolve."""


class QuarterMeans(Protocol):
    """A quarter's published means; None where nothing was published."""

    @property
    def quarter(self) -> str:
        """Give the quarter, as “Q1 2026”."""

    @property
    def listed(self) -> int | None:
        """Give how many incidents its page lists."""

    @property
    def mean_repair(self) -> timedelta | None:
        """Give the published mean time to repair."""

    @property
    def mean_resolve(self) -> timedelta | None:
        """Give the published mean time to resolve."""


@dataclass(frozen=True)
class Compared:
    """Our figures beside the published mean; `agrees` is None where one of the two is missing."""

    ours: Summary | None
    published: timedelta | None
    agrees: bool | None


@dataclass(frozen=True)
class QuarterComparison:
    """One quarter on one clock. `read` incidents are at hand of the `listed` ones.

    Where fewer were read than are listed, means that differ need not mean a mistake.
    """

    quarter: str
    clock: str
    listed: int | None
    read: int
    repair: Compared
    resolve: Compared


def time_taken(times: IncidentTimes, span: MeasuredSpan, clock: Clock) -> timedelta | None:
    """Give how long `span` lasted as `clock` counts, or None if it can't be known.

    That is so if its start or its end is unknown, or the end lies before the start.
    """
    start, end = _first_known(times, span.start), _first_known(times, span.end)
    if start is None or end is None or end < start:
        return None
    return clock.between(start, end)


def time_to_recovery(times: IncidentTimes, clock: Clock) -> timedelta | None:
    """Give how long it took until users had their service back; None while that is unknown.

    Counts from the fault, else the detection, else the declaration, to the repair or, without
    one, to the resolution. Clause `measure.recovery`.
    """
    return time_taken(times, RECOVERY, clock)


def matching_clocks(
    times: IncidentTimes, span: MeasuredSpan, published: timedelta | None, clocks: Iterable[Clock]
) -> tuple[str, ...]:
    """Name the clocks on which `span` lasts as long as was published, in the order given."""
    return tuple(
        clock.name for clock in clocks if agrees(time_taken(times, span, clock), published)
    )


def agrees(ours: timedelta | None, published: timedelta | None) -> bool | None:
    """Say whether two figures are the same to the minute; None if one of them is missing."""
    if ours is None or published is None:
        return None
    return ours // TOLERANCE == published // TOLERANCE


def quarter_comparison(
    incidents: Iterable[PublishedIncident], quarters: Iterable[QuarterMeans], clock: Clock
) -> tuple[QuarterComparison, ...]:
    """Give each published quarter with our figures on `clock` beside it, in the order given.

    An incident counts in the quarter that lists it, whenever it began.
    """
    listed: dict[str, list[PublishedIncident]] = defaultdict(list)
    for incident in incidents:
        listed[incident.quarter].append(incident)
    return tuple(
        QuarterComparison(
            quarter=quarter.quarter,
            clock=clock.name,
            listed=quarter.listed,
            read=len(listed[quarter.quarter]),
            repair=_compared(listed[quarter.quarter], REPAIR, quarter.mean_repair, clock),
            resolve=_compared(listed[quarter.quarter], RESOLVE, quarter.mean_resolve, clock),
        )
        for quarter in quarters
    )


def _compared(
    incidents: Sequence[IncidentTimes],
    span: MeasuredSpan,
    published: timedelta | None,
    clock: Clock,
) -> Compared:
    ours = summarise(time_taken(incident, span, clock) for incident in incidents)
    return Compared(ours, published, agrees(ours.mean if ours else None, published))


def _first_known(times: IncidentTimes, steps: Sequence[Step]) -> datetime | None:
    for step in steps:
        moment: datetime | None = getattr(times, step)
        if moment is not None:
            return moment
    return None
