"""Making a desk again from a backup: on an empty place only, and whole or not at all."""

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from psycopg import sql

from dutydesk.database import limits
from dutydesk.kernel.refusals import Refused
from dutydesk.site.backups import programs
from dutydesk.site.backups.backup import Told, check, copy, session
from dutydesk.site.backups.backup_file import PROCESS, SECRETS, Backup, Manifest
from dutydesk.site.embedded.server import Server

# What is in a database already, but for what belongs to its extensions.
_THERE = """
    SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND n.nspname !~ '^pg_' AND
    n.nspname <> 'information_schema' AND NOT EXISTS
    (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"""
# What was owed when the backup was made may have been done since, and nobody here knows. What
# switches something is let be: it may have been switched back.
_WHY = "'the desk was made again from a backup, and this may have been done since'"
DOUBT = f"""
DO $desk$ BEGIN
    IF (SELECT count(*) FROM information_schema.columns WHERE (table_name, column_name) IN
        (('outbox_message', 'claimed_at'), ('chat_postmirror', 'owed'))) <> 2 THEN
        RETURN;
    END IF;
    WITH gone AS (
        UPDATE outbox_message SET state = 'withdrawn', due_at = NULL, claimed_at = NULL,
            settled_at = now(), reason = {_WHY}
        WHERE due_at IS NOT NULL AND (kind = 'maintenance.webhook' OR kind LIKE 'command:%')
        RETURNING *
    ), told AS (
        INSERT INTO journal_entry (at, kind, subject, actor, text, clause, data)
        SELECT now(), 'outbox.settled', subject, 'the desk',
            coalesce(payload->>'what', kind) || ' is not carried out any more: ' || {_WHY}
                || '. See to it by hand', '', jsonb_build_object(
                'message_kind', kind, 'key', key, 'delivered', false, 'reason', {_WHY})
        FROM gone RETURNING id
    )
    INSERT INTO journal_reaction (entry_id, name, due_at, attempts, problem)
    SELECT id, 'maintenance.settled', now(), 0, '' FROM told;
    UPDATE chat_postmirror SET uncertain = true WHERE owed;
    WITH owed AS (
        UPDATE outbox_message SET attempts = attempts + 1, claimed_at = NULL
        WHERE due_at IS NOT NULL RETURNING id, attempts
    )
    INSERT INTO outbox_attempt (message_id, number, began, ended, outcome, reason)
    SELECT id, attempts, now(), now(), 'unknown', {_WHY} FROM owed;
END $desk$;
"""
"""Lets what is owed be looked for before it is done again. What switches something is let be, and
the team is told so, as of a switch that is never heard.

A backup of a version that can't say so is left as it is.
"""
_COUNT = """
DO $desk$ DECLARE one record; BEGIN
    FOR one IN SELECT * FROM ({}) AS counted (name, many, wanted) WHERE many <> wanted LOOP
        RAISE EXCEPTION 'The table % has % rows, and should have %', one.name, one.many, one.wanted;
    END LOOP;
END $desk$;
"""
_BLOCK = 1 << 20
# A setting that servers before 17 don't know; it stands among the first lines of a dump.
_UNKNOWN, _FIRST = b"SET transaction_timeout = 0;\n", 40


class CannotRestore(Refused):
    """The backup can't be restored there; what was there is as it was."""


@dataclass(frozen=True)
class Place:
    """Where a desk is made again: its data folder, its process file, and its database.

    Without an address the database is the embedded one, in the data folder.
    """

    home: Path
    process_file: Path
    address: str = ""


def restore(
    *, file: Path, to: Place, told: Told, refuse: Callable[[Iterable[str]], None]
) -> tuple[Manifest, list[Path]]:
    """Make a desk again, and give what was in the backup and which files were there and kept.

    The whole backup is read before anything is written. `refuse` is asked about the migrations
    that the database went through. Raises BrokenBackup, CannotRestore and Failed.
    """
    manifest = check(file, told)
    refuse(manifest.migrations)
    with Backup(file) as backup:
        _refuse_other_secrets(backup, to.home)
        with _database(to) as address:
            _refuse_what_is_there(address)
            with _files(backup, to) as kept:
                _fill(backup, address, told)
        return manifest, kept


def _refuse_other_secrets(backup: Backup, home: Path) -> None:
    for name in SECRETS:
        file, kept = home / name, backup.content(name)
        if kept is not None and file.exists() and file.read_bytes() != kept:
            raise CannotRestore(
                f"{file} is another desk's.", "Name an empty folder with --into, or move it away."
            )


@contextmanager
def _database(to: Place) -> Iterator[str]:
    """Give the address of the database to fill; an embedded one is made, and stays if it is."""
    if to.address:
        yield to.address
        return
    folder, draft = to.home / "postgresql", to.home / "postgresql.restoring"
    if folder.exists():
        raise CannotRestore(
            f"There is a database in {to.home} already.",
            "Name an empty folder with --into, or move that one away first.",
        )
    to.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.rmtree(draft, ignore_errors=True)  # Somebody ended a restore half way.
    try:
        server = Server(draft, log=to.home / "postgresql.log")
        try:
            yield server.address
        finally:
            server.stop()
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _refuse_what_is_there(address: str) -> None:
    with session(address) as connection:
        found = connection.execute(_THERE).fetchone()
    if found is not None and found[0]:
        raise CannotRestore(
            "The database that DATABASE_URL names is not empty.",
            "Make an empty one (createdb) and name that.",
        )


def _fill(backup: Backup, address: str, told: Told) -> None:
    """Read the dump into the database, and put it right, in one transaction."""
    where, environment = programs.connected(address)
    ours = backup.manifest.postgresql
    reading = [str(programs.path_of("pg_restore", ours)), "--no-owner", "--no-acl", "--file=-"]
    writing = [
        *(str(programs.path_of("psql", ours)), "--no-psqlrc", "--quiet", "--single-transaction"),
        *("--set=ON_ERROR_STOP=1", "--output=/dev/null", f"--dbname={where}"),
    ]
    with (
        programs.running(writing, stdin=-1, env=environment) as filled,
        programs.running(reading, stdin=-1, stdout=-1) as read,
        backup.database() as dump,
        _copying(lambda: copy(dump, read.stdin, told, backup), read.stdin),
    ):
        _hand_on(read.stdout, filled.stdin, _ending(backup.manifest))


@contextmanager
def _copying(work: Callable[[], None], to: IO[bytes] | None) -> Iterator[None]:
    """Do something beside the caller, and raise here what it raised there.

    Where the caller raises, the program is ended, and the work ends with it.
    """
    raised: list[Refused] = []

    def do() -> None:
        try:
            work()
        except BrokenPipeError:
            pass  # Whoever reads has ended; it says why.
        except Refused as error:  # It is raised in the caller's thread.
            raised.append(error)
        finally:
            programs.close(to)

    thread = threading.Thread(target=do, daemon=True)
    thread.start()
    yield
    thread.join()
    if raised:
        raise raised[0]


def _ending(manifest: Manifest) -> str:
    """Give what is said to a database once all is in it, and before anybody can see that.

    That every row is there which the backup speaks of, and what of it is in doubt.
    """
    count = sql.SQL("SELECT {}, (SELECT count(*) FROM {}), {}")
    each = (count.format(name, sql.Identifier(name), many) for name, many in manifest.rows.items())
    counted = sql.SQL(_COUNT).format(sql.SQL(" UNION ALL ").join(each)).as_string(None)
    return f"SET search_path = public;\n{counted}{DOUBT}"


def _hand_on(text: IO[bytes] | None, to: IO[bytes] | None, ending: str) -> None:
    """Give one program what the other writes, without what older servers don't know."""
    assert text is not None
    assert to is not None
    try:
        to.write(f"{limits.LIFT};\n".encode())
        to.flush()
        for _ in range(_FIRST):
            line = text.readline()
            if line != _UNKNOWN:
                to.write(line)
        shutil.copyfileobj(text, to, _BLOCK)
        to.write(ending.encode())
    except BrokenPipeError:  # It has ended, and says why; let the first one end too.
        while text.read(_BLOCK):
            pass


@contextmanager
def _files(backup: Backup, to: Place) -> Iterator[list[Path]]:
    """Write the process file and the secrets, and give which files were there and differ.

    Where what follows fails, those that were written are gone again.
    """
    kept: list[Path] = []
    made: list[Path] = []
    try:
        _write_files(backup, to, made, kept)
        yield kept
    except BaseException:
        for file in made:
            file.unlink(missing_ok=True)
        raise


def _write_files(backup: Backup, to: Place, made: list[Path], kept: list[Path]) -> None:
    try:
        to.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, file in [(PROCESS, to.process_file), *((one, to.home / one) for one in SECRETS)]:
            content = backup.content(name)
            if content is not None and not file.exists():
                file.touch(mode=0o644 if name == PROCESS else 0o600)
                made.append(file)
                file.write_bytes(content)
            elif content is not None and file.read_bytes() != content:
                kept.append(file)
    except OSError as error:
        raise CannotRestore(
            f"{error.filename} can't be written: {error.strerror}.",
            "Mend that, and begin again. Nothing was kept.",
        ) from error
