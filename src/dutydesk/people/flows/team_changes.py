"""Who hears at once, in the same transaction, that somebody left the team, is back, or will be.

People know nothing of rotas; the room that does takes leavers off them before anybody else can
change a rota.
"""

from datetime import datetime
from typing import Protocol

from dutydesk.kernel.connected import Connected


class TeamChange(Protocol):
    """Does what follows where somebody leaves the team, is back, or will leave or join it."""

    def __call__(self, *, engineer: int, at: datetime, by: str) -> None:
        """Do it, inside the transaction of the change."""


CHANGES = Connected[TeamChange]()
"""Knows what follows."""


def tell(*, engineer: int, at: datetime, by: str) -> None:
    """Tell of a change to whether, or how long, an engineer is on the team."""
    if CHANGES.who is not None:
        CHANGES.who(engineer=engineer, at=at, by=by)
