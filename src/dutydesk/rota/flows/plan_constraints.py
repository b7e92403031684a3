"""What a plan leaves as it is: swaps, overrides and time by hand; and what is published."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from dutydesk.kernel.periods import Period, subtract, union
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota.flows import roster, workload
from dutydesk.rota.models import Absence, Override, Shift
from dutydesk.rota.rules.plan_model import Busy, Seat

DUTIES = ("primary", "secondary")
PLANNED = ("rotation", "plan")
_Times = dict[int, list[Period]]
_STOOD_IN_FOR = 1 / 3  # Who regularly can't do more of a turn than this doesn't get it.


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


@dataclass(frozen=True)
class Unavailable:
    """When people can't be on, by number; and when they would rather not.

    `partly`: regular times in turns that they can have nevertheless, since it is the lesser part.
    """

    away: Mapping[int, Sequence[Period]]
    partly: Mapping[int, Sequence[Period]]
    wishes: Mapping[int, Sequence[Period]]


def unavailable(periods: Sequence[Period]) -> Unavailable:
    """Give when people can't be on in these turns, or would rather not."""
    span = Period(periods[0].start, periods[-1].end)
    away, wishes, regular = _Times(), _Times(), _Times()
    for row in Absence.objects.filter(end__gt=span.start, start__lt=span.end):
        of = wishes if row.wish else regular if row.regular_id else away
        of.setdefault(row.engineer_id, []).append(row.period)
    partly = _Times()
    hours = workload.promised(span, "primary") if regular else []
    for number, times in regular.items():
        for turn in periods:
            mine = [p for each in union(times) if (p := each.overlap(turn)) is not None]
            promised = [p for each in hours if (p := each.overlap(turn)) is not None]
            can = subtract(promised, mine)
            if can == promised:
                continue
            lesser = _length(can) >= (1 - _STOOD_IN_FOR) * _length(promised)
            (partly if lesser else away).setdefault(number, []).extend(mine)
    return Unavailable(away, partly, wishes)


def _length(periods: Iterable[Period]) -> timedelta:
    return sum((period.length for period in periods), timedelta())


def stints(span: Period) -> dict[int, list[Period]]:
    """Give when people are on support in `span`."""
    found = _Times()
    for shift in roster.between(span, duty="support"):
        found.setdefault(shift.engineer_id, []).append(shift.period)
    return found


def rests_on(periods: Sequence[Period]) -> dict[str, str]:
    """Give what a plan of these turns rests on, each as a mark that differs once that does."""
    span = Period(periods[0].start, periods[-1].end)
    current = process.in_force()
    found = kept(periods, rest=None)
    off = Absence.objects.filter(end__gt=span.start, start__lt=span.end).order_by("pk")
    marks = {
        "who is on the team": sorted(
            Engineer.objects.filter(active=True).values_list("pk", flat=True)
        ),
        "who is away": list(off.values_list("engineer", "start", "end", "wish")),
        "whose the turns are": sorted(published(periods).items()),
        "swaps, changes or shifts by hand": [
            sorted(found.fixed.items()),
            sorted((b.engineer, b.duty, b.period) for b in found.busy if b.period.overlap(span)),
        ],
        "the process": [current.on_call, current.place, current.clocks],
    }
    return {what: sha256(repr(mark).encode()).hexdigest() for what, mark in marks.items()}
