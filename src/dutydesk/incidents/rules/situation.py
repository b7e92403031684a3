"""How an incident stands, as far as its affected team may be told: facts, and nothing else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Statement = Literal[
    "inform",  # Those that follow up to `takeover` in one, where all of it is so.
    "problem",
    "worked",
    "working",
    "maintenance",
    "support",
    "takeover",
    "plan",
    "update",
]


@dataclass(frozen=True, slots=True)
class Situation:
    """What is so at a moment.

    `since`: when it was declared. `out`: those of `services` that are in maintenance. `worked`:
    how long on call worked on it, once its limit was reached. `working`: whether on call works on
    it now, within its limit. `support`: whether working hours are open and somebody has support.
    `takeover`: when support is to take it over. `planned`: whether there is a plan for then.
    `update`: by when its next update is promised where this is told.
    """

    services: tuple[str, ...]
    since: datetime
    out: tuple[str, ...] = ()
    worked: timedelta | None = None
    working: bool = False
    support: bool = False
    takeover: datetime | None = None
    planned: bool = False
    update: datetime | None = None

    @property
    def over_for_the_night(self) -> bool:
        """Say whether all is so that the limit's own wording says."""
        stopped = self.worked is not None and not self.working and not self.support
        all_out = bool(self.out) and set(self.services) <= set(self.out)
        return stopped and all_out and self.takeover is not None


def statements(now: Situation) -> list[Statement]:
    """Give what may be said, in order: only what is so."""
    so_far: dict[Statement, bool] = {
        "problem": True,
        "worked": now.worked is not None,
        "working": now.working,
        "maintenance": bool(now.out),
        "support": now.support,
        "takeover": now.takeover is not None,
    }
    if now.over_for_the_night:
        so_far = {"inform": True}
    then: dict[Statement, bool] = {
        "plan": now.planned and now.takeover is not None,
        "update": now.update is not None,
    }
    return [one for one, so in {**so_far, **then}.items() if so]
