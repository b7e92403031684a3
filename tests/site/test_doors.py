"""Doors before Django: what goes wrong behind one is logged, and tells no secret."""

import asyncio
import queue
from datetime import UTC, datetime

import pytest

from dutydesk.alarms.api.storing import Storer
from dutydesk.site.doors import Event, Receive, Scope, Send, before


async def _nothing() -> Event:
    return {"type": "http.disconnect"}


async def _nowhere(_event: Event) -> None:
    """Answer nobody."""


def test_a_fault_behind_a_door_is_logged_without_its_path(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise LookupError("wrong")

    async def django(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("not here")

    lead = before(django, {"/alarms/in/": broken})
    scope = {"type": "http", "path": "/alarms/in/json/the-secret"}

    async def ask() -> None:
        await lead(scope, _nothing, _nowhere)

    with pytest.raises(LookupError):
        asyncio.run(ask())
    assert "a request to /alarms/in/ failed" in caplog.text
    assert "LookupError: wrong" in caplog.text
    assert "the-secret" not in caplog.text


def test_a_key_that_is_looked_up_anew_meanwhile_is_only_not_known() -> None:
    storer: Storer

    def now() -> datetime:
        storer._opens.clear()  # As the thread that stores may do at any moment.
        return datetime(2026, 11, 24, tzinfo=UTC)

    loop = asyncio.new_event_loop()
    storer = Storer(now, queue.SimpleQueue(), loop)
    loop.close()
    storer._opens["key"] = (1, datetime(2026, 11, 25, tzinfo=UTC))
    assert storer.knows("key")
    assert not storer.knows("key")
