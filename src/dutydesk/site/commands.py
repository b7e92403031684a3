"""The commands that run the desk."""

import os
from typing import Annotated

import typer
from granian import Granian
from granian.constants import Interfaces

from dutydesk.kernel.durations import read_duration
from dutydesk.kernel.refusals import Refused
from dutydesk.people import flows as people
from dutydesk.process import flows as process
from dutydesk.site.home import database_url, home, make_secret_key, process_file
from dutydesk.site.orphans import end_with_parent
from dutydesk.site.prepare import migrate
from dutydesk.site.serve import CannotServe, address
from dutydesk.site.serve import serve as serve_all
from dutydesk.site.worker import work
from dutydesk.wiring import clock, move_clock

Host = Annotated[str, typer.Option(envvar="HOST", help="The address to listen on.")]
Port = Annotated[int, typer.Option(envvar="PORT", min=1, max=65535, help="The port to listen on.")]


def serve(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Run the whole desk: database, web and worker. Data is kept in ./var or DUTYDESK_HOME.

    Example: dutydesk serve --port 8080
    """
    try:
        serve_all(home=home(), host=host, port=port)
    except CannotServe as refusal:
        typer.echo(f"{refusal.reason} {refusal.remedy}", err=True)
        raise typer.Exit(1) from refusal


def web(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Run the web alone, on the database that DATABASE_URL names."""
    _set_up()
    server = Granian(
        "dutydesk.site.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        log_enabled=False,
        workers_kill_timeout=5,
        respawn_failed_workers=True,
    )
    server.serve()


def worker(
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="Jobs at the same time.")] = 4,
) -> None:
    """Run a worker alone, on the database that DATABASE_URL names; as many as you like."""
    _set_up()
    work(clock, concurrency)


def prepare(
    where: Annotated[
        str, typer.Option("--address", help="Where the web will be, for the links.")
    ] = "",
) -> None:
    """Bring the database up to date, adopt the process file, print the first sign-in link."""
    _set_up()
    here = where or address("127.0.0.1", 8000)
    try:
        make_secret_key()
        process.ship(process_file())
        migrate()
        process.adopt(file=process_file(), at=clock.now())
        token = people.first_invitation(at=clock.now())
    except Refused as refusal:
        typer.echo(f"{refusal.reason} {refusal.remedy}", err=True)
        raise typer.Exit(1) from refusal
    typer.echo(f"Duty Desk is at {here}")
    typer.echo(f"Your team's process is {process_file()}")
    if token is not None:
        typer.echo(f"Sign in for the first time, once, within a day: {here}/welcome/{token}")


def rehearse(
    forward: Annotated[str, typer.Option(help="Move the clock on by so much, as “15 minutes”.")],
) -> None:
    """Move a rehearsal's clock on, so that what is due then happens now.

    Only for a desk that was started with DUTYDESK_REHEARSAL=1; never where people rely on it.
    """
    try:
        moved = move_clock(read_duration(forward))
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if moved is None:
        typer.echo(
            "This desk keeps real time. Start it with DUTYDESK_REHEARSAL=1, and set that here too.",
            err=True,
        )
        raise typer.Exit(2)
    typer.echo(f"It is {moved:%Y-%m-%d %H:%M} UTC in this rehearsal now.")


def _set_up() -> None:
    if os.environ.get("DUTYDESK_SUPERVISED"):
        end_with_parent()
    if not database_url():
        typer.echo(
            "There is no database. Set DATABASE_URL, or run `dutydesk serve`, which brings one.",
            err=True,
        )
        raise typer.Exit(1)
