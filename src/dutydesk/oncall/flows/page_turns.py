"""The order in which what belongs to pages is locked, so that nobody waits for each other.

Whoever locks many pages, or may lock one more after another, takes turns with all who do. First
come the locks of the senders whose alarms are looked at, then this turn, then pages, the least
number first. Whoever needs one page and no other locks that alone.
"""

from dutydesk.database import rows


def take() -> None:
    """Wait for whoever has the turn, and have it until this transaction ends."""
    rows.lock(["the pages"])
