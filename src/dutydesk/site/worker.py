"""The worker: runs jobs, and keeps time."""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping
from datetime import timedelta

from procrastinate.contrib.django import app

from dutydesk.database import durable
from dutydesk.ports.clock import TimeSource
from dutydesk.settings import settings_in_force
from dutydesk.site import sign_of_life
from dutydesk.site.health import HEARTBEAT, health, well
from dutydesk.site.rounds import Repeating
from dutydesk.site.timekeeper import Timekeeper
from dutydesk.site.watchdog import Watchdog

ROUND = timedelta(seconds=30)
RENEW = timedelta(seconds=2)
MOMENT = timedelta(milliseconds=200)


def work(
    clock: TimeSource,
    concurrency: int = 4,
    rounds: Mapping[str, Callable[..., None]] | None = None,
    often: Mapping[str, Callable[[], object]] | None = None,
) -> None:
    """Run jobs and keep time until SIGTERM or SIGINT; then finish what is under way.

    Each of `rounds` is called with `at` every half minute meanwhile, each of `often` each moment.
    """
    timekeeper = Timekeeper(clock)
    timekeeper.start()
    beside = [
        Repeating(name, lambda do=do: do(at=clock.now()), ROUND)  # type: ignore[misc]
        for name, do in (rounds or {}).items()
    ]
    beside += [Repeating(name, do, MOMENT) for name, do in (often or {}).items()]
    beside.append(Repeating("renewing", lambda: durable.renew(at=clock.now()), RENEW))
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


async def run_jobs(clock: TimeSource, concurrency: int, wait: bool = True) -> None:
    """Run jobs as they come until stopped; without `wait`, only those that are there.

    The worker has an app of its own, with its own connections. Replacing the connector of the one
    app instead would let flows queue jobs outside their transaction, and hang when many do.
    """
    living = asyncio.create_task(sign_of_life.give())
    jobs = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
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
