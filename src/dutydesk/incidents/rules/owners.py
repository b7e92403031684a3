"""Who owes what an incident promises: a role, and whoever has it at a moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dutydesk.process.rules.incident_roles import LEAD, ON_CALL, SUPPORT
from dutydesk.process.rules.model import Duty
from dutydesk.rota.rules.duty import Coming, OnDuty

DUTIES: tuple[Duty, ...] = ("support", "primary", "secondary")
ON_DUTY: Mapping[str, tuple[Duty, ...]] = {SUPPORT: ("support",), ON_CALL: DUTIES[1:]}
"""The duties behind the roles that a rota fills."""

WHOEVER = "lead, support or on call"
"""The role that owes an incident's deeds: the first of these that is somebody."""

SPOKEN = "communications, lead, support or on call"
"""The role that owes an incident's words, in the process's order."""

TEAM = "support or on call"
"""The role that owes what is announced: support in its hours, and on call out of them."""

DEEDS = (LEAD, SUPPORT, ON_CALL)

_ROLES = {
    "support": "support",
    "primary": "primary on call",
    "secondary": "secondary on call",
}


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owes something at a moment, and as what.

    Without a `name` nobody has the role then; `coming` is who has it next, if that is known.
    """

    name: str = ""
    role: str = ""
    engineer: int | None = None
    coming: Coming | None = None


def in_order(
    on: Sequence[OnDuty],
    *,
    order: Sequence[str],
    holders: Mapping[str, Owner] | None = None,
    others: Iterable[Owner] = (),
) -> tuple[Owner, ...]:
    """Give who may owe it, the one who does first, each person once.

    `order` are roles: those of the rota are somebody's in `on`, and the others in `holders`. Whom
    a message reaches comes before whom none reaches. `others` owe it while nobody has a role.
    """
    there: list[Owner] = []
    unreached: list[Owner] = []
    for role in order:
        for duty in ON_DUTY.get(role, ()):
            for one in on:
                if one.duty == duty and one.engineer is not None:
                    found = Owner(one.name, _ROLES[duty], one.engineer)
                    (there if one.reached else unreached).append(found)
        if holders and role in holders:
            there.append(holders[role])
    each: dict[int | None, Owner] = {}
    for owner in (*there, *unreached, *others):
        each.setdefault(owner.engineer, owner)
    return tuple(each.values())


def duties_of(order: Iterable[str]) -> tuple[Duty, ...]:
    """Give the duties that stand behind these roles, in order."""
    return tuple(duty for role in order for duty in ON_DUTY.get(role, ()))
