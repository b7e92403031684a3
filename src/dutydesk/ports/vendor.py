"""What a vendor is: what it takes of the settings, and what it brings once it is set up.

Each vendor says it in its `vendor.py` beside its adapters; `dutydesk.wiring` chooses which there
are, and leads what they bring to the rooms that take it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dutydesk.kernel.actions import Actions
from dutydesk.kernel.arrivals import ArrivalHandler
from dutydesk.kernel.kinds import MessageKind
from dutydesk.ports.clock import TimeSource
from dutydesk.ports.delivery import Sender
from dutydesk.settings import Settings


@dataclass(frozen=True)
class Surroundings:
    """What a vendor may use of the desk.

    `clock` may be a rehearsal's, `real_clock` never is. `gives`: what rooms give, by its port.
    """

    settings: Settings
    clock: TimeSource
    real_clock: TimeSource
    actions: Actions
    gives: Mapping[object, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Connection:
    """What a vendor brings: only what is set up.

    `offers`: what rooms and commands take, by its port. `rounds`: what a worker does every half
    minute. `doors`: ASGI, by their paths. `arrivals`: who works out what comes in through them.
    """

    senders: Mapping[MessageKind, Sender] = field(default_factory=dict)
    offers: Mapping[object, Any] = field(default_factory=dict)
    rounds: Mapping[str, Callable[..., None]] = field(default_factory=dict)
    doors: Mapping[str, Any] = field(default_factory=dict)
    arrivals: tuple[ArrivalHandler, ...] = ()


@dataclass(frozen=True)
class Vendor:
    """One vendor. `connect` is called once in each process; `outbox`: the kinds that it puts."""

    name: str
    connect: Callable[[Surroundings], Connection]
    messages: tuple[MessageKind, ...] = ()
