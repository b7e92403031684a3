"""Connections that are held to hear what the database tells."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from threading import Event
from typing import Any, LiteralString, TypeVar

import psycopg
from procrastinate import PsycopgConnector
from procrastinate.connector import Notify
from procrastinate.exceptions import ConnectorException
from procrastinate.sql import queries
from psycopg.abc import PQGen

from dutydesk.database.notifications import WORK

logger = logging.getLogger(__name__)
T = TypeVar("T")
AGAIN = 1.0
"""Seconds, after which whoever lost the database looks for it again."""
_LOOK = 10.0


class ListeningConnection(psycopg.AsyncConnection[Any]):
    """A connection of an event loop, which wakes it when something comes.

    Psycopg's own looks ten times a second besides whether somebody wants to end the program. An
    event loop tells of that by itself, and a desk where nothing happens has nothing to do.
    """

    async def wait(self, gen: PQGen[T], interval: float = _LOOK, timeout: float | None = None) -> T:
        """Wait as Psycopg does, without looking meanwhile."""
        return await super().wait(gen, interval=_LOOK, timeout=timeout)


async def _commit_each(connection: psycopg.AsyncConnection[Any]) -> None:
    """Let each statement be its own transaction: one round trip to the database, not three."""
    await connection.set_autocommit(True)


class WakingConnector(PsycopgConnector):
    """The queue's way to the database, whose one connection that listens wakes threads as well.

    While the database is away it says nothing and hears nothing; neither ends who works by it.
    """

    def __init__(self, wakes: Mapping[str, Event], **options: Any) -> None:
        """Set, of `wakes`, the event of the work of which it hears that something is owed."""
        super().__init__(connection_class=ListeningConnection, configure=_commit_each, **options)
        self._wakes = wakes

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Hear of jobs as the queue does, and of other work; after a silence, of all that waits."""

        async def hear(*, channel: str, payload: str) -> None:
            if channel != WORK:
                await on_notification(channel=channel, payload=payload)
            elif payload in self._wakes:
                self._wakes[payload].set()

        while True:
            for each in self._wakes.values():
                each.set()
            try:
                await super().listen_notify(on_notification=hear, channels=[*channels, WORK])
            except ConnectorException as error:
                logger.warning("the queue can't be heard: %s", _why(error))
                await asyncio.sleep(AGAIN)

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        """Run a statement; a sign of life that can't be given is given the next time."""
        try:
            await super().execute_query_async(query, **arguments)
        except ConnectorException as error:
            if query != queries["update_heartbeat"]:
                raise
            logger.warning("the queue can't be told that a worker lives: %s", _why(error))


def _why(error: ConnectorException) -> str:
    return type(error.__cause__ or error).__name__
