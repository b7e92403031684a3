"""Disjoint periods in order, as `union` gives them: what two lists of them share."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from dutydesk.kernel.periods import Period


def intersect(one: Sequence[Period], other: Sequence[Period]) -> list[Period]:
    """Give the instants that both lists hold; each is disjoint and in order."""
    shared: list[Period] = []
    first = second = 0
    while first < len(one) and second < len(other):
        start = max(one[first].start, other[second].start)
        end = min(one[first].end, other[second].end)
        if start < end:
            shared.append(Period(start, end))
        if one[first].end <= other[second].end:
            first += 1
        else:
            second += 1
    return shared


def length(periods: Iterable[Period]) -> timedelta:
    """Give how long disjoint periods are together."""
    return sum((one.end - one.start for one in periods), timedelta())
