"""Connections that are held to hear what the database tells."""

from collections.abc import Iterable, Mapping
from threading import Event
from typing import Any, TypeVar

import psycopg
from procrastinate import PsycopgConnector
from procrastinate.connector import Notify
from psycopg.abc import PQGen

from dutydesk.database.notifications import WORK

T = TypeVar("T")
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
    """The queue's way to the database, whose one connection that listens wakes threads as well."""

    def __init__(self, wakes: Mapping[str, Event], **options: Any) -> None:
        """Set, of `wakes`, the event of the work of which it hears that something is owed."""
        super().__init__(connection_class=ListeningConnection, configure=_commit_each, **options)
        self._wakes = wakes

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Hear of jobs as the queue does, and of other work."""

        async def hear(*, channel: str, payload: str) -> None:
            if channel != WORK:
                await on_notification(channel=channel, payload=payload)
            elif payload in self._wakes:
                self._wakes[payload].set()

        await super().listen_notify(on_notification=hear, channels=[*channels, WORK])
