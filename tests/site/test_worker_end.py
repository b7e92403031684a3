"""The worker outlives its database, and ends once it is told to, when its jobs are done."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app as jobs
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException
from procrastinate.sql import queries

from dutydesk.database.queue import job
from dutydesk.site import worker
from dutydesk.site.worker import run_jobs
from dutydesk.wiring import clock
from testing.machine import AT_MOST

ran: list[int] = []


@job("test.short")
def short(*, number: int, now: Callable[[], datetime]) -> None:
    ran.append(number)


AWAY = {"prune_stalled_workers", "fetch_job", "update_heartbeat", "hear"}


def away_at_first(name: str, failed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what the queue's connector does by this name fail twice for each thing it asks."""
    ask, names = getattr(PsycopgConnector, name), {text: each for each, text in queries.items()}

    async def asking(here: Any, *given: Any, **named: Any) -> Any:
        what = names.get(named.get("query", given[0] if given else ""), "hear")
        if what in AWAY and failed.count(what) < 2:
            failed.append(what)
            raise ConnectorException from psycopg.OperationalError("it is away")
        return await ask(here, *given, **named)

    monkeypatch.setattr(PsycopgConnector, name, asking)


@pytest.mark.django_db(transaction=True)
def test_a_worker_outlives_a_database_that_was_away_and_works_on_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failed, woken = list[str](), threading.Event()
    monkeypatch.setattr(worker, "HEARTBEAT", timedelta(seconds=0.05))
    for module in ("site.worker", "database.listener"):
        monkeypatch.setattr(f"dutydesk.{module}.AGAIN", 0.01)
    for name in ("query", "query_one", "query_all"):
        away_at_first(f"execute_{name}_async", failed, monkeypatch)
    away_at_first("listen_notify", failed, monkeypatch)
    jobs.configure_task("test.short").defer(number=9)

    async def work() -> None:
        running = asyncio.create_task(run_jobs(clock(), 4, wakes={"any": woken}))
        while 9 not in ran or set(failed) != AWAY or not woken.is_set():
            assert not running.done()
            await asyncio.sleep(0.01)
        running.cancel()
        await running

    asyncio.run(asyncio.wait_for(work(), AT_MOST))


began, may_end = threading.Event(), threading.Event()


@job("test.long")
def long(*, number: int, now: Callable[[], datetime]) -> None:
    began.set()
    assert may_end.wait(60)
    ran.append(number)


@pytest.mark.django_db(transaction=True)
def test_a_second_signal_cuts_nothing_short_that_the_first_lets_end() -> None:
    jobs.configure_task("test.long").defer(number=11)

    async def say_stop() -> None:
        heard = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, heard.set)
        for each in (signal.SIGTERM, signal.SIGUSR1):  # They are heard in this order.
            os.kill(os.getpid(), each)
        await heard.wait()
        await asyncio.sleep(0.05)

    async def work() -> None:
        running = asyncio.create_task(run_jobs(clock(), 4))
        while not began.is_set():
            await asyncio.sleep(0.01)
        await say_stop()
        await say_stop()
        assert not running.done()
        may_end.set()
        await running

    asyncio.run(asyncio.wait_for(work(), AT_MOST))
    connection.close()
    assert 11 in ran
    assert not ProcrastinateJob.objects.exists()
