"""The places of a rotation, and how whoever is on stays on when they change."""

from collections.abc import Sequence


def starting_with(
    places: Sequence[tuple[int, ...]], *, place: int, turn: int
) -> tuple[tuple[int, ...], ...]:
    """Give the places so that the one at index `place` has turn number `turn`, others in order."""
    count = len(places)
    return tuple(places[(place - turn + n) % count] for n in range(count))


def keeping_turn(
    before: Sequence[tuple[int, ...]],
    after: Sequence[tuple[int, ...]],
    *,
    turn: int,
    now: int | None = None,
) -> Sequence[tuple[int, ...]]:
    """Give the places `after` a change so that whoever has turn number `turn` keeps it.

    That is the same people, in whatever order, wherever their place is now; else, if no place was
    added or taken away, the place that now stands where theirs did, unless it is another's that
    was moved there; else the new one that keeps most of them; else the next place of before that
    is still there. `now`: the turn's number, where turns are counted otherwise after the change.
    """
    count = len(before)
    if not count:
        return after
    on, sets = turn % count, [frozenset(place) for place in after]
    following = [frozenset(before[(on + n) % count]) for n in range(count)]
    as_before = [n for n, people in enumerate(sets) if people == following[0]]
    new = [people for people in sets if people not in following and people & following[0]]
    if as_before:
        index = min(as_before, key=lambda n: abs(n - on))
    elif len(after) == count and not (new and sets[on] in following):
        index = on
    elif new:
        index = sets.index(max(new, key=lambda people: len(people & following[0])))
    else:
        index = next((sets.index(people) for people in following if people in sets), turn)
    return starting_with(after, place=index, turn=turn if now is None else now)


def close_up(
    places: Sequence[tuple[int, ...]], *, active: int, leaver: int
) -> tuple[tuple[tuple[int, ...], ...], int]:
    """Give the places without somebody, and the index of who is on now; an empty place goes.

    Whoever is on stays on; when the person on goes, the next place is on.
    """
    kept = [(n, tuple(who for who in place if who != leaver)) for n, place in enumerate(places)]
    left = [(n, place) for n, place in kept if place or leaver not in places[n]]
    before = sum(1 for n, _ in left if n < active)
    return tuple(place for _, place in left), before % len(left) if left else 0
