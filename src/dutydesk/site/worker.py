"""The worker: runs jobs, and keeps time."""

import asyncio
import logging
import os
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException

from dutydesk.commitments.flows import commitments
from dutydesk.database import durable, works
from dutydesk.database.listener import AGAIN, WakingConnector
from dutydesk.database.threaded import ThreadedKind
from dutydesk.inbox.flows.work import ARRIVALS
from dutydesk.inbox.jobs import InboxWorker
from dutydesk.ports.clock import TimeSource
from dutydesk.process.flows import process
from dutydesk.settings import settings_in_force
from dutydesk.site import sign_of_life
from dutydesk.site.dispatcher import Dispatcher
from dutydesk.site.health import HEARTBEAT, health, well
from dutydesk.site.rounds import Repeating, attempt
from dutydesk.site.timekeeper import Timekeeper
from dutydesk.site.watchdog import Watchdog
from dutydesk.wiring import build, rehearses, rooms

logger = logging.getLogger(__name__)
ROUND, CHORES = timedelta(seconds=30), timedelta(minutes=5)
UPKEEP = timedelta(seconds=10)
RENEW = timedelta(seconds=2)
# Jobs wake a worker; whose wake-up was lost is found by the sweep of what its row owes, or here.
POLL = timedelta(seconds=10)
STEP = timedelta(milliseconds=250)
NOTHING: Mapping[str, threading.Event] = {}


def run(concurrency: int = 4) -> None:
    """Be a worker of the desk as it is put together, until it is ended."""
    desk = build()
    work(desk.clock, concurrency, desk.rounds, desk.chores)


def work(
    clock: TimeSource,
    concurrency: int = 4,
    rounds: Mapping[str, Callable[..., object]] | None = None,
    chores: Mapping[str, Callable[..., object]] | None = None,
) -> None:
    """Run jobs and keep time until SIGTERM or SIGINT; then finish what is under way.

    Each of `rounds` is called with `at` every half minute meanwhile, in turn, and each of `chores`
    every five, but in a rehearsal, whose clock may be moved by days. What rooms do every few
    seconds has a thread of its own too: none of it may be in the way of the timekeeper, which calls
    people. Nor may work that has threads of its own.
    """
    moved = rehearses()
    timekeeper = Timekeeper(clock, moved=moved)
    timekeeper.start()
    own = {
        work.name: Dispatcher(work, clock.now, moved=moved)
        for work in works.WORKS.values()
        if isinstance(work, ThreadedKind)
    }
    inbox = InboxWorker(clock.now)
    beside: list[Repeating | Dispatcher | InboxWorker] = [*own.values(), inbox]
    beside += in_turn(clock, rounds or {}, ROUND)
    beside += in_turn(clock, chores or {}, ROUND if moved else CHORES)
    beside.append(Repeating("upkeep", lambda: keep_up(at=clock.now()), UPKEEP))
    beside.append(Repeating("renewing", lambda: works.renew(at=clock.now()), RENEW))
    if url := settings_in_force().watchdog_url.get_secret_value():
        beside.append(Watchdog(url, lambda: timekeeper.is_alive() and well(health(clock.now()))))
    for each in beside:
        each.start()
    try:
        wakes = {name: each.woken for name, each in own.items()}
        wakes |= {commitments.WAKE: durable.AGAIN, ARRIVALS.name: inbox.woken}
        asyncio.run(run_jobs(clock, concurrency, wakes=wakes))
    finally:
        for each in beside:
            each.stop()
        timekeeper.stop()


@process.held()
def keep_up(*, at: datetime) -> None:
    """Do what every room does every few seconds; what fails doesn't keep the others from theirs."""
    for room in rooms():
        for each in room.upkeep:
            attempt(f"the upkeep of {room.name}", partial(each, at=at), None)


def in_turn(
    clock: TimeSource, rounds: Mapping[str, Callable[..., object]], every: timedelta
) -> list[Repeating]:
    """Give what makes the rounds, one after another: so few connections serve them all."""
    return [
        Repeating(name, lambda do=do: do(at=clock.now()), every, first=STEP * place)  # type: ignore[misc]
        for place, (name, do) in enumerate(rounds.items())
    ]


def queue_connector(wakes: Mapping[str, threading.Event] = NOTHING) -> WakingConnector:
    """Give what a worker asks the queue by: connections of its own, one if nothing happens."""
    return WakingConnector(wakes, kwargs=connector_params(), min_size=1, max_size=4, max_idle=20)


async def run_jobs(
    clock: TimeSource,
    concurrency: int,
    wait: bool = True,
    wakes: Mapping[str, threading.Event] = NOTHING,
) -> None:
    """Run jobs as they come until stopped; without `wait`, only those that are there.

    The worker has an app of its own, with its own connections. Replacing the connector of the one
    app instead would let flows queue jobs outside their transaction, and hang when many do.
    """
    living = asyncio.create_task(sign_of_life.give())
    jobs = app.with_connector(queue_connector(wakes))
    work = partial(
        jobs.run_worker_async,
        name=f"{socket.gethostname()}:{os.getpid()}",
        concurrency=concurrency,
        wait=wait,
        fetch_job_polling_interval=POLL.total_seconds(),
        delete_jobs="always",  # What failed is owed still, and queued again.
        update_heartbeat_interval=HEARTBEAT.total_seconds(),
        shutdown_graceful_timeout=8,
        additional_context={"clock": clock},
        install_signal_handlers=False,
    )
    async with jobs.open_async():
        await _until_stopped(work)
    living.cancel()


async def _until_stopped(work: Callable[[], Awaitable[None]]) -> None:
    """Work until a signal says to stop, or all is done; begin again when the database was away.

    Another signal while what is under way is finished is as good as the first: it cuts nothing
    short. A worker that ended then would be missed until another has begun.
    """
    me, loop = asyncio.current_task(), asyncio.get_running_loop()
    if me is None:
        raise RuntimeError("Only a task can be told to stop.")
    if threading.current_thread() is threading.main_thread():
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, lambda: me.cancelling() or me.cancel())
    with suppress(asyncio.CancelledError):
        while not me.cancelling():
            try:
                return await work()
            except ConnectorException as error:
                logger.warning("the queue can't be asked: %s", type(error.__cause__).__name__)
                await asyncio.sleep(AGAIN)
