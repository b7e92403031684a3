"""A door waits as long as the database answers, and says so as soon as it doesn't."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from django.db import OperationalError

from dutydesk.site import pulse
from dutydesk.site.pulse import Prompt, Pulse, to_its_end
from dutydesk.web.doors import Door, Event, Receive, Scope, Send, answer

SCOPE: Scope = {"type": "http", "path": "/", "method": "GET", "headers": []}


@dataclass
class Database:
    """A database that is there, away (it refuses), or frozen (it says nothing until it thaws)."""

    away: bool = False
    asked: int = 0
    thawed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.thawed.set()

    async def ask(self) -> None:
        self.asked += 1
        away = self.away
        await self.thawed.wait()
        if away:
            raise psycopg.OperationalError


def works(takes: Callable[[], Awaitable[Any]]) -> Door:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await takes()
        await answer(send, 200, b"done")

    return app


async def nothing() -> Event:
    return {"type": "http.disconnect"}


async def status(door: Door) -> int:
    told: list[Event] = []

    async def send(event: Event) -> None:
        told.append(event)

    await door(SCOPE, nothing, send)
    assert [event["type"] for event in told] == ["http.response.start", "http.response.body"]
    return int(told[0]["status"])


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "GRACE", 0.01)
    monkeypatch.setattr(pulse, "FRESH", 0.0)


def test_who_is_answered_at_once_asks_the_database_nothing() -> None:
    async def story() -> None:
        database = Database(away=True)
        door = Prompt(works(lambda: asyncio.sleep(0)), Pulse(database.ask))
        assert await status(door) == 200
        assert database.asked == 0

    asyncio.run(story())


def test_what_takes_long_may_as_long_as_the_database_answers() -> None:
    async def story() -> None:
        database = Database()

        async def until_asked_thrice() -> None:
            while database.asked < 3:
                await asyncio.sleep(0.001)

        assert await status(Prompt(works(until_asked_thrice), Pulse(database.ask))) == 200

    asyncio.run(story())


@pytest.mark.parametrize("frozen", [True, False])
def test_who_waits_is_told_and_what_comes_late_is_told_to_nobody(frozen: bool) -> None:
    async def story() -> None:
        database, late = Database(away=not frozen), asyncio.Event()
        if frozen:
            database.thawed.clear()
        ended: list[bool] = []

        async def work() -> None:
            await late.wait()
            ended.append(True)

        door = Prompt(to_its_end(works(work)), Pulse(database.ask))
        assert await status(door) == 503
        late.set()
        while not ended:
            await asyncio.sleep(0)
        database.thawed.set()

    asyncio.run(story())


def test_a_door_that_isnt_djangos_is_told_that_nobody_waits() -> None:
    async def story() -> None:
        answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def work() -> None:
            await answered

        door = Prompt(works(work), Pulse(Database(away=True).ask))
        assert await status(door) == 503
        await asyncio.sleep(0)
        assert answered.cancelled()

    asyncio.run(story())


def test_once_lost_nothing_is_begun_until_it_is_back_and_the_first_one_then_succeeds() -> None:
    async def story() -> None:
        database, begun = Database(away=True), []

        async def work() -> None:
            begun.append(True)
            if database.away:
                await asyncio.Event().wait()

        door = Prompt(works(work), Pulse(database.ask))
        assert [await status(door) for _ in range(3)] == [503] * 3
        assert len(begun) == 1
        database.away = False
        assert await status(door) == 200

    asyncio.run(story())


def test_what_needs_no_database_is_answered_without_a_word_of_it() -> None:
    async def story() -> None:
        database = Database(away=True)
        beat = Pulse(database.ask)
        assert not await beat.beats()
        door = works(lambda: asyncio.sleep(0))
        assert await status(Prompt(door, beat)) == 503
        asked = database.asked
        assert await status(Prompt(door, beat, needs=lambda scope: False)) == 200
        assert database.asked == asked

    asyncio.run(story())


def test_all_who_wait_share_a_question_and_are_told_together() -> None:
    async def story() -> None:
        database = Database()
        database.thawed.clear()
        door = Prompt(works(database.thawed.wait), Pulse(database.ask))
        assert await asyncio.gather(*(status(door) for _ in range(24))) == [503] * 24
        assert database.asked <= 2
        database.thawed.set()

    asyncio.run(story())


def test_a_question_that_was_under_way_is_asked_anew() -> None:
    async def story() -> None:
        database = Database(away=True)
        database.thawed.clear()
        beat = Pulse(database.ask)
        first = asyncio.ensure_future(beat.beats())
        while not database.asked:
            await asyncio.sleep(0)
        database.away = False
        second = asyncio.ensure_future(beat.beats())
        await asyncio.sleep(0)
        database.thawed.set()
        assert not await first
        assert await second

    asyncio.run(story())


def test_who_asks_at_the_same_time_shares_one_question() -> None:
    async def story() -> None:
        database = Database()
        beat = Pulse(database.ask)
        assert all(await asyncio.gather(*(beat.beats() for _ in range(50))))
        assert database.asked == 1

    asyncio.run(story())


def test_a_door_whose_database_fails_before_it_answered_says_that_it_cant() -> None:
    async def story() -> None:
        async def work() -> None:
            raise OperationalError

        assert await status(Prompt(works(work), Pulse(Database().ask))) == 503

    asyncio.run(story())


def test_who_is_cancelled_from_outside_is_no_refusal_and_is_cancelled() -> None:
    async def story() -> None:
        database, begun, ended = Database(), asyncio.Event(), []

        async def work() -> None:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(True)

        asked = asyncio.ensure_future(status(Prompt(works(work), Pulse(database.ask))))
        await begun.wait()
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert ended

    asyncio.run(story())
