"""What is made in an empty database: once or twice in a process, and from then on copied."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from django.db import connection, transaction

from testing import memory

Rows = dict[str, str]
"""The rows of each table, as JSON."""

_OF_THE_SCHEMA = ["auth_permission", "django_content_type", "django_migrations"]
_TABLES = """
    FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
"""
_WRITES = f"""
    SELECT pg_current_xact_id_if_assigned()::text, sum(
        pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
        + pg_stat_get_xact_tuples_deleted(oid)
    ) {_TABLES}
"""
_IS_EMPTY = """
    SELECT pg_current_xact_id_if_assigned() IS NULL
    AND NOT EXISTS (SELECT FROM people_account) AND NOT EXISTS (SELECT FROM people_engineer)
    AND NOT EXISTS (SELECT FROM process_processversion)
"""


@dataclass(frozen=True)
class Made:
    """What was made last, by its key, and how much this transaction had written by then."""

    key: Hashable = None
    writes: object = None


_asked: set[Hashable] = set()
_kept: dict[Hashable, Rows] = {}


def made(key: Hashable, make: Callable[[], None], after: Made | None = None) -> Made:
    """Let the database hold what `make` writes; `key` names it, and what it depends on.

    So does what this process knows to do: where else somebody is told, and who reacts.
    It goes on from what was made before, if that is given, or else begins. Where a test wrote
    something meanwhile, that may make a difference, and it is made as if for the first time.
    """
    if not _is_so_far(after):
        make()
        return Made()
    key = (after.key if after else None, key, memory.known())
    if key in _kept:
        put(_kept[key])
    elif key in _asked and connection.in_atomic_block:
        before = dict.fromkeys(taken(), "[]")
        make()
        _kept[key] = before | taken()
    else:
        make()
        _asked.add(key)
    return Made(key, _writes())


def _is_so_far(after: Made | None) -> bool:
    """Say whether nothing was written since; before all, whether nothing is there."""
    if after is not None:
        return after.key is not None and connection.in_atomic_block and _writes() == after.writes
    with connection.cursor() as cursor:
        cursor.execute(_IS_EMPTY)
        return bool(cursor.fetchone()[0])


def _writes() -> object:
    with connection.cursor() as cursor:
        cursor.execute(_WRITES)
        return cursor.fetchone()


def taken() -> Rows:
    """Give all rows of the tables that an empty database has none in."""
    rows = "SELECT '{0}', json_agg(t)::text FROM \"{0}\" AS t HAVING count(*) > 0"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT relname {_TABLES} AND relname <> ALL (%s)", [_OF_THE_SCHEMA])
        cursor.execute(" UNION ALL ".join(rows.format(name) for (name,) in cursor.fetchall()))
        return dict(cursor.fetchall())


def put(rows: Rows) -> None:
    """Let these be the tables' rows. No trigger runs: what it would write is among them."""
    deletes = (f'DELETE FROM "{name}"' for name in rows)
    inserts = (
        f'INSERT INTO "{name}" SELECT * FROM json_populate_recordset(NULL::"{name}", %s)'
        for name in rows
    )
    role = "SET LOCAL session_replication_role = {}"
    asked = "; ".join([role.format("replica"), *deletes, *inserts, role.format("origin")])
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(asked, list(rows.values()))
