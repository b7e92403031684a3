"""What happens to a promise, when it next needs looking at, and what became of many."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Outcome = Literal["open", "kept", "late", "missed", "withdrawn"]
Step = Literal["warn", "due", "chase"]
WEEKS = 13
"""How far back what became of promises is shown."""


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


@dataclass(slots=True)
class OutcomeCount:
    """How many promises were kept in time, kept late, and missed."""

    kept: int = 0
    late: int = 0
    missed: int = 0

    def add(self, state: str, number: int) -> None:
        """Count so many more that ended so."""
        setattr(self, state, getattr(self, state) + number)

    @property
    def all(self) -> int:
        """Give how many there were."""
        return self.kept + self.late + self.missed

    @property
    def in_time(self) -> int | None:
        """Give the share that was kept in time, in percent, rounded down; None of none."""
        return 100 * self.kept // self.all if self.all else None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of promises by week, oldest first, by kind, and in all."""

    weeks: dict[date, OutcomeCount]
    kinds: dict[str, OutcomeCount]
    total: OutcomeCount


def last_weeks(at: datetime, zone: ZoneInfo) -> list[date]:
    """Give the Mondays of the last weeks on the clock of `zone`, this one's the last."""
    today = at.astimezone(zone).date()
    last = today - timedelta(days=today.weekday())
    return [last - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]


def outcomes(rows: Iterable[tuple[date, str, str, int]], mondays: Iterable[date]) -> Outcomes:
    """Give the outcomes of these: the Monday of a week, a kind, how it ended, and how often.

    A week in which nothing was settled is there too.
    """
    weeks = {monday: OutcomeCount() for monday in mondays}
    kinds: dict[str, OutcomeCount] = {}
    total = OutcomeCount()
    for week, kind, state, number in rows:
        for tally in (weeks[week], kinds.setdefault(kind, OutcomeCount()), total):
            tally.add(state, number)
    return Outcomes(weeks, dict(sorted(kinds.items())), total)
