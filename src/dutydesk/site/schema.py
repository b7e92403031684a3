"""The tables of this version: made at once where there are none, or found as they should be.

`schema.sql` is what the migrations leave in an empty database. `make schema` writes it anew.
"""

import pkgutil
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

FILE = Path(__file__).with_name("schema.sql")
_NOTHING_THERE = """
SELECT NOT EXISTS (
    SELECT FROM pg_namespace JOIN (
        SELECT relnamespace FROM pg_class
        UNION ALL SELECT pronamespace FROM pg_proc
        UNION ALL SELECT typnamespace FROM pg_type
    ) AS things (namespace) ON things.namespace = pg_namespace.oid
    WHERE nspname = ANY (current_schemas(false))
)
"""


def create() -> None:
    """Make everything in a database that is empty, as the migrations of this version would.

    Nothing happens in one that holds anything, nor if the file was written for other migrations,
    as it was where a package has been upgraded alone: then the migrations make it.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_NOTHING_THERE)
        if not cursor.fetchone()[0]:
            return
        cursor.execute(FILE.read_text("utf-8"))
        transaction.set_rollback(not is_complete())


def is_complete() -> bool:
    """Say whether the database has had all migrations that are installed, and none of others."""
    return set(MigrationRecorder(connection).applied_migrations()) == installed()


def installed() -> set[tuple[str, str]]:
    """Give all migrations by app and name, loading none of them."""
    return {
        (app.label, module.name)
        for app in apps.get_app_configs()
        if (package := find_spec(f"{app.name}.migrations"))
        for module in pkgutil.iter_modules(package.submodule_search_locations)
        if not module.ispkg and module.name[0] not in "_~"
    }
