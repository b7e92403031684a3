"""Turns on call as they came out, from the shifts on record; and what each person carried."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period
from dutydesk.measures.rules.day_spans import month_of

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CallShift:
    """One person's time on call; `turn`: when the turn of the rotation began that it is of."""

    engineer: int
    period: Period
    turn: datetime | None


@dataclass(frozen=True, slots=True)
class DutyTurn:
    """One go at primary on call, and who had any of it, those with most of it first."""

    period: Period
    engineers: tuple[int, ...]


def call_turns(shifts: Iterable[CallShift]) -> list[DutyTurn]:
    """Give the turns that these shifts are of, in order, disjoint.

    Shifts of one turn of a rotation belong together, and so does what others took over of it. A
    shift that is of no turn, since it was written by hand, is one of its own. Where two turns
    overlap, the later one begins when the earlier one ends.
    """
    of_a_turn: dict[datetime, list[CallShift]] = defaultdict(list)
    by_hand: list[CallShift] = []
    for shift in sorted(shifts, key=lambda one: (one.period, one.engineer)):
        if shift.turn is None:
            by_hand.append(shift)
        else:
            of_a_turn[shift.turn].append(shift)
    groups = [_Group(of_one) for of_one in of_a_turn.values()]
    near = list(groups)
    for shift in by_hand:
        near = [one for one in near if one.end > shift.period.start]
        within = next((one for one in near if one.holds(shift)), None)
        if within is None:
            alone = _Group([shift])
            groups.append(alone)
            near.append(alone)
        else:
            within.shifts.append(shift)
    return _disjoint(sorted(groups, key=lambda one: (one.start, one.end)))


class _Group:
    """Shifts of one turn."""

    def __init__(self, shifts: list[CallShift]) -> None:
        self.shifts = shifts
        self.start = min(one.period.start for one in shifts)
        self.end = max(one.period.end for one in shifts)

    def holds(self, shift: CallShift) -> bool:
        return self.start <= shift.period.start and shift.period.end <= self.end


def _disjoint(groups: Sequence[_Group]) -> list[DutyTurn]:
    found: list[DutyTurn] = []
    for one in groups:
        start = max(one.start, found[-1].period.end) if found else one.start
        if start < one.end:
            found.append(DutyTurn(Period(start, one.end), _by_time(one.shifts)))
    return found


def _by_time(shifts: Iterable[CallShift]) -> tuple[int, ...]:
    had: dict[int, timedelta] = defaultdict(timedelta)
    for one in shifts:
        had[one.engineer] += one.period.length
    return tuple(sorted(had, key=lambda who: (-had[who], who)))


@dataclass(frozen=True, slots=True)
class TurnPart:
    """A part of a turn, or of a time without one: `turn` is the number of the turn, -1 of none."""

    period: Period
    turn: int


def turn_parts(turns: Sequence[DutyTurn], span: Period, zone: ZoneInfo) -> list[TurnPart]:
    """Cut a time by the turns, which rise and are disjoint; what is in none also by local months.

    So each part but the first and the last is the same whatever time is asked for.
    """
    found: list[TurnPart] = []
    at = span.start
    for number, turn in enumerate(turns):
        shared = turn.period.overlap(span)
        if shared is None:
            continue
        found += _without(Period(at, shared.start), zone) if at < shared.start else ()
        found.append(TurnPart(shared, number))
        at = shared.end
    return [*found, *(_without(Period(at, span.end), zone) if at < span.end else ())]


def _without(period: Period, zone: ZoneInfo) -> Iterator[TurnPart]:
    at = period.start
    while at < period.end:
        month = month_of(at.astimezone(zone).date()).period(zone)
        yield TurnPart(Period(at, min(month.end, period.end)), -1)
        at = month.end


@dataclass(frozen=True, slots=True)
class PageCounts:
    """How many pages called somebody: in all, outside working hours, and in the night.

    `passed_on`: another person was called too. `held`: it waited before anybody was called.
    """

    pages: int = 0
    out_of_hours: int = 0
    night: int = 0
    passed_on: int = 0
    held: int = 0

    def __add__(self, other: "PageCounts") -> "PageCounts":
        """Give both together."""
        return PageCounts(
            self.pages + other.pages,
            self.out_of_hours + other.out_of_hours,
            self.night + other.night,
            self.passed_on + other.passed_on,
            self.held + other.held,
        )

    def share(self, part: int) -> float | None:
        """Give which share of the pages a part of them is, from 0 to 1; None of none."""
        return part / self.pages if self.pages else None


@dataclass(frozen=True, slots=True)
class PersonLoad:
    """What one person carried: their time on call, the pages that called them, and the work.

    `worked` is time with a page or an incident, each moment once; `worked_out_of_hours` as much
    of it as was outside working hours.
    """

    engineer: int
    name: str
    on_call: timedelta
    pages: int
    out_of_hours: int
    night: int
    worked: timedelta
    worked_out_of_hours: timedelta

    @property
    def per_day(self) -> float | None:
        """Give the pages for each day on call; None for whoever was not on call."""
        return self.pages / (self.on_call / DAY) if self.on_call else None
