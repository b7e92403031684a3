"""What people are offered in Slack: shortcuts, and words after the slash command.

Only what the rooms can do is offered: an action that doesn't exist has no shortcut.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

COMMAND = "/desk"
Where = Literal["message", "global"]


@dataclass(frozen=True)
class Shortcut:
    """An action that is offered on a message, or everywhere. `name`: at most 24 characters."""

    action: str
    where: Where
    name: str
    description: str

    @property
    def callback(self) -> str:
        """Give the name that Slack says when it is chosen."""
        return f"{self.where}:{self.action}"


# What no action is, but a word after the slash command.
WHO = "who"
_SHORTCUTS = (
    Shortcut("thread.ask", "message", "Make it a question", "It is kept up with like any other"),
    Shortcut(
        "ticket.raise", "message", "Raise a ticket", "A record of longer work, from the thread"
    ),
    Shortcut("incident.declare", "message", "Declare an incident", "Tells everybody concerned"),
    Shortcut("incident.note", "message", "Add to the timeline", "Of an incident that is open"),
    Shortcut("incident.declare", "global", "Declare an incident", "Tells everybody concerned"),
    Shortcut("announcement.announce", "global", "Announce work or news", "With promised updates"),
    Shortcut(WHO, "global", "Who is on?", "Support and on call at this minute"),
)


def shortcuts(actions: Collection[str]) -> tuple[Shortcut, ...]:
    """Give those whose action exists."""
    return tuple(one for one in _SHORTCUTS if one.action in {*actions, WHO})
