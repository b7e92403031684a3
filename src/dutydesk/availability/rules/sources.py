"""Which source tells of a service at which time: the newest that was named for that time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dutydesk.availability.rules.spans import intersect
from dutydesk.kernel.periods import Period, subtract

INCIDENTS = "incidents"


@dataclass(frozen=True)
class Term:
    """For how long a source was named. `number`: None for incidents that nothing else replaced."""

    number: int | None
    kind: str
    detail: str
    began: datetime
    ended: datetime | None


@dataclass(frozen=True)
class Reign:
    """The times of a range at which one source tells of a service, disjoint and in order."""

    term: Term
    periods: tuple[Period, ...]


def reigns(terms: Sequence[Term], whole: Period) -> list[Reign]:
    """Give who tells at which time of a range, in order; `terms` in the order they were named.

    A source that is named for the past too, such as Prometheus from a day on, tells of it in place
    of those before it. Before all of them, the incidents tell.
    """
    left = [whole]
    found: list[Reign] = []
    for term in reversed(terms):
        end = whole.end if term.ended is None else min(term.ended, whole.end)
        start = max(term.began, whole.start)
        mine = intersect(left, [Period(start, end)] if start < end else [])
        if mine:
            found.append(Reign(term, tuple(mine)))
            left = subtract(left, mine)
    if left:
        before = Term(None, INCIDENTS, "", whole.start, None)
        found.append(Reign(before, tuple(left)))
    return sorted(found, key=lambda one: one.periods[0])


def changes(found: Iterable[Reign]) -> list[tuple[datetime, Term]]:
    """Give each moment at which another source begins to tell, with that source."""
    starts = sorted(
        ((period.start, one.term) for one in found for period in one.periods),
        key=lambda each: each[0],
    )
    return starts[1:]
