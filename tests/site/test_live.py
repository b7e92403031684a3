"""A stream outlives neither its session nor its account, and waits for no beat to end."""

import asyncio
from collections.abc import Callable

import pytest

from dutydesk.web import live
from dutydesk.web.doors import Event, Scope

ADA = "account:1"
SCOPE: Scope = {"type": "http", "method": "GET", "query_string": b"about=any"}
A_DAY = 24 * 3600.0


class Listener(live.Listener):
    """Hears what the test says, and no database."""

    async def _listen(self) -> None:
        await asyncio.Event().wait()


class Sessions:
    """One session, of Ada's, that may end."""

    stands = True

    def key_of(self, _scope: Scope) -> str:
        return "key"

    def account_of(self, _key: str) -> str | None:
        return ADA if self.stands else None


class Stream:
    """A screen that listens, at a desk whose next beat is tomorrow."""

    def __init__(self, sessions: Sessions) -> None:
        self.heard = b""
        self.running = asyncio.ensure_future(live.Live(sessions, A_DAY)(SCOPE, _stays, self._send))

    async def _send(self, event: Event) -> None:
        self.heard += event.get("body", b"")

    async def hears(self, words: bytes) -> None:
        while words not in self.heard:
            assert not self.running.done()
            await asyncio.sleep(0.001)


async def _stays() -> Event:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.fixture
def tell(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    listener = Listener()
    monkeypatch.setattr(live, "listener", listener)
    monkeypatch.setattr(live, "MOMENT", 0.01)
    return listener._tell


def test_a_stream_ends_soon_after_its_session_though_no_beat_is_due(
    tell: Callable[[str], None],
) -> None:
    async def story() -> None:
        sessions = Sessions()
        stream = Stream(sessions)
        await stream.hears(b"retry")
        sessions.stands = False
        tell(ADA)
        await asyncio.wait_for(stream.running, 300)  # A beat would come far later.

    asyncio.run(story())


def test_what_is_told_of_another_account_ends_nothing_and_is_not_said(
    tell: Callable[[str], None],
) -> None:
    async def story() -> None:
        stream = Stream(Sessions())
        await stream.hears(b"retry")
        for told in ("account:2", ADA, "alarm:7"):
            tell(told)
        await stream.hears(b"data: alarm:7")
        await stream.hears(b"still here")  # It was looked up, and the session stands.
        assert b"account" not in stream.heard
        stream.running.cancel()
        await asyncio.wait({stream.running})

    asyncio.run(story())
