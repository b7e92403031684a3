"""A door looks its keys up once for all who come at the same time."""

import asyncio
import threading
from datetime import UTC, datetime

import pytest
from django.db import OperationalError

from dutydesk.alarms.api.intake import TRUSTED, Keys
from dutydesk.alarms.flows import keys
from dutydesk.alarms.models import IntegrationKey
from dutydesk.inbox.api.keeper import NotKept

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)


class Store:
    """What knows one key, and answers once it is let."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.let = threading.Event()
        self.fault: Exception | None = None

    def opened_by(self, *, token: str, at: datetime) -> IntegrationKey:
        self.asked.append(token)
        self.let.wait(60)
        if self.fault is not None:
            raise self.fault
        if token != "right":
            raise keys.WrongKey("This key opens nothing.", "Make one.")
        return IntegrationKey(pk=7, name="Grafana")


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    store = Store()
    monkeypatch.setattr(keys, "opened_by", store.opened_by)
    return store


def test_all_who_come_meanwhile_share_a_look_and_one_that_goes_away_spoils_nothing(
    store: Store,
) -> None:
    at = [AT]

    async def story() -> None:
        known = Keys(lambda: at[0])
        waiting = [asyncio.ensure_future(known.opened_by("right")) for _ in range(32)]
        wrong = asyncio.ensure_future(known.opened_by("wrong"))
        await asyncio.sleep(0)
        waiting.pop(0).cancel()
        store.let.set()
        found = await asyncio.gather(*waiting)
        assert {one.number for one in found if one} == {7}
        assert len([one for one in found if one]) == 31
        assert await wrong is None
        assert sorted(store.asked) == ["right", "wrong"]
        await known.opened_by("right")
        assert len(store.asked) == 2, "it is trusted for a moment"
        at[0] += TRUSTED
        await known.opened_by("right")
        assert store.asked.count("right") == 2
        at[0] -= 10 * TRUSTED  # Nor is it trusted for longer by a clock that is set back.
        await known.opened_by("right")
        assert store.asked.count("right") == 3

    asyncio.run(story())


def test_a_look_that_fails_is_a_failure_of_each_and_the_next_looks_again(store: Store) -> None:
    store.fault = OperationalError()

    async def story() -> None:
        known = Keys(lambda: AT)
        waiting = [asyncio.ensure_future(known.opened_by("right")) for _ in range(3)]
        await asyncio.sleep(0)
        store.let.set()
        answers = await asyncio.gather(*waiting, return_exceptions=True)
        assert all(isinstance(one, NotKept) for one in answers)
        store.fault = None
        again = await known.opened_by("right")
        assert again is not None

    asyncio.run(story())
