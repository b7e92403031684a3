"""How a service is doing, at a moment and over a day: the worst of what concerns it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period, instant, union

DAYS = 90
HIGH_WITHOUT_CRITERIA = "partial outage"
NORMAL = "degraded"


class ServiceCondition(StrEnum):
    """How a service is doing, from good to bad."""

    OPERATIONAL = "operational"
    MAINTENANCE = "under maintenance"
    DEGRADED = "degraded"
    PARTIAL = "partial outage"
    MAJOR = "major outage"

    @property
    def down(self) -> bool:
        """Say whether the time counts against the service's uptime: it was not there for users."""
        return self in (ServiceCondition.PARTIAL, ServiceCondition.MAJOR)


_FROM_GOOD_TO_BAD = tuple(ServiceCondition)


def worst(conditions: Iterable[ServiceCondition]) -> ServiceCondition:
    """Give the worst of these; operational if there are none."""
    return max(conditions, key=_FROM_GOOD_TO_BAD.index, default=ServiceCondition.OPERATIONAL)


def impact(criteria: Iterable[str], *, high: bool, shows: Mapping[str, str]) -> ServiceCondition:
    """Give how the services of an incident are doing, by the criteria that apply to it.

    `shows`: what the process file says of each criterion.
    """
    named = [ServiceCondition(shows[one]) for one in criteria if one in shows]
    if named:
        return worst(named)
    return ServiceCondition(HIGH_WITHOUT_CRITERIA if high else NORMAL)


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which something was the matter with a service; without an end it goes on."""

    condition: ServiceCondition
    start: datetime
    end: datetime | None

    def covers(self, at: datetime) -> bool:
        """Say whether it is the matter at that moment."""
        return self.start <= at and (self.end is None or at < self.end)

    def within(self, period: Period) -> Period | None:
        """Give what of it lies in a period, or None."""
        start, end = max(self.start, period.start), min(self.end or period.end, period.end)
        return Period(start, end) if start < end else None


def spell(condition: ServiceCondition, start: datetime | None, end: datetime | None) -> list[Spell]:
    """Give the spell that such times make; none where nobody knows when it began, or it is no time.

    A time that nobody knows is never made up: it would count for or against a service.
    """
    if start is None or (end is not None and end <= start):
        return []
    return [Spell(condition, start, end)]


def at_moment(spells: Iterable[Spell], at: datetime) -> ServiceCondition:
    """Give how a service is doing at a moment."""
    return worst(one.condition for one in spells if one.covers(at))


@dataclass(frozen=True, slots=True)
class ServiceDay:
    """A service's day: the worst of it, and the share of it that it was up, in hundredths of 1%.

    Without a record of that day both are None, which is not zero.
    """

    on: date
    worst: ServiceCondition | None
    uptime: int | None


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """A service's last days, oldest first, and the share of all recorded time that it was up."""

    days: tuple[ServiceDay, ...]
    uptime: int | None


def calendar_days(at: datetime, zone: ZoneInfo, count: int = DAYS) -> list[tuple[date, Period]]:
    """Give the last days on the wall clock up to today, oldest first; some have 23 or 25 hours."""
    today = at.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in range(count - 1, -2, -1)]
    edges = [instant(datetime.combine(day, datetime.min.time()), zone) for day in days]
    return [
        (day, Period(start, end))
        for day, start, end in zip(days[:-1], edges[:-1], edges[1:], strict=True)
    ]


def record(
    spells: Sequence[Spell], days: Sequence[tuple[date, Period]], since: datetime, at: datetime
) -> ServiceRecord:
    """Give a service's days as far as they are on record: from `since` until now."""
    seen = [(day, _recorded(whole, since, at)) for day, whole in days]
    found, down_in_all, length_in_all = [], timedelta(), timedelta()
    for day, part in seen:
        if part is None:
            found.append(ServiceDay(day, None, None))
            continue
        told = [(one.condition, span) for one in spells if (span := one.within(part))]
        down = _length(span for condition, span in told if condition.down)
        found.append(
            ServiceDay(day, worst(condition for condition, _ in told), _share(down, part.length))
        )
        down_in_all, length_in_all = down_in_all + down, length_in_all + part.length
    return ServiceRecord(tuple(found), _share(down_in_all, length_in_all))


def _recorded(whole: Period, since: datetime, at: datetime) -> Period | None:
    start, end = max(whole.start, since), min(whole.end, at)
    return Period(start, end) if start < end else None


def _length(periods: Iterable[Period]) -> timedelta:
    return sum((one.length for one in union(periods)), timedelta())


def _share(down: timedelta, whole: timedelta) -> int | None:
    """Give the share that was up, rounded down: 100% is said of a time without a fault only."""
    return (whole - down) * 10_000 // whole if whole else None
