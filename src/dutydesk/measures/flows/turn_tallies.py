"""Pages and hours of work in each part of a turn: what is long over is counted once.

A part is kept by its very times, so that another one, of shifts that were put right, is not found.
It holds as long as all of its days do.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from dutydesk.kernel.periods import Period
from dutydesk.measures.flows import call_loads, page_figures
from dutydesk.measures.flows.call_loads import CallWork
from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.measures.flows.series import TallyTerms
from dutydesk.measures.models import CountTally, TalliedDay
from dutydesk.measures.rules.call_turns import PageCounts, TurnPart, turn_parts
from dutydesk.measures.rules.day_spans import DAY, DaySpan, days_of, month_of
from dutydesk.measures.rules.length_cells import microseconds
from dutydesk.process.rules.hours import Clock

PAGES, WORK = "turn-pages", "turn-work"
_LONGEST_TURN = 40 * DAY
"""Parts of longer ones are counted from their rows."""
_MOST_PIECES = 4
_TICK = timedelta(microseconds=1)


def pages(
    tallies: DayTallies, parts: Sequence[TurnPart], working: Clock, at: datetime
) -> list[PageCounts]:
    """Count the pages of each of these parts, which touch."""
    kept = _kept(tallies, PAGES, parts)
    found = [PageCounts(*counts.get(0, ())) if counts else PageCounts() for counts in kept]
    for left in _left(kept):
        counted = page_figures.by_part([parts[place] for place in left], working, at)
        for place, one in zip(left, counted, strict=True):
            found[place] = one
    return found


def work(
    tallies: DayTallies, parts: Sequence[TurnPart], working: Clock, at: datetime
) -> list[CallWork]:
    """Give how long people worked in each of these parts, which touch."""
    kept = _kept(tallies, WORK, parts)
    found = [
        {who: (long * _TICK, out * _TICK) for who, (long, out) in (counts or {}).items() if who}
        for counts in kept
    ]
    for left in _left(kept):
        counted = call_loads.work_by_part([parts[place] for place in left], working, at)
        for place, people in zip(left, counted, strict=True):
            found[place] = people
    return [
        CallWork(who, part.turn if part.turn >= 0 else None, *spent)
        for part, people in zip(parts, found, strict=True)
        for who, spent in people.items()
    ]


def _kept(
    tallies: DayTallies, series: str, parts: Sequence[TurnPart]
) -> list[dict[int, tuple[int, ...]] | None]:
    """Give what is kept of each part by the number of an engineer, 0 of none; None of no use."""
    by_part: dict[str, dict[int, tuple[int, ...]]] = {}
    whole = Period(parts[0].period.start, parts[-1].period.end)
    for key, counts in tallies.kept(series, whole).items():
        name, _, who = key.rpartition("/")
        by_part.setdefault(name, {})[int(who)] = counts
    return [by_part.get(_name(one.period)) if tallies.hold(one.period) else None for one in parts]


def _left(kept: Sequence[object | None]) -> list[list[int]]:
    """Give the places at which nothing is kept, those that touch together.

    All of them together where they are in many pieces: each piece costs a question.
    """
    runs: list[list[int]] = []
    for place, one in enumerate(kept):
        if one is not None:
            continue
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs if len(runs) <= _MOST_PIECES else [[place for run in runs for place in run]]


def count(span: DaySpan, terms: TallyTerms, at: datetime) -> None:
    """Count anew the parts that have any of these days and only days that are tallied."""
    zone, working = terms.zone, terms.clock("working")
    near = DaySpan(
        month_of(span.first - _LONGEST_TURN).first, month_of(span.until + _LONGEST_TURN).until
    )
    turns = call_loads.turns(near.period(zone))
    days = TalliedDay.objects.filter(day__gte=near.first, day__lt=near.until)
    closed, period = set(days.values_list("day", flat=True)), span.period(zone)
    parts = [
        one
        for one in turn_parts(turns, near.period(zone), zone)
        if one.period.overlap(period)
        and (one.turn < 0 or one.period == turns[one.turn].period)
        and closed.issuperset(days_of(one.period, zone))
    ]
    stale = CountTally.objects.filter(series__in=(PAGES, WORK), day__lt=span.until)
    stale.filter(day__gte=near.first).extra(
        # Keys of other series are others, and what is asked first is the planner's choice.
        where=["CASE WHEN key LIKE '%%/%%' THEN split_part(key, '/', 2)::bigint > %s END"],
        params=[microseconds(period.start)],
    ).delete()
    if parts:
        CountTally.objects.bulk_create(_rows(parts, working, at))


def _rows(parts: Sequence[TurnPart], working: Clock, at: datetime) -> Iterator[CountTally]:
    zone = working.calendar.zone
    counted = page_figures.by_part(parts, working, at)
    worked = call_loads.work_by_part(parts, working, at)
    for part, called, people in zip(parts, counted, worked, strict=True):
        name, day = _name(part.period), part.period.start.astimezone(zone).date()
        counts = [called.pages, called.out_of_hours, called.night, called.passed_on, called.held]
        yield CountTally(series=PAGES, day=day, key=f"{name}/0", counts=counts)
        yield CountTally(series=WORK, day=day, key=f"{name}/0", counts=[0, 0])
        for who, spent in people.items():
            ticks = [one // _TICK for one in spent]
            yield CountTally(series=WORK, day=day, key=f"{name}/{who}", counts=ticks)


def _name(period: Period) -> str:
    return f"{microseconds(period.start)}/{microseconds(period.end)}"
