"""Putting the desk together out of what its rooms and vendors say they are."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dutydesk.commitments.flows import commitments
from dutydesk.inbox.flows import work
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Actions
from dutydesk.kernel.room import Room
from dutydesk.outbox.flows import outbox
from dutydesk.ports.clock import TimeSource
from dutydesk.ports.vendor import Connection, Surroundings, Vendor
from dutydesk.settings import Settings


@dataclass
class Desk:
    """The desk of one process: its rooms and vendors, and what processes and commands do with it.

    `offers`: what vendors offer, by its port, for rooms and commands. `doors`: theirs, by path.
    """

    clock: TimeSource
    real_clock: TimeSource
    actions: Actions
    rounds: dict[str, Callable[..., object]] = field(default_factory=dict)
    chores: dict[str, Callable[..., object]] = field(default_factory=dict)
    doors: dict[str, Any] = field(default_factory=dict)
    offers: dict[object, Any] = field(default_factory=dict)
    _takes: dict[object, Callable[[Any], None]] = field(default_factory=dict)
    _gives: dict[object, Any] = field(default_factory=dict)

    def open(self, room: Room) -> None:
        """Let a room hear of what it reacts to, and be asked for what it does."""
        self.actions.offer(*room.actions)
        for reactor in room.reactors:
            journal.subscribe(reactor)
        for handler in room.promises:
            commitments.handle(handler)
        for kind in room.messages:
            outbox.know(kind)
        for kind, sender in room.senders.items():
            outbox.deliver_with(kind, sender)
        for arrivals in room.arrivals:
            work.handle_with(arrivals)
        self.rounds |= room.rounds
        self.chores |= room.chores
        self._takes |= room.takes
        self._gives |= room.gives
        for port, given in room.gives.items():
            if port in self._takes:
                self._takes[port](given)

    def connect(self, vendor: Vendor, settings: Settings) -> None:
        """Connect what is set up of a vendor; every room is open by now."""
        for kind in vendor.messages:
            outbox.know(kind)
        here = Surroundings(settings, self.clock, self.real_clock, self.actions, self._gives)
        self.take(vendor.connect(here))

    def take(self, brought: Connection) -> None:
        """Take what a vendor brings, and lead it to the rooms that it is for."""
        for kind, sender in brought.senders.items():
            outbox.deliver_with(kind, sender)
        for arrivals in brought.arrivals:
            work.handle_with(arrivals)
        for port, offered in brought.offers.items():
            if port in self._takes:
                self._takes[port](offered)
        self.offers |= brought.offers
        self.rounds |= brought.rounds
        self.doors |= brought.doors
