"""A database that is migrated once for all processes of a run, and copied where one is needed."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dutydesk.site.embedded.owner import program
from dutydesk.site.embedded.server import Server

_NAME = "prepared"
_MIGRATE = "import dutydesk.site.django_setup; from dutydesk.site.prepare import migrate; migrate()"
# Whatever is killed, nothing is lost by these; only with the machine.
_QUICK = "fsync = off\nfull_page_writes = off\n"


def template() -> str:
    """Give the name of a migrated database on the run's server; who asks first makes it."""
    with alone("template") as dump:
        if not dump.exists():
            _make(dump)
    return _NAME


def fill(home: Path) -> None:
    """Give a desk a database that is made and migrated, as if it had been started before."""
    template()
    with alone("postgresql") as folder:
        if not folder.exists():
            _restore(folder)
    subprocess.run(["cp", "-a", folder, home / "postgresql"], check=True)


@contextmanager
def alone(name: str) -> Iterator[Path]:
    """Give the path of what is made once, while no other process makes it."""
    place = Path(os.environ["DUTYDESK_TEST_FOLDER"]) / f"prepared-{name}"
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield place


def _make(dump: Path) -> None:
    server = os.environ["DUTYDESK_TEST_DATABASE_URL"]
    mine = server.replace("/postgres?", f"/{_NAME}?")
    environment = os.environ | {
        "DATABASE_URL": mine,
        "DJANGO_SETTINGS_MODULE": "dutydesk.site.settings",
    }
    _run("psql", "--command", f"CREATE DATABASE {_NAME}", server)
    subprocess.run([sys.executable, "-c", _MIGRATE], env=environment, check=True)
    # At once: a database that somebody looks at is no template.
    _run("pg_dump", "--format=custom", f"--file={dump}.new", mine)
    Path(f"{dump}.new").rename(dump)


def _restore(folder: Path) -> None:
    draft = folder.with_suffix(".new")
    server = Server(draft, log=folder.with_suffix(".log"))
    try:
        dump = folder.with_name("prepared-template")
        _run("pg_restore", "--exit-on-error", f"--dbname={server.address}", str(dump))
    finally:
        server.stop()
    with (draft / "postgresql.conf").open("a") as settings:
        settings.write(_QUICK)
    draft.rename(folder)


def _run(name: str, *words: str) -> None:
    subprocess.run([program(name), *words], check=True, stdout=subprocess.DEVNULL)
