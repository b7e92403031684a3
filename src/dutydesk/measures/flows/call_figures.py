"""What came of pages and alarms in a period, out of tallies; see `call_series`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows import call_series, page_figures
from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.measures.flows.spreads import EACH_ALONE, spread
from dutydesk.measures.flows.statements import read
from dutydesk.measures.rules.distributions import Distribution
from dutydesk.measures.rules.noise import AlertNoise, FlappingAlarm

LONG = timedelta(days=62)
"""How lengths of a longer time lie is told from tallies; a dot's column is then whole days."""
_MOST_FLAPPING = 50


@dataclass(frozen=True, slots=True)
class Uncounted:
    """Pages that count in no figure: rehearsals, and those that called nobody."""

    rehearsals: int
    uncalled: int


def uncounted(tallies: DayTallies, span: Period) -> Uncounted:
    """Count the pages of `span` that are left out."""
    (found,) = tallies.counts(call_series.UNCOUNTED, [span])
    return Uncounted(*found.get("", (0, 0)))


def taken(
    tallies: DayTallies,
    span: Period,
    zone: ZoneInfo,
    at: datetime,
    address: Callable[[int], str] | None = None,
) -> Distribution | None:
    """Give how long pages of `span` called until somebody had them; dots only with an `address`."""
    if span.length > LONG or (address is None and tallies.hold(span)):
        found = tallies.lengths(call_series.ACKNOWLEDGED, span, dots=address is not None)
        if found is None or address is None or found.count > EACH_ALONE:
            return found
    return spread(*page_figures.taken(span, zone, at), address)


def noise(tallies: DayTallies, span: Period) -> list[AlertNoise]:
    """Say what the pages of alarms led to, by the name of their alert; those for nothing first."""
    (found,) = tallies.counts(call_series.NOISE, [span])
    every = (AlertNoise(name, *counts) for name, counts in found.items())
    return sorted(every, key=lambda one: (-one.for_nothing, one.name))


_FLAPPING = """
SELECT md5(group_key), (array_agg(title ORDER BY first_at DESC))[1], count(*), max(id)
FROM alarms_alarm
WHERE first_at >= %(start)s AND first_at < %(end)s AND md5(group_key) = ANY(%(groups)s)
GROUP BY group_key
"""


def flapping(tallies: DayTallies, span: Period) -> list[FlappingAlarm]:
    """Give the alarms that came back in `span` within the hour, more than once, most often first.

    Those fifty at most that did most often.
    """
    (found,) = tallies.counts(call_series.RETURNED, [span])
    often = sorted(((-many, group) for group, (many,) in found.items() if many > 1))
    returned = {group: -less for less, group in often[:_MOST_FLAPPING]}
    if not returned:
        return []
    values = {"start": span.start, "end": span.end, "groups": list(returned)}
    rows = read(_FLAPPING, values)
    every = (FlappingAlarm(title, many, returned[one], last) for one, title, many, last in rows)
    return sorted(every, key=lambda one: (-one.returned, one.title))


def called(tallies: DayTallies, span: Period) -> dict[int, tuple[int, int, int]]:
    """Count by engineer the pages that called them: in all, out of hours, and in the night."""
    (found,) = tallies.counts(call_series.CALLED, [span])
    return {int(who): (pages, out, night) for who, (pages, out, night) in found.items()}
