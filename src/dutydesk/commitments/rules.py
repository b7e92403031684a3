"""What happens to a promise, and when it next needs looking at."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Outcome = Literal["open", "kept", "late", "missed", "withdrawn"]
Step = Literal["warn", "due", "chase"]


@dataclass(frozen=True)
class Promise:
    """The times of one commitment.

    `warn_at`: remind its owner then. `due_at`: owed by then. `chase_every`: remind again each so
    long after that until it is kept; None never reminds.
    """

    due_at: datetime
    warn_at: datetime | None = None
    chase_every: timedelta | None = None

    def first_look(self, at: datetime) -> datetime:
        """Give when a promise made at `at` first needs looking at."""
        if self.warn_at is not None and at < self.warn_at < self.due_at:
            return self.warn_at
        return self.due_at


def look(promise: Promise, *, looked_for: datetime, at: datetime) -> tuple[Step, datetime | None]:
    """Give what is to be done about a promise that was to be looked at `looked_for`, now `at`.

    And when to look next: never more than once for what was slept through, so a desk that was off
    for a day chases once and not twenty-four times.
    """
    if looked_for < promise.due_at:
        if at < promise.due_at:
            return "warn", promise.due_at
        looked_for = promise.due_at
    step: Step = "due" if looked_for == promise.due_at else "chase"
    if promise.chase_every is None:
        return step, None
    slept = (at - promise.due_at) // promise.chase_every
    return step, promise.due_at + (slept + 1) * promise.chase_every


def outcome(*, due_at: datetime, kept_at: datetime) -> Outcome:
    """Say whether a promise kept at that moment was in time; the due moment itself is."""
    return "kept" if kept_at <= due_at else "late"
