"""What a routine promises: that its checklist is done in time."""

from datetime import datetime, timedelta

from dutydesk.commitments.rules import Promise
from dutydesk.kernel.kinds import PromiseKind
from dutydesk.process.rules.routines import END, START, THROUGH, Routine

_TEXT = "Checklist: {title}"


def _kind(word: str, short: str, clause: str) -> PromiseKind:
    return PromiseKind(
        word, _TEXT, short=short, clause=clause, action="routine.show", label="See what is left"
    )


DAY_START = _kind("routine.day-start", "Start of the day", "support.day-start")
DURING = _kind("routine.during", "Through the day", "support.during")
TEAM = _kind("routine.team", "Together, through the day", "support.team")
DAY_END = _kind("routine.day-end", "End of the day", "support.day-end")
TIMED = _kind("routine.timed", "At a time of day", "")
KINDS = (DAY_START, DURING, TEAM, DAY_END, TIMED)
BY_WORD = {str(kind): kind for kind in KINDS}
ROLES = {"support": "support", "on call": "on call", "whole team": "support"}
"""Which role owes a routine, by whose turn it is; it moves with the role."""


def kind_of(routine: Routine) -> PromiseKind:
    """Give the kind of promise that a routine makes, by when it comes and who has the turn."""
    if routine.who != "on call":
        if routine.at == START:
            return DAY_START
        if routine.at == END:
            return DAY_END
        if routine.at == THROUGH:
            return TEAM if routine.who == "whole team" else DURING
    return TIMED


def times(due_at: datetime, remind_before: timedelta) -> Promise:
    """Give the times of a promise: its owner is reminded so long before it is due."""
    return Promise(due_at=due_at, warn_at=due_at - remind_before)
