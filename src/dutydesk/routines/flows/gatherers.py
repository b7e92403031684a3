"""Who knows the facts that items come with: the room's own, and what other rooms offer."""

from collections.abc import Sequence

from dutydesk.kernel.gatherers import Gathered, Gatherer, GatherRequest
from dutydesk.routines.flows import facts

_OWN = {one.name: one for one in facts.GATHERERS}
_offered: dict[str, Gatherer] = {}


def offer(gatherer: Gatherer) -> None:
    """Let another room's facts of that name be there from now on. Called by wiring."""
    _offered[gatherer.name] = gatherer


def known(name: str) -> bool:
    """Say whether somebody knows the facts of that name."""
    return name in _offered or name in _OWN


def gather(names: Sequence[str], asked: GatherRequest) -> list[Gathered]:
    """Give the facts of these names, in order; what nobody knows is left out."""
    found = (_offered.get(name) or _OWN.get(name) for name in names)
    return [one.gather(asked) for one in found if one is not None]
