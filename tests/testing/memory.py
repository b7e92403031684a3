"""What a process of the desk remembers beside its database, and how a test begins without it.

A test has a database of its own, and must not see what this process learnt from another's.
"""

from collections.abc import Callable, Hashable
from functools import cache
from pkgutil import resolve_name
from typing import Any

import pytest

from dutydesk import wiring
from dutydesk.database import durable, works
from dutydesk.inbox.api.refused import RefusalTally
from dutydesk.site import work_metrics
from dutydesk.site.storage import Trials


def copied(kept: Any) -> Any:
    """Give a copy of a register, with copies of the registers in it."""
    if isinstance(kept, dict):
        return {key: copied(one) if isinstance(one, dict) else one for key, one in kept.items()}
    return list(kept)


def the_same(kept: Any) -> Any:
    """Give what the desk was put together with: a test may change it for itself."""
    return kept


def unmeasured(_kept: Any) -> work_metrics.WorkMemory:
    return work_metrics.nothing_yet()


def untried(_kept: Any) -> Trials:
    return Trials()


def unrefused(_kept: Any) -> RefusalTally:
    return RefusalTally(after=3600)


# Where this process remembers something that changes, and what of it a test begins with.
MEMORY: dict[str, Callable[[Any], Any]] = {
    "chat.flows.post_mirror._chats": copied,
    "chat.flows.post_mirror._mouths": copied,
    "commitments.flows.commitments._handlers": copied,
    "desk.flows.tracker_inbound.LISTENER.who": the_same,
    "desk.flows.tracker_reconciliation.ASKER.who": the_same,
    "handbook.flows.pulls.SOURCE.who": the_same,
    "inbox.api.refused.TALLY": unrefused,
    "inbox.flows.work._handlers": copied,
    "incidents.flows.audiences.PUBLIC.who": the_same,
    "incidents.flows.duty_handovers.POSTS.who": the_same,
    "journal.flows.journal._reactors": copied,
    "chat.flows.quotations._quoters": copied,
    "pictures.flows.holders._holders": copied,
    "oncall.flows.contact_methods.JUDGE.who": the_same,
    "oncall.flows.last_look.LOOK.who": the_same,
    "oncall.flows.page_runbook.FINDER.who": the_same,
    "oncall.flows.pager_inbound.ASKER.who": the_same,
    "oncall.flows.pager_inbound.LISTENER.who": the_same,
    "outbox.flows.outbox._kinds": copied,
    "outbox.flows.outbox._senders": copied,
    "routines.flows.gatherers._offered": copied,
    "site.health.TRIALS": untried,
    "site.metrics.TRIALS": untried,
    "site.work_metrics._remembered": unmeasured,
}
# What is not of any database: the process goes on with it from test to test.
OF_THE_PROCESS = {
    "adapters.egress._installed",  # The guard of this process's sockets.
    "site.asgi.living",  # Tasks of the server that runs.
    "site.storage.TRIALS",  # The two above are this.
}
IN_THE_DESK = ("rounds", "doors", "offers")


def known() -> Hashable:
    """Give the names of all that this process knows to do, on which it depends what comes of it."""
    return tuple((name, _names(getattr(_holder(name), _register(name)))) for name in MEMORY)


def _names(kept: Any) -> Hashable:
    if isinstance(kept, dict):
        return tuple((str(key), _names(one)) for key, one in kept.items())
    if isinstance(kept, list | tuple):
        return tuple(_names(one) for one in kept)
    if isinstance(kept, str):
        return kept
    own = getattr(kept, "name", "")
    kind = getattr(kept, "__qualname__", type(kept).__qualname__)
    return (kind, own) if isinstance(own, str) and own else kind


@cache
def _holder(name: str) -> Any:
    return resolve_name(f"dutydesk.{name.rpartition('.')[0]}")


def _register(name: str) -> str:
    return name.rpartition(".")[2]


def begin_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what this process remembers be as it is when the desk was just put together."""
    for name, begin in MEMORY.items():
        holder, register = _holder(name), _register(name)
        monkeypatch.setattr(holder, register, begin(getattr(holder, register)))
    for work in works.WORKS.values():
        monkeypatch.setattr(work, "_later", [])
    durable.AGAIN.clear()
    desk = wiring.build()
    for register in IN_THE_DESK:
        monkeypatch.setattr(desk, register, copied(getattr(desk, register)))
