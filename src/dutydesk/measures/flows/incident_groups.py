"""Incidents by service, by criterion and by day; an incident of two services counts at both."""

from collections.abc import Mapping
from datetime import date

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows import incident_series
from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.people.models import Service

Group = tuple[str, int, int]
"""Its name, how many incidents, and how many of those are high."""
_UNNAMED = "none named"


def by_service(tallies: DayTallies, period: Period) -> list[Group]:
    """Give each service that had any, those with the most first."""
    (found,) = tallies.counts(incident_series.BY_SERVICE, [period])
    names = {str(number): name for number, name in Service.objects.values_list("pk", "name")}
    return _grouped({names.get(one, _UNNAMED): tuple(many) for one, many in found.items()})


def by_criterion(tallies: DayTallies, period: Period) -> list[Group]:
    """Give each criterion by its id, the most frequent first; an empty one is for none of them."""
    (found,) = tallies.counts(incident_series.BY_CRITERION, [period])
    return _grouped(found)


def by_day(tallies: DayTallies, period: Period) -> dict[date, int]:
    """Give how many there were on each local day that had any."""
    return {day: count for day, (count, *_) in tallies.days(incident_series.ALL, period).items()}


def excluded(tallies: DayTallies, period: Period) -> dict[str, int]:
    """Give how many of a period aren't counted, by why: exercises, mistakes, parts of others."""
    (found,) = tallies.counts(incident_series.LEFT_OUT, [period])
    return {why: count for why, (count,) in found.items()}


def estimated(tallies: DayTallies, period: Period) -> int:
    """Give how many of a period count, with times that are only estimated."""
    (found,) = tallies.counts(incident_series.ALL, [period])
    return found.get("", (0, 0, 0, 0))[3]


def _grouped(found: Mapping[str, tuple[int, ...]]) -> list[Group]:
    every = ((name, count, high) for name, (count, high) in found.items())
    return sorted(every, key=lambda one: (-one[1], one[0]))
