"""The figures of availability: whatever shows, exports or reports them asks here.

availability(period, at=at)     what each service's availability was, and is to be
overall(period, at=at)          the same, with that of all services together
trend(periods, at=at)           how long each service was in which state, period by period
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dutydesk.availability.flows.evidence import gather, measured_services
from dutydesk.availability.flows.lately import Lately, counted_timeline
from dutydesk.availability.rules.budgets import ErrorBudget
from dutydesk.availability.rules.sources import Reign, Term
from dutydesk.availability.rules.timeline import Timeline, TimeState, TimeTally
from dutydesk.kernel.periods import Period
from dutydesk.people.models import Service
from dutydesk.process.flows import process


@dataclass(frozen=True)
class AvailabilityFigures:
    """How available something was in a period.

    `tally.share` is the availability: None where nothing is known. `budget` is of its target's own
    period up to the present, whatever period was asked for; None without a target.
    """

    tally: TimeTally
    budget: ErrorBudget | None

    @property
    def met(self) -> bool | None:
        """Say whether the period was at the target; None without one, or if nothing is known."""
        if self.budget is None or self.tally.share is None:
            return None
        return self.tally.share >= self.budget.target.share


@dataclass(frozen=True)
class ServiceAvailability(AvailabilityFigures):
    """How available one service was in a period.

    `now`: what it is, as far as that was seen; None if the present doesn't count. `reigns`: which
    source told of it when in the period.
    """

    service: Service
    now: TimeState | None
    reigns: tuple[Reign, ...]
    timeline: Timeline

    @property
    def source(self) -> Term | None:
        """Give who told of it last; None of a period that is to come."""
        last = max(self.reigns, key=lambda one: one.periods[-1], default=None)
        return last.term if last else None


@dataclass(frozen=True)
class OverallAvailability(AvailabilityFigures):
    """How available all services were together: a minute of each counts alike."""

    services: tuple[ServiceAvailability, ...]


def availability(
    period: Period, *, at: datetime, services: Sequence[Service] | None = None
) -> list[ServiceAvailability]:
    """Give each service's availability in a period, in the order of their names.

    Clause measure.availability. What is to come counts for nothing. `services`: only these.
    """
    return list(overall(period, at=at, services=services).services)


@process.held()
def overall(
    period: Period, *, at: datetime, services: Sequence[Service] | None = None
) -> OverallAvailability:
    """Give each service's availability in a period, and that of all of them together.

    Clause measure.availability.
    """
    current = process.in_force()
    wanted = measured_services(current) if services is None else services
    clock = current.clock(current.availability.clock)
    lately = Lately(current, wanted, at)
    found = []
    for known in gather(period, at=at, services=wanted):
        told = counted_timeline(known, clock)
        number = known.service.pk
        found.append(
            ServiceAvailability(
                tally=told.tally(),
                budget=lately.budget(number),
                service=known.service,
                now=lately.now(number),
                reigns=known.reigns,
                timeline=told,
            )
        )
    tally = sum((one.tally for one in found), TimeTally())
    return OverallAvailability(tally, lately.of_all() if found else None, tuple(found))


@process.held()
def trend(
    periods: Sequence[Period], *, at: datetime, services: Sequence[Service] | None = None
) -> dict[int, list[TimeTally]]:
    """Give by service's number how long it was in each state, for each of these periods.

    They are disjoint and in order, such as months; all are read at once.
    """
    current = process.in_force()
    wanted = measured_services(current) if services is None else services
    if not periods:
        return {one.pk: [] for one in wanted}
    clock = current.clock(current.availability.clock)
    whole = Period(periods[0].start, periods[-1].end)
    known = gather(whole, at=at, services=wanted)
    return {one.service.pk: counted_timeline(one, clock).parts(periods) for one in known}
