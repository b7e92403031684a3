"""Whose turn a routine is at a moment, and what to say if it is nobody's."""

from dataclasses import dataclass
from datetime import datetime

from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Duty
from dutydesk.rota.flows import roster
from dutydesk.rota.rules.duty import Coming

_DUTIES: dict[str, tuple[Duty, ...]] = {
    "support": ("support",),
    "on call": ("primary", "secondary"),
    "whole team": ("support",),
}


@dataclass(frozen=True, slots=True)
class RoutineTurn:
    """Who has it: `names`, and the `engineers` with these names, who are called by name.

    If nobody has, it is a hole: `coming` is who has the duty next, and `lead` leads support; these
    two are called.
    """

    names: tuple[str, ...]
    engineers: tuple[int, ...]
    coming: Coming | None = None
    lead: str = ""

    @property
    def hole(self) -> bool:
        """Say whether nobody has it."""
        return not self.names


def turn_of(who: str, *, at: datetime) -> RoutineTurn:
    """Give whose turn it is at `at`: those who have the duty and whom messages reach."""
    duties = _DUTIES.get(who, ("support",))
    on = [one for one in roster.who(at=at, duties=duties) if one.engineer and one.reached]
    if who == "on call":
        on = on[:1]
    if on:
        people = {one.engineer: one.name for one in on if one.engineer is not None}
        return RoutineTurn(tuple(people.values()), tuple(people))
    lead = process.in_force().support.lead
    coming = roster.coming(at=at, duties=duties)
    named = [name for name in (coming.name if coming else "", lead) if name]
    called = Engineer.objects.filter(name__in=named, active=True).values_list("pk", flat=True)
    return RoutineTurn((), tuple(called), coming, lead)
