"""Connections that are held to hear what the database tells."""

import os
import selectors
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

from dutydesk.database.postgresql import outside_pool

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


class Bell:
    """Wakes one thread: when PostgreSQL tells of a channel, or when this process rings it.

    Without a database it rings by itself now and then, so that whoever waits looks for it.
    """

    def __init__(self, channel: str, again: float = 1.0) -> None:
        """Listen to a channel from the first wait on; without a database look `again` so soon."""
        self._channel, self._again = channel, again
        self._connection: psycopg.Connection[Any] | None = None
        self._reads, self._rings = os.pipe()
        os.set_blocking(self._reads, False)
        os.set_blocking(self._rings, False)

    def ring(self) -> None:
        """Wake whoever waits, or will. Any thread may."""
        try:
            os.write(self._rings, b"!")
        except BlockingIOError:
            return  # It rings already.

    def wait(self, seconds: float) -> None:
        """Wait until it rings, or so long; what was told before this returns is heard."""
        if self._connection is None and not self._connect():
            seconds = min(seconds, self._again)
        with selectors.DefaultSelector() as selector:
            selector.register(self._reads, selectors.EVENT_READ)
            if self._connection is not None:
                selector.register(self._connection.fileno(), selectors.EVENT_READ)
            selector.select(seconds)
        self._hear()

    def close(self) -> None:
        """Listen no more."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> bool:
        """Begin to listen; what was told until then is not heard, so it rings."""
        try:
            self._connection = psycopg.connect(**outside_pool(), autocommit=True)
            self._connection.execute(f"LISTEN {self._channel}")
        except psycopg.Error:
            self.close()
            return False
        self.ring()
        return True

    def _hear(self) -> None:
        try:
            while os.read(self._reads, 1024):
                continue
        except BlockingIOError:
            pass
        if self._connection is None:
            return
        try:
            self._connection.pgconn.consume_input()
            while self._connection.pgconn.notifies() is not None:
                continue
        except psycopg.Error:
            self.close()
