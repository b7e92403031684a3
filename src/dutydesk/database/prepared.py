"""A connection of an event loop, for few statements that are run thousands of times a second.

A thread that waits for the database costs two changes of threads a statement, each of which waits
for the interpreter's lock; a cursor costs more than sending what it sends. So this is libpq as
psycopg wraps it (https://www.psycopg.org/psycopg3/docs/api/pq.html), heard by the event loop.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg import pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq.abc import PGresult

from dutydesk.database.postgresql import outside_pool

Row = tuple[bytes, ...]
_DONE = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)


class PreparedConnection:
    """Runs prepared statements one after another, each in a transaction of its own.

    It connects when it is first asked, and again after it was lost. It is outside the pool.
    """

    def __init__(self, statements: Mapping[str, str]) -> None:
        """Know the `statements` by name; each has its values as $1, $2."""
        self._statements = statements
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._loop: asyncio.AbstractEventLoop
        self._socket: int
        self._answer: asyncio.Future[PGresult] | None = None
        self._result: PGresult | None = None

    @property
    def lost(self) -> bool:
        """Say whether there is no connection now."""
        return self._connection is None

    async def run(self, name: str, values: Sequence[str | list[bytes]] = ()) -> list[Row]:
        """Run a statement; give its rows, each value as PostgreSQL writes it, NULL as nothing.

        Raises psycopg.Error. What is cancelled meanwhile may be done or not.
        """
        connection = self._connection or await self._connect()
        dumper = Transformer(connection)
        formats = [PyFormat.TEXT if isinstance(one, str) else PyFormat.BINARY for one in values]
        sent = dumper.dump_sequence(values, formats)
        self._answer = self._loop.create_future()
        try:
            connection.pgconn.send_query_prepared(name.encode(), sent, dumper.formats)
            if connection.pgconn.flush():  # It is more than the socket takes at once.
                self._loop.add_writer(self._socket, self._send_on)
            result = await self._answer
        except BaseException:
            self.close()
            raise
        finally:
            self._answer = None
        if result.status not in _DONE:
            raise error_from_result(result)
        return [_row(result, number) for number in range(result.ntuples)]

    def close(self) -> None:
        """Give the connection back, if there is one."""
        connection, self._connection, self._result = self._connection, None, None
        if connection is not None:
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
            connection.pgconn.finish()

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        made = await psycopg.AsyncConnection.connect(**outside_pool(), autocommit=True)
        try:
            for name, statement in self._statements.items():
                await made.execute(f"PREPARE {name} AS {statement}".encode())
        except BaseException:
            made.pgconn.finish()
            raise
        self._connection, self._loop = made, asyncio.get_running_loop()
        self._socket = made.pgconn.socket  # A connection that is lost can't name it any more.
        self._loop.add_reader(self._socket, self._read)
        return made

    def _send_on(self) -> None:
        assert self._connection is not None
        try:
            if not self._connection.pgconn.flush():
                self._loop.remove_writer(self._socket)
        except psycopg.Error as error:
            self._fail(error)

    def _read(self) -> None:
        """Take what the database says; when nobody asked, that is that it ends."""
        assert self._connection is not None
        libpq = self._connection.pgconn
        try:
            libpq.consume_input()
            while not libpq.is_busy():
                result = libpq.get_result()
                if result is None:
                    return self._tell()
                self._result = result
        except psycopg.Error as error:
            self._fail(error)

    def _tell(self) -> None:
        result, self._result = self._result, None
        if result is not None and self._answer is not None and not self._answer.done():
            self._answer.set_result(result)

    def _fail(self, error: psycopg.Error) -> None:
        """Be lost, and tell whoever waits."""
        self.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)


def _row(result: PGresult, number: int) -> Row:
    return tuple(result.get_value(number, place) or b"" for place in range(result.nfields))
