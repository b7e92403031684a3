"""The commands that keep a desk in a file, and make it again from one."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from typing import Annotated

import psycopg
import typer

from dutydesk.data_folder import database_url, home, process_file
from dutydesk.kernel.refusals import Refused
from dutydesk.settings import settings_in_force
from dutydesk.site.backups.backup import back_up
from dutydesk.site.backups.backup_file import Manifest
from dutydesk.site.backups.restoration import Place
from dutydesk.site.backups.restoration import restore as make_again
from dutydesk.site.embedded.server import Server
from dutydesk.site.prepare import refuse_unknown
from dutydesk.site.serve import CannotServe, only_one
from dutydesk.wiring import now

File = Annotated[Path, typer.Argument(help="The backup's file.", show_default=False)]
Into = Annotated[
    Path | None, typer.Option(help="The data folder to make; else the one that is set.")
]


def backup(file: File) -> None:
    """Keep everything that the desk knows in one new file, while it goes on. It holds secrets.

    The database, the process file and the desk's keys; what is written is read again.

    Example: dutydesk backup /backups/desk-$(date +%F).zip
    """
    progress = Progress("kept")
    with _said(), _running_database() as address:
        manifest = back_up(
            file=file,
            address=address,
            home=home(),
            process_file=process_file(),
            told=progress,
            at=now(),
        )
        progress.end()
    size = file.stat().st_size / 1e6
    typer.echo(f"{file} holds {_summary(manifest)}; {size:.1f} MB, and can be read.")


def restore(file: File, into: Into = None) -> None:
    """Make a desk again from a backup, in an empty data folder or on an empty database.

    Example: dutydesk restore desk-2026-11-29.zip --into /srv/desk
    """
    settings, progress = settings_in_force(), Progress("read")
    folder = (into or settings.home).absolute()
    place = Place(
        home=folder,
        process_file=folder / "process.yaml" if into else settings.process_file,
        address=settings.database_url.get_secret_value(),
    )
    with _said(), only_one(folder):
        manifest, kept = make_again(file=file, to=place, told=progress, refuse=refuse_unknown)
        progress.end()
    for one in kept:
        typer.echo(f"{one} was there and stays as it is; the backup's differs.")
    typer.echo(f"{folder} has {_summary(manifest)}.")
    where = "" if folder == settings.home.absolute() else f"DUTYDESK_HOME={quote(str(folder))} "
    typer.echo(f"Start it: {where}dutydesk serve")


@dataclass
class Progress:
    """Says on a terminal how far it is, twice a second; elsewhere it says nothing."""

    what: str
    _said: float = field(default=0.0, init=False)

    def __call__(self, done: int) -> None:
        """Say that so many bytes are done."""
        if sys.stderr.isatty() and time.monotonic() - self._said > 0.5:
            self._said = time.monotonic()
            sys.stderr.write(f"\r{done / 1e6:,.0f} MB {self.what} …")
            sys.stderr.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._said:
            sys.stderr.write("\r\033[K")


def _summary(manifest: Manifest) -> str:
    """Say in a few words what is in a backup."""
    shown = {"people_account": "accounts", "alarms_alarm": "alarms", "desk_question": "questions"}
    shown["incidents_incident"] = "incidents"
    many = [f"{manifest.rows.get(table, 0):,} {name}" for table, name in shown.items()]
    made = f"{manifest.made_at:%Y-%m-%d %H:%M} UTC"
    return f"the desk of {made} ({', '.join(many)})"


@contextmanager
def _running_database() -> Iterator[str]:
    """Give the database's address; an embedded one is started if the desk is not running."""
    settings, folder = settings_in_force(), home() / "postgresql"
    if settings.database_url.get_secret_value() or not folder.exists():
        if not database_url():
            raise Refused("There is no desk here.", "Set DUTYDESK_HOME or DATABASE_URL to one.")
        yield database_url()
        return
    try:
        with only_one(home()):
            server = Server(folder, log=home() / "postgresql.log")
            try:
                yield server.address
            finally:
                server.stop()
    except CannotServe:  # Whoever is there has left how the database is reached; a backup hasn't.
        if not (address := database_url()):
            raise
        yield address


@contextmanager
def _said() -> Iterator[None]:
    """Let what goes wrong with the database be one line."""
    try:
        yield
    except psycopg.Error as error:
        why = str(error).strip().splitlines()[0] if str(error).strip() else "it said nothing"
        raise Refused(
            f"The database did not do it: {why}.", "Mend that, and begin again."
        ) from error
