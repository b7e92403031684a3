"""What a plan leaves as it is: swaps, overrides and time by hand; and what is published."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from dutydesk.kernel.periods import Period, subtract, union
from dutydesk.rota.flows import roster, workload
from dutydesk.rota.models import Absence, Override, Shift
from dutydesk.rota.rules.plan_model import Busy, Seat

DUTIES = ("primary", "secondary")
PLANNED = ("rotation", "plan")


@dataclass(frozen=True)
class Kept:
    """Seats that stay whose they are, time on call that stays, and what goes on after a plan.

    `after`: the time just before which a rotation's turn begins after the plan, to rest in.
    """

    fixed: Mapping[Seat, int]
    busy: Sequence[Busy]
    after: Mapping[int, Sequence[Period]]


def published(periods: Sequence[Period]) -> dict[Seat, int]:
    """Give who has most of each turn by a rotation or an earlier plan, and is still there."""
    span = Period(periods[0].start, periods[-1].end)
    shifts = roster.between(span).filter(duty__in=DUTIES, kind__in=PLANNED, engineer__active=True)
    return _most(periods, shifts)


def _most(periods: Sequence[Period], shifts: Iterable[Shift]) -> dict[Seat, int]:
    found: dict[Seat, dict[int, timedelta]] = {}
    for shift in shifts:
        for number, shared in _shared(periods, shift.period):
            mine = found.setdefault((number, shift.duty), {})
            mine[shift.engineer_id] = mine.get(shift.engineer_id, timedelta()) + shared.length
    return {seat: max(people, key=lambda who: people[who]) for seat, people in found.items()}


def _shared(periods: Sequence[Period], period: Period) -> Iterable[tuple[int, Period]]:
    for number, turn in enumerate(periods):
        shared = turn.overlap(period)
        if shared is not None:
            yield number, shared


def kept(periods: Sequence[Period], *, rest: timedelta | None) -> Kept:
    """Give what a plan of these turns leaves as it is. Three queries."""
    span = Period(periods[0].start, periods[-1].end)
    near = rest or timedelta()
    wide = Period(span.start - near, span.end + near)
    shifts = list(roster.between(wide).filter(duty__in=DUTIES))
    fixed = _wholly_taken(periods, shifts) | _changed(periods, span)
    busy, after = [], dict[int, list[Period]]()
    for shift in shifts:
        for part in subtract([shift.period], [span]):
            if shift.kind == "rotation" and part.start >= span.end:
                before = Period(part.start - near, part.start)
                after.setdefault(shift.engineer_id, []).append(before)
            else:
                busy.append(Busy(shift.engineer_id, shift.duty, part))
        for number, shared in _shared(periods, shift.period):
            if shift.kind not in PLANNED or (number, shift.duty) in fixed:
                busy.append(Busy(shift.engineer_id, shift.duty, shared))
    return Kept(fixed, busy, after)


def _wholly_taken(periods: Sequence[Period], shifts: Sequence[Shift]) -> dict[Seat, int]:
    """Give the seats all of whose promised hours somebody has by a change or by hand."""
    chosen = [shift for shift in shifts if shift.kind not in PLANNED]
    hours = workload.promised(Period(periods[0].start, periods[-1].end), "primary")
    found = {}
    for seat, person in _most(periods, chosen).items():
        taken = union(shift.period for shift in chosen if shift.duty == seat[1])
        promised = [shared for period in hours if (shared := period.overlap(periods[seat[0]]))]
        if promised and not subtract(promised, taken):
            found[seat] = person
    return found


def _changed(periods: Sequence[Period], span: Period) -> dict[Seat, int]:
    """Give the published seats that stay, since a part of them was given to somebody else.

    Who is away in such a turn can't keep it.
    """
    rows = Override.objects.filter(
        duty__in=DUTIES, remove__active=True, end__gt=span.start, start__lt=span.end
    )
    rows = rows.exclude(kind="plan")
    if not rows:
        return {}
    seats = published(periods)
    away = [
        (row.engineer_id, row.period)
        for row in Absence.objects.filter(wish=False, end__gt=span.start, start__lt=span.end)
    ]
    return {
        (number, row.duty): row.remove_id
        for row in rows
        for number, _ in _shared(periods, row.period)
        if row.remove_id is not None
        and seats.get((number, row.duty)) == row.remove_id
        and not any(who == row.remove_id and periods[number].overlap(p) for who, p in away)
    }
