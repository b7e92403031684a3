"""Who owes what an incident promises: a role, and whoever has it at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass

from dutydesk.process.rules.model import Duty
from dutydesk.rota.rules.duty import Coming, OnDuty

DUTIES: tuple[Duty, ...] = ("support", "primary", "secondary")
ON_CALL: tuple[Duty, ...] = ("primary", "secondary")
SUPPORT: tuple[Duty, ...] = ("support",)
WHOEVER = "lead, support or on call"
"""The role that owes an incident's words and deeds: the first of these that is somebody."""

TEAM = "support or on call"
"""The role that owes what is announced: support in its hours, and on call out of them."""

_ROLES = {
    "support": "support",
    "primary": "primary on call",
    "secondary": "secondary on call",
}


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owes something at a moment, and as what.

    Without a `name` nobody has the role then; `coming` is who has it next, if that is known, and
    `worker` whoever works on the incident all the same.
    """

    name: str = ""
    role: str = ""
    engineer: int | None = None
    coming: Coming | None = None
    worker: str = ""


def owner(
    on: Sequence[OnDuty],
    *,
    duties: Sequence[Duty] = DUTIES,
    lead: Owner | None = None,
    worker: str = "",
) -> Owner:
    """Give who owes it: the lead, else whoever has the first of `duties` that somebody has.

    `on` is who is on then. Whom a message reaches comes before whom none reaches.
    """
    if lead is not None:
        return lead
    there = [one for one in on if one.engineer is not None and one.duty in duties]
    there.sort(key=lambda one: (not one.reached, duties.index(one.duty)))
    if there:
        return Owner(there[0].name, _ROLES[there[0].duty], there[0].engineer)
    return Owner(worker=worker)
