"""Who hears at once, in the same transaction, that somebody of the team has another name.

People know nothing of what is owed by name; the room that does lets it go along, before anybody
else can have the old name.
"""

from typing import Protocol

from dutydesk.kernel.connected import Connected


class NameChange(Protocol):
    """Does what follows where somebody has another name."""

    def __call__(self, *, old: str, new: str) -> None:
        """Do it, inside the transaction of the change."""


CHANGES = Connected[NameChange]()
"""Knows what follows."""


def tell(*, old: str, new: str) -> None:
    """Tell that whoever was called `old` is called `new` from now on."""
    if CHANGES.who is not None:
        CHANGES.who(old=old, new=new)
