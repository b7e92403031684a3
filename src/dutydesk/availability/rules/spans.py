"""Disjoint periods in order, as `union` gives them: what two lists of them share."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from dutydesk.kernel.periods import Period


def intersect(one: Sequence[Period], other: Sequence[Period]) -> list[Period]:
    """Give the instants that both lists hold; each is disjoint and in order."""
    shared: list[Period] = []
    first = second = 0
    while first < len(one) and second < len(other):
        mine, theirs = one[first], other[second]
        if theirs.start <= mine.start and mine.end <= theirs.end:
            shared.append(mine)  # Most are whole: making a new one takes longest.
        elif mine.start < theirs.end and theirs.start < mine.end:
            shared.append(Period(max(mine.start, theirs.start), min(mine.end, theirs.end)))
        if mine.end <= theirs.end:
            first += 1
        else:
            second += 1
    return shared


def length(periods: Iterable[Period]) -> timedelta:
    """Give how long disjoint periods are together."""
    return sum((one.end - one.start for one in periods), timedelta())
