"""The journal: what happened, and what follows from it."""

from collections.abc import Iterable
from datetime import datetime

from dutydesk.journal.flows.journal import unanswered
from dutydesk.kernel.checks import Check
from dutydesk.kernel.room import Room


def health(at: datetime) -> Iterable[Check]:
    """Say what waited for a name that this program doesn't know, and was given up."""
    given_up = unanswered(at=at)
    if not given_up:
        return
    says = f"{len(given_up)} since yesterday were given up; the last: {given_up[-1].text}."
    remedy = "Was an older version started again? Else tell whoever maintains the desk."
    public = f"{len(given_up)} since yesterday were given up."
    yield Check("unanswered", False, says, remedy, vital=False, public=public)


ROOM = Room("journal", health=health)
