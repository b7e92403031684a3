"""The only place that chooses: which rooms there are, which vendors, and which clock.

Nothing is read or made when this is imported, so that Django's settings may: `build` does it, once
in each process. What a room or a vendor is, it says itself, in its `room.py` or `vendor.py`.
"""

from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from dutydesk.adapters.clock import RehearsalClock, SystemClock
from dutydesk.kernel.actions import Actions
from dutydesk.kernel.room import Room
from dutydesk.ports.clock import TimeSource
from dutydesk.ports.vendor import Vendor
from dutydesk.settings import settings_in_force

if TYPE_CHECKING:
    from dutydesk.assembly import Desk

ROOMS = (
    "process",
    "journal",
    "outbox",
    "inbox",
    "people",
    "commitments",
    "pictures",
    "chat",
    "handbook",
    "rota",
    "oncall",
    "alarms",
    "desk",
    "incidents",
    "histories",
    "announcements",
    "status",
    "postmortems",
    "routines",
    "handovers",
    "availability",
    "measures",
)
"""Low to high, as in .importlinter. Each is a Django application too."""
VENDORS = (
    "adapters.alertmanager",
    "adapters.apprise",
    "adapters.git",
    "adapters.github",
    "adapters.maintenance_command",
    "adapters.maintenance_webhook",
    "adapters.pagerduty",
    "adapters.prometheus",
    "adapters.web_check",
    "slack",
)
ACTIONS = Actions()
"""What people can do in all rooms, once the desk is built."""


@cache
def rooms() -> tuple[Room, ...]:
    """Give what each room says of itself, low to high."""
    return tuple(import_module(f"dutydesk.{name}.room").ROOM for name in ROOMS)


@cache
def vendors() -> tuple[Vendor, ...]:
    """Give what each vendor says of itself."""
    return tuple(import_module(f"dutydesk.{name}.vendor").VENDOR for name in VENDORS)


@cache
def build() -> "Desk":
    """Give the desk of this process, with all its rooms and what vendors are set up."""
    settings = settings_in_force()
    real = SystemClock()
    chosen = RehearsalClock(settings.home / "rehearsal") if settings.rehearsal else real
    desk: Desk = import_module("dutydesk.assembly").Desk(chosen, real, ACTIONS)
    for room in rooms():
        desk.open(room)
    for vendor in vendors():
        desk.connect(vendor, settings)
    return desk


def clock() -> TimeSource:
    """Give the desk's clock: the machine's, or one that can be moved forward in a rehearsal."""
    return build().clock


def now() -> datetime:
    """Give the present by the desk's clock."""
    return clock().now()


def rehearses() -> bool:
    """Say whether this desk only rehearses, by a clock of its own."""
    return isinstance(clock(), RehearsalClock)


def move_clock(by: timedelta) -> datetime | None:
    """Move a rehearsal's clock on and give its new present; None if this is no rehearsal."""
    found = clock()
    return found.forward(by) if isinstance(found, RehearsalClock) else None
