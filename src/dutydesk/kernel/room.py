"""What a room is: all that the rest of the desk has to know of it, in one value.

Each room says it in its `room.py`; `dutydesk.wiring` connects what the rooms say.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dutydesk.kernel.actions import Access, Action
from dutydesk.kernel.arrivals import ArrivalHandler
from dutydesk.kernel.checks import Check
from dutydesk.kernel.events import Event
from dutydesk.kernel.kinds import MessageKind, PromiseKind

Flow = Callable[..., None]
"""Called with `fact` and `at`, in a transaction of its own."""


@dataclass(frozen=True)
class Reactor:
    """A flow that runs once, durably, for every such fact. Rows know it by its name, for good.

    Nothing is owed for a fact that `concerns` says no to.
    """

    name: str
    event: type[Event]
    run: Flow
    concerns: Callable[[Any], bool] | None = None

    def reacts_to(self, event: Event) -> bool:
        """Say whether anything follows from this fact."""
        return self.concerns is None or self.concerns(event)


@dataclass(frozen=True)
class PromiseHandler:
    """What comes of promises of one kind when they are due; soon before, and again and again after.

    Each is called with the `fact` and `at`, and looks first whether the promise still stands.
    """

    kind: PromiseKind
    due: Flow
    warned: Flow | None = None
    chased: Flow | None = None


@dataclass(frozen=True)
class MenuSection:
    """An entry of the menu: one screen that it leads to, with its place in a group.

    `others`: where else one is in it. `count`: the name of the number that stands beside it.
    `parts`: the screens that it has beside its own, as tabs. `foot`: it is at a phone's foot too.
    """

    title: str
    address: str
    place: int = 0
    others: tuple[str, ...] = ()
    group: str = ""
    icon: str = ""
    count: str = ""
    access: Access = "anyone"
    parts: tuple["MenuSection", ...] = ()
    foot: bool = False

    def holds(self, path: str) -> bool:
        """Say whether one is in this section at `path`."""
        if self.address == "/":
            return path == "/" or path.startswith(self.others or ("//",))
        return path.startswith((self.address, *self.others))


@dataclass(frozen=True)
class Room:
    """One room of the desk.

    `urls`: the module with its screens' routes. `outbox`: the kinds that it puts. `senders`: what
    it delivers without a vendor. `rounds`: what a worker does every half minute, and soon again
    after it gave False; `chores`: every five minutes. `upkeep`: what it does every few seconds.
    `takes`: for a port, what connects whoever a vendor, or a room above, offers for it. `gives`:
    what vendors, and rooms below, may ask it for. `arrivals`: who works out what comes in through
    its doors.
    """

    name: str
    urls: str = ""
    sections: tuple[MenuSection, ...] = ()
    actions: tuple[Action, ...] = ()
    reactors: tuple[Reactor, ...] = ()
    promises: tuple[PromiseHandler, ...] = ()
    messages: tuple[MessageKind, ...] = ()
    senders: Mapping[MessageKind, Any] = field(default_factory=dict)
    rounds: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    chores: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    upkeep: tuple[Callable[..., object], ...] = ()
    takes: Mapping[object, Callable[[Any], None]] = field(default_factory=dict)
    gives: Mapping[object, Any] = field(default_factory=dict)
    arrivals: tuple[ArrivalHandler, ...] = ()
    health: Callable[[datetime], Iterable[Check]] | None = None
