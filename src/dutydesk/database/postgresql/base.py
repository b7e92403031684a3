"""The engine that Django loads. Its pool differs from the one that Django makes in what follows.

A server that is lost takes all of its connections with it, so they are forgotten together. Whoever
waits for one is told at once that the server can't be reached. And nothing is put off: the next
one who asks tries anew, so that the first request after the server is back succeeds. Times are
read by a quicker loader: `moments`. Statements are put together sooner: `compiler`.
"""

from collections.abc import Callable
from datetime import UTC
from typing import Any, ClassVar

import psycopg
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base, operations
from psycopg.adapt import AdaptersMap
from psycopg_pool import ConnectionPool

from dutydesk.database.postgresql import moments, text_lists

Connection = psycopg.Connection[Any]


class Pool(ConnectionPool[Connection]):
    """Lends connections that were looked at just before."""

    def __init__(
        self, parameters: dict[str, Any], configure: Callable[[Connection], Any], **options: Any
    ) -> None:
        """Connect with `parameters`; nothing is opened before the first one is asked for."""
        super().__init__(
            kwargs=parameters,
            open=False,
            configure=configure,
            check=self._look,
            reconnect_timeout=0,
            **options,
        )

    def _look(self, connection: Connection) -> None:
        """Raise if it was lost; then the others were lost with it."""
        try:
            self.check_connection(connection)
        except psycopg.Error:
            self.drain()
            raise

    def reconnect_failed(self) -> None:
        """Tell all who wait, rather than let each of them wait until their time is up."""
        with self._lock:
            waiting = list(self._waiting)
            self._waiting.clear()
        for one in waiting:
            one.fail(psycopg.OperationalError("the database can't be reached"))


class DatabaseOperations(operations.DatabaseOperations):
    """What Django asks of PostgreSQL."""

    compiler_module = "dutydesk.database.postgresql.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection to PostgreSQL, out of our pool."""

    ops_class = DatabaseOperations
    _connection_pools: ClassVar[dict[str, Any]]
    _configure_connection: Callable[[Connection], Any]

    def get_connection_params(self) -> dict[str, Any]:
        """Give what a connection is opened with; where times are in UTC, they are read soon."""
        parameters: dict[str, Any] = super().get_connection_params()
        adapters = AdaptersMap(parameters["context"].adapters)
        text_lists.register(adapters)
        if self.timezone is UTC:
            moments.register(adapters)
        return {**parameters, "context": adapters}

    @property
    def pool(self) -> Any:
        """Give the pool of this process, made on first use; None where none is wanted."""
        options = self.settings_dict["OPTIONS"].get("pool")
        pools = self._connection_pools
        if self.alias != NO_DB_ALIAS and options and self.alias not in pools:
            parameters = {**self.get_connection_params(), "autocommit": True}
            pools.setdefault(self.alias, Pool(parameters, self._configure_connection, **options))
        return super().pool
