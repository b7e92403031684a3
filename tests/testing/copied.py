"""What is made in an empty database: once in a process, and from then on copied."""

from collections import Counter
from collections.abc import Callable, Hashable

from django.db import connection, transaction

Rows = dict[str, str]
"""The rows of each table, as JSON."""

_WRITTEN = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
    AND pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
        + pg_stat_get_xact_tuples_deleted(oid) > 0
"""
_ANYBODY = """
    SELECT FROM people_account UNION ALL SELECT FROM people_engineer
    UNION ALL SELECT FROM process_processversion LIMIT 1
"""
_asked: Counter[Hashable] = Counter()
_kept: dict[Hashable, Rows] = {}


def made(key: Hashable, make: Callable[[], None]) -> None:
    """Let the database hold what `make` writes; `key` names it, and all that it depends on.

    What a test wrote before may make a difference, so that it is made as if for the first time.
    """
    if _written_to():
        make()
    elif key in _kept:
        put(_kept[key])
    else:
        make()
        _asked[key] += 1
        if _asked[key] > 1 and connection.in_atomic_block:
            _kept[key] = taken()


def _written_to() -> bool:
    """Say whether anything was written in this transaction, or outlived another."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({_WRITTEN}) OR EXISTS ({_ANYBODY})")
        return bool(cursor.fetchone()[0])


def taken() -> Rows:
    """Give all rows of the tables that this transaction wrote to, which were empty before it."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN)
        names = [name for (name,) in cursor.fetchall()]
        rows = "SELECT '{0}', coalesce(json_agg(t), '[]')::text FROM \"{0}\" AS t"
        cursor.execute(" UNION ALL ".join(rows.format(name) for name in names))
        return dict(cursor.fetchall())


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
