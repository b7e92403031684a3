"""A backup holds the whole desk, from which the same is made again; and never half of it."""

import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from dutydesk.site.backups import backup, programs, restoration
from dutydesk.site.backups.backup import CannotBackUp, back_up, check
from dutydesk.site.backups.backup_file import BrokenBackup
from dutydesk.site.backups.programs import Failed
from dutydesk.site.backups.restoration import CannotRestore, Place, restore
from dutydesk.site.prepare import ForeignDatabase, refuse_unknown
from dutydesk.site.serve import only_one
from testing import baseline, prepared

AT = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
pytestmark = pytest.mark.xdist_group("backups")  # The first version's desk is made once.
OLD, NEW = f"kept_{os.getpid()}", f"again_{os.getpid()}"
Rows = dict[str, str | None]


def address_of(database: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))


def make_database(name: str) -> None:
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def everything(address: str) -> Rows:
    """Give what each table holds, as a digest."""
    with psycopg.connect(address) as connection:
        named = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        digest = sql.SQL("SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {} t")
        return {
            name: (connection.execute(digest.format(sql.Identifier(name))).fetchone() or (None,))[0]
            for (name,) in named
        }


def newest_process(address: str) -> str:
    """Give the process that is in force there."""
    with psycopg.connect(address) as connection:
        newest = "SELECT text FROM process_processversion ORDER BY id DESC LIMIT 1"
        (text,) = connection.execute(newest).fetchone() or ("",)
    return str(text)


def desk(*words: str, room: int = 0, **setting: str) -> subprocess.CompletedProcess[str]:
    """Run a command; `room` is how large a file may get, in blocks of 512 or 1,024 bytes."""
    limited = ["sh", "-c", f'ulimit -f {room}; exec "$@"', "sh"] if room else []
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "COLUMNS")}
    return subprocess.run(
        [*limited, sys.executable, "-m", "dutydesk", *words],
        env={**environment, "DJANGO_SETTINGS_MODULE": "dutydesk.site.settings", **setting},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def first() -> Iterator[str]:
    """A desk of the first version, with a day of an office in it."""
    baseline.restore(OLD)
    yield address_of(OLD)
    baseline.drop(OLD)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    (folder / "process.yaml").write_text("team: {name: Platform}\n")
    (folder / "secret-key").write_text("the key\n")
    return folder


@pytest.fixture(scope="module")
def kept(first: str, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its backup."""
    file = tmp_path_factory.mktemp("backups") / "desk.zip"
    keep(file, first, home)
    return file


@pytest.fixture
def empty() -> Iterator[str]:
    make_database(NEW)
    yield address_of(NEW)
    baseline.drop(NEW)


def keep(file: Path, address: str, home: Path) -> None:
    process = home / "process.yaml"
    back_up(file=file, address=address, home=home, process_file=process, told=silent, at=AT)


def silent(_done: int) -> None:
    pass


def make_again(file: Path, home: Path, address: str = "") -> list[Path]:
    place = Place(home, home / "process.yaml", address)
    return restore(file=file, to=place, told=silent, refuse=refuse_unknown)[1]


def test_the_first_version_s_desk_is_this_version_s_after_a_restore(
    first: str, kept: Path, empty: str, tmp_path: Path
) -> None:
    assert make_again(kept, tmp_path, empty) == []
    assert everything(empty) == everything(first)
    assert (tmp_path / "secret-key").read_text() == "the key\n"
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "process.yaml").unlink()  # A file of four words is no process.
    for command in (["prepare", "--address", "http://localhost"], ["who"]):
        done = desk(*command, DATABASE_URL=empty, DUTYDESK_HOME=str(tmp_path))
        assert done.returncode == 0, done.stderr
    text = (tmp_path / "process.yaml").read_text()
    assert [newest_process(one) for one in (first, empty)] == [text, text], "it was put back"


def test_a_desk_that_stands_still_is_kept_and_made_again_elsewhere(tmp_path: Path) -> None:
    here, there, file = tmp_path / "here", tmp_path / "over there", tmp_path / "the desk.zip"
    here.mkdir()
    prepared.fill(here)
    (here / "process.yaml").write_text("team: {name: Platform}\n")
    (here / "metrics-token").write_text("the token\n")
    with only_one(here):
        busy = desk("backup", str(file), DUTYDESK_HOME=str(here))
    assert busy.stderr.startswith("Another desk is running on the data folder"), "or a backup"
    made = desk("backup", str(file), DUTYDESK_HOME=str(here))
    assert made.returncode == 0, made.stderr
    assert "can be read" in made.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    nobody = desk("backup", str(tmp_path / "none.zip"), DUTYDESK_HOME=str(there))
    assert nobody.stderr.startswith("There is no desk here.")
    again = desk("restore", str(file), "--into", str(there), DUTYDESK_HOME=str(here))
    assert again.returncode == 0, again.stderr
    assert f"DUTYDESK_HOME='{there}' dutydesk serve" in again.stdout
    assert (there / "metrics-token").read_text() == "the token\n"
    assert (there / "postgresql" / "PG_VERSION").exists()
    with pytest.raises(CannotRestore, match="There is a database in"):
        make_again(file, there)


def test_a_process_file_that_is_there_stays(kept: Path, empty: str, tmp_path: Path) -> None:
    process = tmp_path / "process.yaml"
    process.write_text("team: {name: Newer}\n")
    assert make_again(kept, tmp_path, empty) == [process]
    assert process.read_text() == "team: {name: Newer}\n"


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda whole: whole[:-1000], "cut off"),
        (lambda whole: whole[:70_000] + bytes(64) + whole[70_064:], "database.dump in it is damag"),
        (lambda whole: whole.replace(b'"format": 1', b'"format": 2'), "manifest"),
        (lambda _: b"", "cut off"),
        (lambda _: b"-- PostgreSQL database dump\n", "of another kind"),
    ],
)
def test_a_damaged_backup_is_known_before_anything_is_written(
    kept: Path, tmp_path: Path, harm: "object", why: str
) -> None:
    assert callable(harm)
    file, home = tmp_path / "desk.zip", tmp_path / "desk"
    file.write_bytes(harm(kept.read_bytes()))
    with pytest.raises((BrokenBackup, Failed), match=why):
        make_again(file, home)
    assert not home.exists()


def test_a_backup_without_a_database_is_none(tmp_path: Path) -> None:
    file = tmp_path / "desk.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "holiday pictures")
    with pytest.raises(BrokenBackup, match="manifest"):
        check(file, silent)
    with pytest.raises(BrokenBackup, match="No such file"):
        check(tmp_path / "nothing.zip", silent)


def test_nothing_is_written_over(kept: Path, first: str, home: Path, tmp_path: Path) -> None:
    with pytest.raises(CannotBackUp, match="already"):
        keep(kept, first, home)
    with pytest.raises(CannotRestore, match="not empty"):
        make_again(kept, tmp_path / "desk", first)
    (tmp_path / "secret-key").write_text("another\n")
    with pytest.raises(CannotRestore, match="another desk's"):
        make_again(kept, tmp_path)
    assert not (tmp_path / "postgresql").exists()


def test_a_restore_that_fails_half_way_leaves_nothing(
    kept: Path, empty: str, tmp_path: Path
) -> None:
    with psycopg.connect(empty) as connection:
        connection.execute("CREATE FUNCTION chat_show() RETURNS void LANGUAGE sql AS 'SELECT 1'")
        connection.execute("CREATE TYPE people_account AS (a int)")
    with pytest.raises(Failed, match='"people_account" already exists'):
        make_again(kept, tmp_path / "desk", empty)
    assert everything(empty) == {}
    assert not (tmp_path / "desk" / "secret-key").exists()


def changed(kept: Path, file: Path, old: bytes, new: bytes) -> Path:
    """Give a backup that says something else than another one."""
    with zipfile.ZipFile(kept) as before, zipfile.ZipFile(file, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(old, new))
    return file


def test_no_desk_is_seen_before_it_was_counted_and_put_right(
    kept: Path, empty: str, tmp_path: Path
) -> None:
    """A worker may wait for the database, and would send at once what was owed."""
    file = changed(kept, tmp_path / "desk.zip", b'"chat_post": ', b'"chat_post": 1')
    with pytest.raises(Failed, match=r"The table chat_post has .* rows, and should have 1"):
        make_again(file, tmp_path / "desk", empty)
    assert everything(empty) == {}


def test_where_its_files_can_t_be_written_nothing_is_restored(
    kept: Path, empty: str, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    for address in ("", empty):
        place = Place(tmp_path / "desk", tmp_path / "file" / "process.yaml", address)
        with pytest.raises(CannotRestore, match="can't be written: Not a directory"):
            restore(file=kept, to=place, told=silent, refuse=refuse_unknown)
    assert {one.name for one in (tmp_path / "desk").iterdir()} <= {"postgresql.log"}
    assert everything(empty) == {}


def test_what_a_newer_version_made_is_refused(kept: Path, tmp_path: Path) -> None:
    newer = b"people.0001_initial", b"people.0999_later"
    with pytest.raises(ForeignDatabase, match="0999_later"):
        make_again(changed(kept, tmp_path / "desk.zip", *newer), tmp_path / "desk")
    assert not (tmp_path / "desk").exists()


def test_where_a_backup_can_t_be_written_no_file_is_left(
    first: str, home: Path, tmp_path: Path
) -> None:
    with pytest.raises(CannotBackUp, match="No such file"):
        keep(tmp_path / "nowhere" / "desk.zip", first, home)
    file = str(tmp_path / "desk.zip")
    full = desk("backup", file, room=100, DATABASE_URL=first, DUTYDESK_HOME=str(home))
    assert full.returncode == 1
    assert "File too large" in full.stderr
    assert len(full.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_process_file_is_kept_as_it_is_even_while_it_can_t_be_read(
    first: str, tmp_path: Path
) -> None:
    """The desk goes on by the last good one, and is kept with whatever stands there."""
    here, there, file = tmp_path / "here", tmp_path / "there", tmp_path / "desk.zip"
    for folder in (here, there):
        folder.mkdir()
        (folder / "process.yaml").write_bytes("team: {name: Gr\u00fcn}\r\n".encode("cp1252"))
    keep(file, first, here)
    assert make_again(file, there) == []  # What was there is the same.
    (there / "process.yaml").unlink()
    shutil.rmtree(there / "postgresql")
    make_again(file, there)
    assert (there / "process.yaml").read_bytes() == b"team: {name: Gr\xfcn}\r\n"
    (here / "process.yaml").unlink()
    (here / "process.yaml").mkdir()
    with pytest.raises(CannotBackUp, match=r"process\.yaml belongs into the backup"):
        keep(tmp_path / "other.zip", first, here)
    assert not (tmp_path / "other.zip").exists()


def test_an_empty_database_and_a_lost_one_are_no_desk(
    empty: str, home: Path, tmp_path: Path
) -> None:
    with pytest.raises(CannotBackUp, match="empty"):
        keep(tmp_path / "desk.zip", empty, home)
    away = desk("backup", str(tmp_path / "desk.zip"), DATABASE_URL=address_of("nowhere"))
    assert away.returncode == 1
    assert len(away.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def make_hasty(database: str) -> None:
    """Let the server end whatever takes or waits for two seconds there."""
    limits = ("statement_timeout", "transaction_timeout", "idle_in_transaction_session_timeout")
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        for name in limits:
            server.execute(f"ALTER DATABASE {database} SET {name} = '2s'")


def test_what_keeps_a_desk_takes_as_long_as_it_takes_however_hasty_the_server_is(
    kept: Path, empty: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_hasty(NEW)
    copied, counted = backup.copy, backup.count

    def slowly(*given: Any) -> None:
        threading.Event().wait(2.2)  # psql waits for it in its transaction.
        copied(*given)

    def unhurried(connection: psycopg.Connection[Any], tables: list[str]) -> dict[str, int]:
        told = connection.execute("SELECT setting FROM pg_settings WHERE name ~ '_timeout$'")
        assert ("2000",) not in told.fetchall()
        return counted(connection, tables)

    monkeypatch.setattr(restoration, "copy", slowly)
    monkeypatch.setattr(backup, "count", unhurried)
    make_again(kept, tmp_path / "again", empty)
    keep(tmp_path / "desk.zip", empty, home)
    assert check(tmp_path / "desk.zip", silent).rows


def test_a_server_that_ends_a_backup_anyway_is_named(
    first: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = programs.path_of

    def ended(name: str, version: int) -> Path:
        with psycopg.connect(first, autocommit=True) as server:
            server.execute(
                "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        return path(name, version)

    monkeypatch.setattr(programs, "path_of", ended)
    with pytest.raises(psycopg.Error, match="terminating connection"):
        keep(tmp_path / "desk.zip", first, home)
    assert list(tmp_path.iterdir()) == []
