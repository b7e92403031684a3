"""Who hears what the database tells sleeps until it tells something."""

import asyncio
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import waiting

from dutydesk.database.listener import ListeningConnection
from dutydesk.database.notifications import CHANNEL, notify
from dutydesk.database.postgresql import outside_pool
from dutydesk.site import worker


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", [ListeningConnection, psycopg.AsyncConnection])
def test_a_listening_connection_hears_at_once_and_looks_seldom_by_itself(
    kind: type[psycopg.AsyncConnection[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []
    wait = waiting.wait_async

    async def noted(gen: Any, fileno: int, interval: float, timeout: float | None = None) -> Any:
        looks.append(interval)
        return await wait(gen, fileno, interval, timeout)

    monkeypatch.setattr(waiting, "wait_async", noted)

    async def hear() -> str:
        async with await kind.connect(**outside_pool(), autocommit=True) as hears:
            await hears.execute(f"LISTEN {CHANNEL}")
            await asyncio.to_thread(tell)
            async for told in hears.notifies(stop_after=1):
                return told.payload
        return ""

    assert asyncio.run(hear()) == "page:1"
    assert (min(looks) >= 10) == (kind is ListeningConnection)


def tell() -> None:
    notify("page:1")
    connection.close()


def test_a_worker_hears_of_jobs_by_such_a_connection() -> None:
    assert worker.queue_connector()._pool_args["connection_class"] is ListeningConnection
