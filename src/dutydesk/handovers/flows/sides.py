"""Who gives a handover and who takes it, as the rota stands. It moves with the duty."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dutydesk.handovers.models import Handover
from dutydesk.handovers.rules import moments
from dutydesk.handovers.rules.moments import CallTurn
from dutydesk.kernel.periods import Period
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.handovers import TURN_CHANGE
from dutydesk.process.rules.incident_roles import SUPPORT
from dutydesk.rota.flows import roster

_JUST = timedelta(seconds=1)
LONGEST = timedelta(days=35)
"""So long ago a turn may have begun."""


def holders(duty: str, at: datetime) -> list[int]:
    """Give who has support at `at`, whoever answers first; or who is on call, whatever the hours.

    The secondary is on call where there is no primary.
    """
    if duty == SUPPORT:
        on = roster.who(at=at, duties=("support",))
        return list(dict.fromkeys(one.engineer for one in on if one.engineer is not None))
    for rota in ("primary", "secondary"):
        found = roster.on_shift(duty=rota, at=at)
        if found is not None:
            return [found.pk]
    return []


def sides(handover: Handover, at: datetime) -> tuple[list[int], list[int]]:
    """Give who gives it and who takes it: the last and the first ones, by the rota as it is now.

    Once its time has passed it is taken by whoever has the duty at `at`, if anybody has.
    """
    due = handover.due_at
    if handover.kind == Handover.Kind.TURN:
        before = [one for one in turns(due - LONGEST, due) if one.period.start < due]
        givers = [before[-1].engineer] if before else []
    else:
        givers = holders(handover.giver, due - _JUST)
    takers = holders(handover.taker, max(due, at)) or holders(handover.taker, due)
    return givers, takers


def turns(start: datetime, end: datetime) -> list[CallTurn]:
    """Give who is primary on call in turn, in a time and whole; cover is nobody's turn."""
    current = process.in_force()
    sections = current.handovers
    shortest = next((one.turn_from for one in sections if one.when == TURN_CHANGE), timedelta(0))
    # A turn that begins at its end is cover only if it is over so soon.
    shifts = roster.between(Period(start, end + shortest), duty="primary")
    spans = shifts.values_list("engineer", "start", "end")
    held = ((engineer, Period(start, end)) for engineer, start, end in spans)
    found = moments.turns(held, shortest, current.zone)
    return [one for one in found if one.period.start < end]


def same(handover: Handover) -> bool:
    """Say whether somebody who takes it has had the duty before: then nothing is asked."""
    return bool(set(handover.givers) & set(handover.takers))


@dataclass(frozen=True, slots=True)
class SideNames:
    """What those are called who give and take a handover."""

    givers: list[str]
    takers: list[str]


def named_all(handovers: Iterable[Handover]) -> dict[int, SideNames]:
    """Give the names of both sides of many handovers, by their numbers, in one query."""
    rows = list(handovers)
    wanted = {number for one in rows for number in (*one.givers, *one.takers)}
    known = dict(Engineer.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return {
        one.pk: SideNames(
            [known[number] for number in one.givers if number in known],
            [known[number] for number in one.takers if number in known],
        )
        for one in rows
    }


def names_of(handover: Handover) -> SideNames:
    """Give the names of both sides."""
    return named_all([handover])[handover.pk]


def named(numbers: Sequence[int]) -> list[Engineer]:
    """Give these people, in this order."""
    found = Engineer.objects.select_related("account").in_bulk(numbers)
    return [found[number] for number in numbers if number in found]


def names(numbers: Sequence[int]) -> list[str]:
    """Give their names."""
    return [one.name for one in named(numbers)]


def first(numbers: Sequence[int]) -> Engineer | None:
    """Give whoever of them is asked first; None for nobody."""
    return next(iter(named(numbers[:1])), None)
