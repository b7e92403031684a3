"""The worker: runs jobs, and keeps time."""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

from dutydesk.database import durable
from dutydesk.database.listener import ListeningConnection
from dutydesk.inbox.jobs import InboxWorker
from dutydesk.ports.clock import TimeSource
from dutydesk.settings import settings_in_force
from dutydesk.site import sign_of_life
from dutydesk.site.health import HEARTBEAT, health, well
from dutydesk.site.rounds import Repeating, attempt
from dutydesk.site.timekeeper import Timekeeper
from dutydesk.site.watchdog import Watchdog
from dutydesk.wiring import build, rooms

ROUND = timedelta(seconds=30)
UPKEEP = timedelta(seconds=5)
RENEW = timedelta(seconds=2)
MOMENT = timedelta(milliseconds=200)


def run(concurrency: int = 4) -> None:
    """Be a worker of the desk as it is put together, until it is ended."""
    desk = build()
    work(desk.clock, concurrency, desk.rounds, desk.often)


def work(
    clock: TimeSource,
    concurrency: int = 4,
    rounds: Mapping[str, Callable[..., object]] | None = None,
    often: Mapping[str, Callable[[], object]] | None = None,
) -> None:
    """Run jobs and keep time until SIGTERM or SIGINT; then finish what is under way.

    Each of `rounds` is called with `at` every half minute meanwhile, each of `often` each moment.
    What rooms do every few seconds has a thread of its own too: none of it may be in the way of
    the timekeeper, which calls people.
    """
    timekeeper = Timekeeper(clock)
    timekeeper.start()
    beside: list[Repeating | InboxWorker] = [
        Repeating(name, lambda do=do: do(at=clock.now()), ROUND)  # type: ignore[misc]
        for name, do in (rounds or {}).items()
    ]
    beside += [Repeating(name, do, MOMENT) for name, do in (often or {}).items()]
    beside.append(Repeating("upkeep", lambda: keep_up(at=clock.now()), UPKEEP))
    beside.append(Repeating("renewing", lambda: durable.renew(at=clock.now()), RENEW))
    beside.append(InboxWorker(clock.now))
    if url := settings_in_force().watchdog_url.get_secret_value():
        beside.append(Watchdog(url, lambda: timekeeper.is_alive() and well(health(clock.now()))))
    for each in beside:
        each.start()
    try:
        asyncio.run(run_jobs(clock, concurrency))
    finally:
        for each in beside:
            each.stop()
        timekeeper.stop()


def keep_up(*, at: datetime) -> None:
    """Do what every room does every few seconds; what fails doesn't keep the others from theirs."""
    for room in rooms():
        for each in room.upkeep:
            attempt(f"the upkeep of {room.name}", partial(each, at=at))


def queue_connector() -> PsycopgConnector:
    """Give what a worker asks the queue by: connections of its own."""
    return PsycopgConnector(kwargs=connector_params(), connection_class=ListeningConnection)


async def run_jobs(clock: TimeSource, concurrency: int, wait: bool = True) -> None:
    """Run jobs as they come until stopped; without `wait`, only those that are there.

    The worker has an app of its own, with its own connections. Replacing the connector of the one
    app instead would let flows queue jobs outside their transaction, and hang when many do.
    """
    living = asyncio.create_task(sign_of_life.give())
    jobs = app.with_connector(queue_connector())
    async with jobs.open_async():
        await jobs.run_worker_async(
            name=f"{socket.gethostname()}:{os.getpid()}",
            concurrency=concurrency,
            wait=wait,
            delete_jobs="successful",
            update_heartbeat_interval=HEARTBEAT.total_seconds(),
            shutdown_graceful_timeout=8,
            additional_context={"clock": clock},
        )
    living.cancel()
