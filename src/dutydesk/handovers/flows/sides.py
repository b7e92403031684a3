"""Who gives a handover and who takes it, as the rota stands. It moves with the duty."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dutydesk.handovers.models import Handover
from dutydesk.handovers.rules import moments
from dutydesk.handovers.rules.moments import CallTurn
from dutydesk.kernel.periods import Period
from dutydesk.people.models import Engineer
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
    """Give who is primary on call in turn, in a time and whole."""
    shifts = roster.between(Period(start, end), duty="primary")
    return moments.turns((one.engineer_id, one.period) for one in shifts)


def same(handover: Handover) -> bool:
    """Say whether somebody who takes it has had the duty before: then nothing is asked."""
    return bool(set(handover.givers) & set(handover.takers))


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
