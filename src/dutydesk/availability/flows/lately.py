"""How services are now, and what is left of their targets' budgets: the last time, read once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from dutydesk.availability.flows.evidence import KnownService, fresh, gather
from dutydesk.availability.rules.budgets import (
    BURN_WINDOWS,
    LONGEST,
    AvailabilityTarget,
    ErrorBudget,
    error_budget,
)
from dutydesk.availability.rules.ranges import CALENDAR, holding, midnight
from dutydesk.availability.rules.timeline import Timeline, TimeState, TimeTally, timeline
from dutydesk.kernel.durations import read_duration
from dutydesk.kernel.periods import Period
from dutydesk.people.models import Service
from dutydesk.process.rules.availability import MeasuredService
from dutydesk.process.rules.hours import Clock
from dutydesk.process.rules.model import Process

_TICK = timedelta(microseconds=1)


def counted_timeline(known: KnownService, clock: Clock) -> Timeline:
    """Give what a service's time was, by the clock whose hours count."""
    life = known.evidence.life
    return timeline(known.evidence, _hours(clock, life) if life.length else ())


@lru_cache(maxsize=16)
def _hours(clock: Clock, life: Period) -> Sequence[Period]:
    """Give when a clock runs in a time that services of a page mostly share."""
    return tuple(clock.periods(life.start, life.end))


def target_of(
    current: Process, said: MeasuredService | None, at: datetime
) -> AvailabilityTarget | None:
    """Give a service's target with its period at `at`, or that of all; None without one."""
    section = current.availability
    percent = (said and said.target) or section.target
    per = (said and said.per) or section.per
    if percent is None:
        return None
    kind = next((one for one in CALENDAR if one == per), None)
    if kind is None:
        return AvailabilityTarget(percent, per, Period(at - read_duration(per), at))
    today = at.astimezone(current.zone).date()
    return AvailabilityTarget(percent, per, holding(today, kind).period(current.zone))


class Lately:
    """The time of all targets' periods up to `at`, and the last days."""

    def __init__(self, current: Process, services: Sequence[Service], at: datetime) -> None:
        """Read it."""
        self._current, self._at = current, at
        self._clock = current.clock(current.availability.clock)
        said = {one.pk: current.availability.of(one.name) for one in services}
        self._targets = {number: target_of(current, one, at) for number, one in said.items()}
        self._of_all = target_of(current, None, at)
        starts = [
            one.period.start for one in (*self._targets.values(), self._of_all) if one is not None
        ]
        first = min([*starts, at - LONGEST])
        self._known = {
            one.service.pk: one for one in gather(Period(first, at), at=at, services=services)
        }
        self._timelines = {
            number: counted_timeline(one, self._clock) for number, one in self._known.items()
        }

    def now(self, service: int) -> TimeState | None:
        """Give what a service is, as far as it was seen; None if the present doesn't count."""
        known = self._known[service]
        seen = known.evidence.life.end
        if seen <= self._at - fresh(known.said):
            return None
        return self._timelines[service].at(seen - _TICK)

    def budget(self, service: int) -> ErrorBudget | None:
        """Give the budget of a service; None without a target."""
        target = self._targets[service]
        return self._budget(target, [service]) if target else None

    def of_all(self) -> ErrorBudget | None:
        """Give the budget of all services together; None without a target."""
        return self._budget(self._of_all, list(self._known)) if self._of_all else None

    def _budget(self, target: AvailabilityTarget, services: Sequence[int]) -> ErrorBudget:
        so_far = self._sum(services, target.period)
        whole = sum((self._counted(one, target.period) for one in services), timedelta())
        at = self._at
        return error_budget(
            target,
            whole=whole - so_far.planned - so_far.excluded,
            so_far=so_far,
            lately={
                window: self._sum(services, Period(at - length, at))
                for window, length in BURN_WINDOWS.items()
            },
            at=at,
            many=max(len(services), 1),
            after=lambda start, amount: self._clock.after(start, amount / max(len(services), 1)),
        )

    def _sum(self, services: Sequence[int], period: Period) -> TimeTally:
        return sum((self._timelines[one].within(period) for one in services), TimeTally())

    def _counted(self, service: int, period: Period) -> timedelta:
        """Give how much of a period counts for a service, also of what is to come."""
        said, zone = self._known[service].said, self._current.zone
        start = max(period.start, midnight(said.began, zone)) if said.began else period.start
        end = min(period.end, midnight(said.ended, zone)) if said.ended else period.end
        return self._clock.between(start, end) if start < end else timedelta()
