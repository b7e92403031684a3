"""Whose hours are whose once a plan is published: composed as the rota itself will be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dutydesk.kernel.periods import Period
from dutydesk.rota.flows import roster, schedule_inputs, workload
from dutydesk.rota.flows.plan_constraints import DUTIES
from dutydesk.rota.rules.newcomers import give_way
from dutydesk.rota.rules.plan_model import Seat
from dutydesk.rota.rules.schedule import OnShift, OverrideLayer, compose
from dutydesk.rota.rules.stand_ins import Holder
from dutydesk.rota.rules.tallies import Tally

PlannedTime = tuple[Period, str, int]  # When, which duty, and whose.

# Later than whatever is on record; and somebody who is nobody, for seats that are still free.
_LATEST = 1 << 62
_NOBODY = {duty: -1 - number for number, duty in enumerate(DUTIES)}


@dataclass(frozen=True)
class Around:
    """What stays around the seats that a plan is free to fill.

    `seats`: the hours that whoever gets a seat has of it; `keeps`: what people have anyway, by
    swaps, overrides, temporary schedules and by hand.
    """

    seats: Mapping[Seat, Tally]
    keeps: Mapping[int, Tally]


def around(periods: Sequence[Period], fixed: Mapping[Seat, int]) -> Around:
    """Give what free seats weigh, and what everybody keeps in these turns."""
    free = [
        (period, duty, _NOBODY[duty])
        for number, period in enumerate(periods)
        for duty in DUTIES
        if (number, duty) not in fixed
    ]
    shifts = _composed(periods, free)
    mine: dict[int, list[Period]] = {}
    parts: dict[Seat, list[Period]] = {seat: [] for seat in fixed}
    for duty in DUTIES:
        for shift in shifts[duty]:
            if shift.engineer != _NOBODY[duty]:
                mine.setdefault(shift.engineer, []).append(shift.period)
                continue
            turn, _, _ = free[shift.source.number - _LATEST]
            parts.setdefault((periods.index(turn), duty), []).append(shift.period)
    span = _span(periods)
    for number in range(len(periods)):
        for duty in DUTIES:
            parts.setdefault((number, duty), [])
    return Around(workload.count(parts, span), workload.count(mine, span))


def tallies(periods: Sequence[Period], planned: Sequence[PlannedTime]) -> dict[int, Tally]:
    """Give everybody's hours on call in these turns as they come out with a plan."""
    return _by_person(_composed(periods, planned), _span(periods))


def tallies_now(periods: Sequence[Period]) -> dict[int, Tally]:
    """Give everybody's hours on call in these turns as they are on record."""
    span = _span(periods)
    return _by_person({duty: roster.on_shifts(span, duty) for duty in DUTIES}, span)


def holders(periods: Sequence[Period]) -> list[Holder]:
    """Give who has which time of these turns by an earlier plan."""
    span = _span(periods)
    return [
        Holder(duty, shift.engineer, shift.period)
        for duty in DUTIES
        for shift in roster.on_shifts(span, duty)
        if shift.source.kind == "plan"
    ]


def _span(periods: Sequence[Period]) -> Period:
    return Period(periods[0].start, periods[-1].end)


def _by_person(shifts: Mapping[str, Sequence[OnShift]], span: Period) -> dict[int, Tally]:
    mine: dict[int, list[Period]] = {}
    for shift in (one for duty in DUTIES for one in shifts[duty]):
        shared = shift.period.overlap(span)
        if shared is not None:
            mine.setdefault(shift.engineer, []).append(shared)
    return workload.count(mine, span)


def _composed(
    periods: Sequence[Period], planned: Sequence[PlannedTime]
) -> dict[str, list[OnShift]]:
    """Give the shifts of both duties in the turns as if these times were published on top."""
    span = _span(periods)
    found = {}
    for duty, rota in schedule_inputs.rotas(DUTIES, span).items():
        layers = [
            OverrideLayer(
                period=period,
                add=person,
                remove=None,
                everybody=True,
                number=_LATEST + number,
                priority=schedule_inputs.ORDER["plan"],
                kind="plan",
            )
            for number, (period, of, person) in enumerate(planned)
            if of == duty
        ]
        found[duty] = compose(replace(rota, overrides=(*rota.overrides, *layers)), span)
    found["secondary"] = give_way(found["primary"], found["secondary"], always=False)
    return found
