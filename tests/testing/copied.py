"""What is made in an empty database: once or twice in a process, and from then on copied."""

from collections.abc import Callable, Hashable

from django.db import connection, transaction

Rows = dict[str, str]
"""The rows of each table, as JSON."""

_TABLES = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
"""
_IS_EMPTY = """
    SELECT pg_current_xact_id_if_assigned() IS NULL
    AND NOT EXISTS (SELECT FROM people_account) AND NOT EXISTS (SELECT FROM people_engineer)
    AND NOT EXISTS (SELECT FROM process_processversion)
"""
_asked: set[Hashable] = set()
_kept: dict[Hashable, Rows] = {}


def made(key: Hashable, make: Callable[[], None]) -> None:
    """Let the database hold what `make` writes; `key` names it, and all that it depends on.

    What a test wrote before may make a difference, so that it is made as if for the first time.
    """
    if not _is_empty():
        make()
    elif key in _kept:
        put(_kept[key])
    elif key in _asked and connection.in_atomic_block:
        _kept[key] = taken(make)
    else:
        make()
        _asked.add(key)


def _is_empty() -> bool:
    """Say whether nothing was written in this transaction yet, nor outlived another."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_EMPTY)
        return bool(cursor.fetchone()[0])


def taken(make: Callable[[], None]) -> Rows:
    """Let something be made, and give all rows of the tables that were empty before it."""
    before = _filled()
    make()
    rows = "SELECT '{0}', json_agg(t)::text FROM \"{0}\" AS t"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(map(rows.format, sorted(_filled() - before))))
        return dict(cursor.fetchall())


def _filled() -> set[str]:
    """Name the tables that have rows."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        one = "SELECT '{0}' WHERE EXISTS (SELECT FROM \"{0}\")"
        cursor.execute(" UNION ALL ".join(one.format(name) for (name,) in cursor.fetchall()))
        return {name for (name,) in cursor.fetchall()}


def put(rows: Rows) -> None:
    """Write these rows. No trigger runs: what it would write is among them."""
    statements = (
        f'INSERT INTO "{name}" SELECT * FROM json_populate_recordset(NULL::"{name}", %s)'
        for name in rows
    )
    role = "SET LOCAL session_replication_role = {}"
    asked = "; ".join([role.format("replica"), *statements, role.format("origin")])
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(asked, list(rows.values()))
