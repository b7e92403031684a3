"""Connections that are held to hear what the database tells."""

from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

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
