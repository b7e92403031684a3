"""The embedded PostgreSQL lets the desk in and nobody else, wherever its folder lies."""

import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from dutydesk.site.embedded import owner
from dutydesk.site.embedded.owner import CannotStart, program
from dutydesk.site.embedded.server import Server
from testing.machine import eventually

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be another user")
OTHER = "nobody"
QUICK = ("fsync=off",)
KEPT = "SELECT number FROM kept"


@contextmanager
def started(folder: Path) -> Iterator[Server]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = Server(folder, log=folder.parent / "postgresql.log", options=QUICK)
    try:
        yield server
    finally:
        server.stop()


def asked(server: Server, question: str) -> object:
    with psycopg.connect(server.address) as connection:
        found = connection.execute(question).fetchone()
        return found[0] if found else None


def keep(server: Server) -> None:
    with psycopg.connect(server.address) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")


def as_user(name: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    user = pwd.getpwnam(name)
    return subprocess.run(
        words,
        user=user.pw_uid,
        group=user.pw_gid,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


def refused(name: str, address: str) -> str:
    """Give why another user of this machine is not let in there."""
    tried = as_user(name, program("psql"), "--no-password", address, "--command", "SELECT 1")
    assert tried.returncode != 0, f"{name} was let in"
    return tried.stderr


def modes(folder: Path) -> dict[Path, int]:
    return {one: one.stat().st_mode for one in (folder, *folder.parents)}


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder of this test's own that stands for the shared one for temporary files."""
    with tempfile.TemporaryDirectory(prefix="dd", dir="/tmp") as short:
        shared = Path(short)
        shared.chmod(0o1777)
        monkeypatch.setattr(tempfile, "tempdir", str(shared))
        monkeypatch.setenv("TMPDIR", str(shared))
        yield shared


def test_there_is_no_port_and_the_socket_is_for_its_owner_alone(tmp_path: Path) -> None:
    with started(tmp_path / "postgresql") as server:
        assert asked(server, "SHOW listen_addresses") == ""
        folder = tmp_path / "postgresql"
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (folder / ".s.PGSQL.5432").stat().st_mode & 0o777 == 0o700
        assert (tmp_path / "postgresql.log").stat().st_mode & 0o777 == 0o600
        rules = (folder / "pg_hba.conf").read_text()
        assert {line.split()[3] for line in rules.splitlines() if line[0] != "#"} == {"peer"}


@only_root
def test_another_user_of_the_machine_is_not_let_in(tmp_path: Path) -> None:
    with started(tmp_path / "postgresql") as server:
        assert asked(server, "SELECT 1") == 1
        assert "denied" in refused(OTHER, server.address)


@only_root
def test_whoever_reaches_the_socket_is_asked_who_they_are(tmp_path: Path) -> None:
    """Even the user whose the folder is does not come in: peers are looked at, not modes."""
    with tempfile.TemporaryDirectory() as open_to_all:
        Path(open_to_all).chmod(0o755)
        with started(Path(open_to_all) / "postgresql") as server:
            said = refused(owner.UNPRIVILEGED, server.address)
    assert "Peer authentication failed" in said


@only_root
def test_a_database_that_let_everybody_in_does_so_no_more(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as open_to_all:
        Path(open_to_all).chmod(0o755)
        folder = Path(open_to_all) / "postgresql"
        with started(folder) as server:
            keep(server)
        (folder / "pg_hba.conf").write_text("local all all trust\n")
        with started(folder) as server:
            assert asked(server, KEPT) == 7
            assert "Peer authentication" in refused(owner.UNPRIVILEGED, server.address)


def test_no_folder_above_is_changed(tmp_path: Path) -> None:
    closed = tmp_path / "closed" / "home"
    closed.mkdir(parents=True)
    for folder in (closed, closed.parent):
        folder.chmod(0o700)
    before = modes(closed)
    with started(closed / "postgresql") as server:
        assert asked(server, "SELECT 1") == 1
    assert modes(closed) == before


def test_the_path_may_be_long(tmp_path: Path, temporary: Path) -> None:
    folder = tmp_path / ("long" * 40) / "and, with a comma" / "postgresql"
    with started(folder) as server:
        assert asked(server, "SELECT 1") == 1
        (private,) = temporary.iterdir()
        assert private.stat().st_mode & 0o777 == 0o700
        os.utime(private / "postgresql", (0, 0), follow_symlinks=False)
        server.revive()
        assert (private / "postgresql").lstat().st_mtime > 0, "it is not tidied away as unused"
        if os.geteuid() == 0:
            assert "denied" in refused(OTHER, server.address)
    assert not list(temporary.iterdir())


@only_root
def test_another_user_can_t_keep_it_from_starting(tmp_path: Path, temporary: Path) -> None:
    folder = tmp_path / ("long" * 40) / "postgresql"
    for name in (".lockfile", ".s.PGSQL.5432", ".s.PGSQL.5432.lock", "dutydesk", "postgresql"):
        assert as_user(OTHER, "/bin/sh", "-c", f"umask 077; : > {temporary}/{name}").returncode == 0
    assert as_user(OTHER, "/bin/ln", "-s", "/etc", f"{temporary}/dutydesk-link").returncode == 0
    with started(folder) as server:
        assert asked(server, "SELECT 1") == 1


RUN = """
import sys
from pathlib import Path
import psycopg
from dutydesk.site.embedded.server import Server
server = Server(Path(sys.argv[1]) / "postgresql", log=Path(sys.argv[1]) / "log")
with psycopg.connect(server.address) as connection:
    print(connection.execute("SELECT 1").fetchone())
server.stop()
"""


def python_for(name: str) -> list[str | Path]:
    """Give how that user runs Python with what is installed here."""
    paths = f"PYTHONPATH={':'.join(filter(None, sys.path))}"
    for python in (sys.executable, "/usr/bin/python3"):
        words: list[str | Path] = ["/usr/bin/env", paths, python]
        if as_user(name, *words, "-c", "import dutydesk, psutil, psycopg").returncode == 0:
            return words
    pytest.skip(f"{name} may not run {sys.executable}")


@only_root
@pytest.mark.parametrize("runtime", [True, False])
def test_a_plain_user_needs_nothing_else(temporary: Path, runtime: bool) -> None:
    python = python_for(OTHER)
    home = Path(as_user(OTHER, "/bin/mktemp", "-d", f"{temporary}/XXXXXX").stdout.strip())
    where = [f"XDG_RUNTIME_DIR={home}"] if runtime else ["--unset=XDG_RUNTIME_DIR"]
    ran = as_user(OTHER, "/usr/bin/env", *where, *python, "-c", RUN, home)
    assert ran.stdout.strip() == "(1,)", ran.stderr
    assert list(temporary.iterdir()) == [home]


def test_one_that_a_killed_desk_left_behind_is_replaced(tmp_path: Path) -> None:
    with started(tmp_path / "postgresql") as left:
        keep(left)
        with started(tmp_path / "postgresql") as server:
            assert left._process.poll() is not None
            assert asked(server, KEPT) == 7


def test_a_lock_file_with_somebody_else_s_number_is_no_hindrance(tmp_path: Path) -> None:
    with started(tmp_path / "postgresql"):
        pass
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (tmp_path / "postgresql" / name).write_text(f"{os.getpid()}\n")
    with started(tmp_path / "postgresql") as server:
        assert asked(server, "SELECT 1") == 1


def test_one_that_is_killed_is_started_again(tmp_path: Path) -> None:
    with started(tmp_path / "postgresql") as server:
        server._process.kill()
        server._process.wait()

        def is_back() -> bool:
            server.revive()
            return server._is_ready()

        eventually(is_back)
        assert asked(server, "SELECT 1") == 1


def test_a_folder_that_was_half_made_is_made_anew(tmp_path: Path) -> None:
    half = tmp_path / "postgresql.new" / "base"
    half.mkdir(parents=True)
    with started(tmp_path / "postgresql") as server:
        assert asked(server, "SELECT 1") == 1
    assert not half.parent.exists()


def refusal(folder: Path) -> CannotStart:
    with pytest.raises(CannotStart) as caught, started(folder):
        pass
    assert "restore the folder" not in str(caught.value)
    assert "move" not in str(caught.value)
    return caught.value


def test_what_is_in_the_way_is_said_in_postgresql_s_own_words(tmp_path: Path) -> None:
    with started(tmp_path / "postgresql"):
        pass
    (tmp_path / "postgresql" / "postgresql.auto.conf").write_text("nonsense = 1\n")
    said = refusal(tmp_path / "postgresql")
    assert "FATAL" in said.reason
    assert str(tmp_path / "postgresql.log") in said.remedy


def test_a_folder_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "postgresql").mkdir()
    (tmp_path / "postgresql" / "PG_VERSION").write_text("16\n")
    assert "PostgreSQL 16 made the folder" in refusal(tmp_path / "postgresql").reason


def test_a_folder_of_another_user_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "postgresql").mkdir()
    other = next(one for one in pwd.getpwall() if one.pw_uid not in (0, os.geteuid()))
    monkeypatch.setattr(os, "geteuid", lambda: other.pw_uid)
    said = refusal(tmp_path / "postgresql")
    assert "belongs to another user" in said.reason
    assert f"chown -R {other.pw_name}" in said.remedy


@only_root
def test_programs_that_are_closed_to_its_user_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "postgres").symlink_to(program("postgres"))
    tmp_path.chmod(0o700)
    monkeypatch.setattr(owner, "program", lambda name: tmp_path / name)
    said = refusal(tmp_path / "home" / "postgresql")
    assert str(tmp_path) in said.reason
    assert "ordinary user" in said.remedy
    assert tmp_path.stat().st_mode & 0o777 == 0o700


@only_root
def test_what_root_copied_is_given_back_to_its_user(tmp_path: Path) -> None:
    with started(tmp_path / "first" / "postgresql") as server:
        keep(server)
    copy = tmp_path / "second"
    subprocess.run(["/bin/cp", "-r", tmp_path / "first", copy], check=True)
    with started(copy / "postgresql") as server:
        assert asked(server, KEPT) == 7


@only_root
def test_started_by_root_once_it_stays_its_user_s(tmp_path: Path) -> None:
    user = pwd.getpwnam(OTHER)
    (tmp_path / "postgresql").mkdir()
    os.chown(tmp_path / "postgresql", user.pw_uid, user.pw_gid)
    with started(tmp_path / "postgresql") as server:
        assert asked(server, "SELECT 1") == 1
        assert (tmp_path / "postgresql" / "PG_VERSION").stat().st_uid == user.pw_uid
