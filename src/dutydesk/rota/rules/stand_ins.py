"""Who is on in the part of a turn in which whoever has it can't: “Fay, but no Fridays”."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dutydesk.kernel.periods import Period, subtract, union
from dutydesk.rota.rules.plan_model import PlanRequest, Seat, Turn, against


@dataclass(frozen=True)
class StandIn:
    """Somebody who is on for a part of somebody else's turn; None if nobody can be."""

    turn: int
    duty: str
    period: Period
    instead_of: int
    engineer: int | None


@dataclass(frozen=True)
class Holder:
    """Who has a time of a duty by what is published."""

    duty: str
    engineer: int
    period: Period


def stand_ins(
    wanted: PlanRequest, seats: Mapping[Seat, int], held: Sequence[Holder]
) -> list[StandIn]:
    """Find somebody for each part that whoever has the turn can't do, by the rules of any turn.

    Whoever has been told of that part already keeps it; else it is who stands in least.
    """
    away = {
        person: [*wanted.away.get(person, ()), *wanted.partly.get(person, ())]
        for person in {*wanted.away, *wanted.partly}
    }
    turns, filled = list(wanted.turns), dict(seats)
    found: list[StandIn] = []
    for number, duty, part in _missing(wanted, seats):
        holder, place = seats[number, duty], len(turns)
        turns.append(Turn(part, 0))
        for other in wanted.duties:
            if other != duty:
                filled[place, other] = seats[number, other]
        asked = replace(wanted, turns=turns, away=away)
        able = [
            person
            for person in wanted.people
            if person != holder and not against(asked, filled, (place, duty), person)
        ]
        had = {one.engineer for one in held if one.duty == duty and one.period.overlap(part)}
        done = [one.engineer for one in found]
        chosen = min(able, key=lambda who: (who not in had, done.count(who)), default=None)
        for other in wanted.duties:
            filled.pop((place, other), None)
        if chosen is not None:
            filled[place, duty] = chosen
        found.append(StandIn(number, duty, part, holder, chosen))
    return found


def _missing(wanted: PlanRequest, seats: Mapping[Seat, int]) -> Iterator[tuple[int, str, Period]]:
    """Give the parts of planned seats that whoever has them can't do, in order of time."""
    for (number, duty), person in seats.items():
        if (number, duty) in wanted.fixed:
            continue
        turn = wanted.turns[number].period
        shared = (turn.overlap(period) for period in wanted.partly.get(person, ()))
        taken = [busy.period for busy in wanted.busy if busy.duty == duty]
        for part in subtract(union(each for each in shared if each is not None), taken):
            yield number, duty, part
