"""Doors before Django: what goes wrong behind one is logged, and tells no secret."""

import asyncio
import threading
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from dutydesk.incidents.api import ServiceStates
from dutydesk.incidents.flows.gate import GateStatus
from dutydesk.web.doors import Begin, Event, Receive, Scope, Send, before


async def _nothing() -> Event:
    return {"type": "http.disconnect"}


async def _nowhere(_event: Event) -> None:
    """Answer nobody."""


async def _ready() -> None:
    """Have nothing to begin with."""


def test_a_fault_behind_a_door_is_logged_without_its_path(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise LookupError("wrong")

    async def django(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("not here")

    lead = before(django, {"/alarms/in/": broken}, _ready)
    scope = {"type": "http", "path": "/alarms/in/json/the-secret"}

    async def ask() -> None:
        await lead(scope, _nothing, _nowhere)

    with pytest.raises(LookupError):
        asyncio.run(ask())
    assert "a request to /alarms/in/ failed" in caplog.text
    assert "LookupError: wrong" in caplog.text
    assert "the-secret" not in caplog.text


def _started(begin: Begin) -> list[str]:
    """Start and end as the server does; give what it was told."""
    coming = iter(("lifespan.startup", "lifespan.shutdown"))
    told: list[str] = []

    async def receive() -> Event:
        return {"type": next(coming)}

    async def send(event: Event) -> None:
        told.append(str(event["type"]))

    async def django(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("not here")

    async def live() -> None:
        await before(django, {}, begin)({"type": "lifespan"}, receive, send)

    asyncio.run(live())
    return told


def _asked_at_once(look: Callable[[], GateStatus], *, begin: bool) -> GateStatus | None:
    """Give what the gate knows at its first question."""
    known = ServiceStates(look)

    async def first() -> GateStatus | None:
        if begin:
            await known.begin()
        return await known.now()

    return asyncio.run(first())


def test_the_server_takes_requests_only_once_the_desk_has_begun() -> None:
    begun = []

    async def begin() -> None:
        begun.append(True)

    assert _started(begin) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert begun == [True]


SHUT = GateStatus({"visits": "Visits"}, {}, ZoneInfo("Europe/London"), "Platform")
HANGS = 600.0  # Seconds: whoever waits for a database that hangs waits for far longer than a test.


class Slow:
    """A look at a database that answers once it is let, or after very long."""

    def __init__(self) -> None:
        self.let, self.tired = threading.Event(), False

    def __call__(self) -> GateStatus:
        self.tired = not self.let.wait(HANGS)
        return SHUT


def test_a_new_process_knows_what_is_in_maintenance_however_slow_the_database_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dutydesk.web.memory.FIRST_PATIENCE", HANGS)
    slow = Slow()
    threading.Timer(0.5, slow.let.set).start()
    assert _asked_at_once(slow, begin=True) == SHUT


def test_nobody_waits_for_a_slow_database_at_the_gate() -> None:
    slow = Slow()
    try:
        assert _asked_at_once(slow, begin=False) is None
        assert not slow.tired
    finally:
        slow.let.set()


def test_a_database_that_hangs_keeps_no_new_process_from_its_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dutydesk.web.memory.FIRST_PATIENCE", 0.2)
    hangs = Slow()
    try:
        assert _asked_at_once(hangs, begin=True) is None
        assert not hangs.tired
    finally:
        hangs.let.set()
