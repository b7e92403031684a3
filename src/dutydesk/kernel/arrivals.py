"""What came in from outside, as whoever works it out sees it; and what says who does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class ArrivalPlace:
    """Where an arrival stands among those that wait.

    `turn`: what has the same is worked out one after the other, in the order in which it came.
    `crowd`: of each crowd as much is worked out at once; it begins with the arrival's source.
    """

    turn: str
    crowd: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """One thing that came in through a door, as it was sent.

    `number` names it here; it is 0 until it is kept. `source`: whose it is, as an integration key's
    or a channel's. `key`: the sender's own number for it, with the door in front; empty if it has
    none. `sender`: its name, as shown. `headers`: those that matter, and no secret. `note`: what
    was cut of the `body`. `told_as`: what people were told it as while it was put aside.
    `place`: where it stands among those that wait, where that was found already.
    """

    door: str
    source: str
    body: bytes
    at: datetime
    key: str = ""
    sender: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    number: int = 0
    told_as: tuple[str, ...] = ()
    place: ArrivalPlace | None = None

    @property
    def again(self) -> bool:
        """Say whether it was put aside, and is tried again: what came since may be newer."""
        return AGAIN in self.headers or bool(self.told_as)


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """What an arrival became, by subject; or the `problem` with it.

    `aside`: it could not be worked out, which is told to whoever can act. `left`: if only a part
    could not, which, in its handler's own words: that stands among its headers as LEFT from then
    on.
    """

    became: tuple[str, ...] = ()
    problem: str = ""
    aside: bool = False
    left: str = ""


LEFT = "x-left"
"""The header that says which part of an arrival is left to be worked out."""
AGAIN = "x-tried-again"
"""The header that says since when an arrival that was put aside is to be worked out again."""


TakeIn = Callable[[Sequence[Arrived], datetime], Sequence[WorkedOut]]
Place = Callable[[Arrived], ArrivalPlace]
Prepare = Callable[[Arrived, datetime], None]
PutAside = Callable[[Sequence[Arrived], Sequence[str], datetime], Sequence[Sequence[str]]]


def by_source(one: Arrived) -> ArrivalPlace:
    """Let all of a source take turns."""
    return ArrivalPlace(one.source, one.source)


@dataclass(frozen=True)
class ArrivalHandler:
    """Who works out what comes in through some doors. Rows know a door by its word, for good.

    `take`: works out arrivals, in order, inside the one transaction that marks them done. What it
    raises fails all of them; one that is `Refused` alone is done, with that as its problem, and one
    that is `ports.delivery.Undelivered` is put off or put aside.
    `prepare`: finds out what must be known first, over the network; with it arrivals are worked out
    one by one, else as many together as there are. `put_aside`: tells whoever can act which
    can't be worked out, and why each; gives what each became. `keeps_body`: false where what people
    wrote must not outlive its removal (one by one only). `tries`: after so many it is put aside.
    `place`: where one stands among those that wait, found while its sender does; without it all of
    a source is worked out in turn.
    """

    doors: tuple[str, ...]
    take: TakeIn
    prepare: Prepare | None = None
    put_aside: PutAside | None = None
    keeps_body: bool = True
    tries: int = 6
    place: Place = by_source

    @property
    def together(self) -> bool:
        """Say whether many of its arrivals are worked out at once."""
        return self.prepare is None


def each(take: Callable[[Arrived, datetime], Any]) -> TakeIn:
    """Give what works out one arrival at a time, as a handler takes it."""

    def all_of(arrivals: Sequence[Arrived], at: datetime) -> Sequence[WorkedOut]:
        return [WorkedOut(tuple(take(one, at) or ())) for one in arrivals]

    return all_of
