"""Making a backup: everything as it was at one moment, while the desk goes on."""

import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

from dutydesk.database import limits
from dutydesk.kernel.refusals import Refused
from dutydesk.site.backups import programs
from dutydesk.site.backups.backup_file import DATABASE, MANIFEST, PROCESS, SECRETS, Backup, Manifest

_BLOCK = 1 << 20
_TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = 'public' ORDER BY c.relname"""
_MIGRATIONS = "SELECT app || '.' || name FROM django_migrations ORDER BY id"
Told = Callable[[int], None]
"""Is told again and again how many bytes of the database were kept or read."""


class CannotBackUp(Refused):
    """The backup can't be made there; no file was left."""


def back_up(
    *, file: Path, address: str, home: Path, process_file: Path, told: Told, at: datetime
) -> Manifest:
    """Write everything that a desk knows to a new file, which its owner alone may read.

    What is written is read again. Raises CannotBackUp and Failed, and leaves no file then.
    """
    try:
        with _draft(file) as (draft, writing):
            with zipfile.ZipFile(writing, "w") as archive:
                manifest = _database(archive, address, told, at)
                files = [(process_file, PROCESS), *((home / name, name) for name in SECRETS)]
                for source, name in files:
                    if (content := _content(source)) is not None:
                        archive.writestr(name, content)
                archive.writestr(MANIFEST, manifest.written())
            os.fsync(writing.fileno())
            check(draft, told)
            _refuse_what_is_there(file)
            draft.rename(file)
    except OSError as error:
        raise CannotBackUp(
            f"The backup can't be written to {file}: {error.strerror}.",
            "Make room there, or name another place. No file was left.",
        ) from error
    return manifest


def _content(source: Path) -> bytes | None:
    """Give what is in a file of the desk's; None if it isn't there: it may be a setting instead."""
    try:
        return source.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CannotBackUp(
            f"{source} belongs into the backup, and can't be read: {error.strerror}.",
            "Mend that, and take the backup again. No file was left.",
        ) from error


def check(file: Path, told: Told) -> Manifest:
    """Read a backup from its first byte to its last. Raises BrokenBackup or Failed."""
    with Backup(file) as backup:
        for name in (PROCESS, *SECRETS):
            backup.content(name)
        words = [
            str(programs.path_of("pg_restore", backup.manifest.postgresql)),
            "--file=/dev/null",
        ]
        with programs.running(words, stdin=-1) as reading, backup.database() as dump:
            copy(dump, reading.stdin, told, backup)
        return backup.manifest


def copy(dump: IO[bytes], to: IO[bytes] | None, told: Told, backup: Backup) -> None:
    """Give a program the dump of a backup. Raises BrokenBackup where the dump is damaged."""
    assert to is not None
    _pump(lambda: backup.block(dump, _BLOCK), to, told)


def _pump(read: Callable[[], bytes], to: IO[bytes], told: Told) -> None:
    """Write all that is read, block by block, and tell how far that is."""
    done = 0
    while block := read():
        to.write(block)
        done += len(block)
        told(done)


@contextmanager
def _draft(file: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """Give a new file beside it, closed to others; it is gone afterwards unless it was renamed."""
    _refuse_what_is_there(file)
    number, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(number, "wb") as writing:
            yield Path(name), writing
    finally:
        Path(name).unlink(missing_ok=True)


def _refuse_what_is_there(file: Path) -> None:
    if file.exists():
        raise CannotBackUp(
            f"There is a file {file} already.", "Name another one, or remove that one first."
        )


def _database(archive: zipfile.ZipFile, address: str, told: Told, at: datetime) -> Manifest:
    """Keep the database as it is at one moment, and give what is in it at that same moment.

    The moment is held until pg_dump, which begins by taking it over, says its first word.
    """
    with session(address) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        manifest = _manifest(connection, at)
        moment = _value(connection, "SELECT pg_export_snapshot()")
        where, environment = programs.connected(address)
        words = [
            str(programs.path_of("pg_dump", manifest.postgresql)),
            *("--format=custom", "--no-owner", "--no-acl", "--no-comments"),
            *(f"--snapshot={moment}", f"--dbname={where}"),
        ]
        with (
            programs.running(words, stdout=-1, env=environment) as dumping,
            archive.open(DATABASE, "w", force_zip64=True) as kept,
        ):
            dump = dumping.stdout
            assert dump is not None

            def read() -> bytes:
                block = dump.read(_BLOCK)
                if not block and not connection.closed:
                    connection.execute("SELECT")  # If the server has ended it, it says so here.
                connection.close()
                return block

            _pump(read, kept, told)
    return manifest


def session(address: str) -> psycopg.Connection[Any]:
    """Connect for what may take hours, however soon the server ends what others do."""
    connection = psycopg.connect(address, connect_timeout=10)
    connection.execute(limits.LIFT)
    connection.commit()
    return connection


def _manifest(connection: psycopg.Connection[Any], at: datetime) -> Manifest:
    tables = [name for (name,) in connection.execute(_TABLES)]
    if "django_migrations" not in tables:
        raise CannotBackUp(
            "The database is empty: no desk was started on it yet.",
            "Look where DUTYDESK_HOME or DATABASE_URL leads.",
        )
    return Manifest(
        made_at=at,
        desk=version("dutydesk"),
        postgresql=connection.info.server_version // 10_000,
        rows=count(connection, tables),
        migrations=[name for (name,) in connection.execute(_MIGRATIONS)],
    )


def count(connection: psycopg.Connection[Any], tables: list[str]) -> dict[str, int]:
    """Give how many rows each of the tables has."""
    counting = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {}, count(*) FROM {}").format(name, sql.Identifier(name)) for name in tables
    )
    return dict(connection.execute(counting).fetchall())


def _value(connection: psycopg.Connection[Any], query: str) -> Any:
    found = connection.execute(query).fetchone()
    assert found is not None
    return found[0]
