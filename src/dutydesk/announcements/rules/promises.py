"""What an announcement promises: its start, its updates and its end."""

from datetime import datetime, timedelta

from dutydesk.commitments.rules import Promise
from dutydesk.kernel.kinds import PromiseKind

START = PromiseKind(
    "announcement.start",
    "Start “{title}”",
    clause="announce.commitment",
    action="announcement.start",
    label="Start it",
)
END = PromiseKind(
    "announcement.end",
    "Finish “{title}”",
    clause="announce.commitment",
    action="announcement.finish",
    label="Finish it",
)
UPDATE = PromiseKind(
    "announcement.update",
    "Say how “{title}” is going",
    clause="announce.commitment",
    action="announcement.update",
    label="Write the update",
)


def times(due_at: datetime, warn_before: timedelta, chase_every: timedelta) -> Promise:
    """Give the times of a promise due at `due_at`: warned of so long before, and chased after."""
    return Promise(due_at=due_at, warn_at=due_at - warn_before, chase_every=chase_every)
