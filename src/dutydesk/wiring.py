"""The only place that chooses: which clock, which adapters, and what reacts to what."""

import os

from dutydesk.adapters.clock import RehearsalClock, SystemClock
from dutydesk.journal import flows as journal
from dutydesk.kernel.facts import Fact
from dutydesk.ports.clock import Clock
from dutydesk.site.home import home

REACTIONS: dict[type[Fact], tuple[journal.Reactor, ...]] = {}


def choose_clock() -> Clock:
    """Give the desk's clock: the machine's, or one that can be moved forward in a rehearsal."""
    if os.environ.get("DUTYDESK_REHEARSAL"):
        return RehearsalClock(home() / "rehearsal")
    return SystemClock()


clock = choose_clock()


def connect() -> None:
    """Let the rooms hear of each other. Once in each process."""
    for fact, reactors in REACTIONS.items():
        for reactor in reactors:
            journal.react(fact, reactor)
