"""Joining what two people wrote at once onto the same text, line by line."""

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

Lines = Sequence[str]
_MOST_PAIRS = 100_000
"""Of more lines that are like one another, comparing takes seconds and then minutes."""


def merge(base: str, mine: str, theirs: str) -> str | None:
    """Give a text with what both changed of `base`; None where they changed the same lines.

    None too where so many lines are alike that it would take long to tell.
    """
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    before, ours, others = _lines(base), _lines(mine), _lines(theirs)
    if max(_pairs(before, ours), _pairs(before, others)) > _MOST_PAIRS:
        return None
    found: list[str] = []
    for was, one, other in _parts(before, ours, others):
        if one == other or other == was:
            found.extend(one)
        elif one == was:
            found.extend(other)
        else:
            return None
    return "\n".join(found)


def _lines(text: str) -> list[str]:
    """Give a text's lines; without any, none, so that two first lines are one place."""
    return text.split("\n") if text else []


def _pairs(one: Lines, other: Lines) -> int:
    """Give how many lines of the one are like each line of the other, all together."""
    often = Counter(one)
    return sum(often[line] for line in other)


def _parts(base: Lines, mine: Lines, theirs: Lines) -> Iterator[tuple[Lines, Lines, Lines]]:
    """Give the texts piece by piece: what all three have, and what stands between such pieces."""
    was = one = other = 0
    for start, here, there, size in _shared(base, mine, theirs):
        yield base[was:start], mine[one:here], theirs[other:there]
        same = base[start : start + size]
        yield same, same, same
        was, one, other = start + size, here + size, there + size
    yield base[was:], mine[one:], theirs[other:]


def _shared(base: Lines, mine: Lines, theirs: Lines) -> Iterator[tuple[int, int, int, int]]:
    """Give each run of lines that neither changed: where it begins in each text, and how long."""
    blocks = iter(_matching(base, theirs))
    start, there, size = next(blocks)
    for begins, here, length in _matching(base, mine):
        while start + size <= begins and size:
            start, there, size = next(blocks)
        while size and start < begins + length:
            first, last = max(begins, start), min(begins + length, start + size)
            yield first, here + first - begins, there + first - start, last - first
            if start + size > begins + length:
                break
            start, there, size = next(blocks)


def _matching(one: Lines, other: Lines) -> list[tuple[int, int, int]]:
    """Give the runs that two texts share; the last has no length."""
    found = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return [(each.a, each.b, each.size) for each in found]
