"""What is made in an empty database: once or twice in a process, and from then on copied."""

import json
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

from django.db import connection, transaction

from testing import memory

_OF_THE_SCHEMA = ["auth_permission", "django_content_type", "django_migrations"]
_TABLES = """
    FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
"""
_COUNTED = """
    SELECT relname, attname, pg_get_serial_sequence(quote_ident(relname), attname)
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname = ANY (%s)
    AND attnum > 0 AND NOT attisdropped
"""
_WRITTEN = """
    SELECT relname, string_agg(quote_ident(attname), ', ' ORDER BY attnum)
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
    AND attnum > 0 AND NOT attisdropped AND attgenerated = '' GROUP BY relname
"""
# Something may have counted back, as who fills tables by hand does.
_COUNT_ON = """
    SELECT setval(key, value::bigint) FROM json_each_text(%s)
    WHERE coalesce(pg_sequence_last_value(key::regclass), 0) < value::bigint
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
class Rows:
    """The rows of tables, as JSON, and the last number of each of their sequences.

    `columns`: those of each table that are written, and not worked out of the others.
    """

    tables: dict[str, str]
    numbers: dict[str, int]
    columns: dict[str, str]


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
        before = dict.fromkeys(_tables(), "[]")
        make()
        now = taken()
        _kept[key] = replace(now, tables=before | now.tables)
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
    tables = _tables()
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [list(tables)])
        last = 'SELECT \'{2}\', max("{1}") FROM "{0}"'
        asked = [last.format(*one) for one in cursor.fetchall() if one[2] is not None]
        cursor.execute(" UNION ALL ".join(asked) or "SELECT LIMIT 0")
        numbers = dict(cursor.fetchall())
        cursor.execute(_WRITTEN)
        return Rows(tables, numbers, dict(cursor.fetchall()))


def _tables() -> dict[str, str]:
    rows = "SELECT '{0}', json_agg(t)::text FROM \"{0}\" AS t HAVING count(*) > 0"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT relname {_TABLES} AND relname <> ALL (%s)", [_OF_THE_SCHEMA])
        cursor.execute(" UNION ALL ".join(rows.format(name) for (name,) in cursor.fetchall()))
        return dict(cursor.fetchall())


def put(rows: Rows) -> None:
    """Let these be the tables' rows. No trigger runs: what it would write is among them."""
    deletes = (f'DELETE FROM "{name}"' for name in rows.tables)
    inserts = (
        f'INSERT INTO "{name}" ({rows.columns[name]}) SELECT {rows.columns[name]}'
        f' FROM json_populate_recordset(NULL::"{name}", %s)'
        for name in rows.tables
    )
    role = "SET LOCAL session_replication_role = {}"
    asked = [role.format("replica"), *deletes, *inserts, _COUNT_ON, role.format("origin")]
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("; ".join(asked), [*rows.tables.values(), json.dumps(rows.numbers)])
