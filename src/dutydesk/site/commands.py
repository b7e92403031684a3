"""The commands that run the desk."""

import os
import sys
from importlib import import_module
from typing import Annotated

import django
import typer
from granian import Granian
from granian.constants import Interfaces

from dutydesk.site.home import database_url, home
from dutydesk.site.orphans import end_with_parent
from dutydesk.site.serve import CannotServe, address
from dutydesk.site.serve import serve as serve_all

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
    import_module("dutydesk.site.worker").work(
        import_module("dutydesk.wiring").clock, concurrency
    )


def prepare(
    address_: Annotated[
        str, typer.Option("--address", help="Where the web will be, for the links.")
    ] = address("127.0.0.1", 8000),
) -> None:
    """Bring the database up to date, and print the first sign-in link while it is needed."""
    _set_up()
    import_module("dutydesk.site.prepare").migrate()
    flows = import_module("dutydesk.people.flows")
    token = flows.first_invitation(at=import_module("dutydesk.wiring").clock.now())
    typer.echo(f"Duty Desk is at {address_}")
    if token is not None:
        typer.echo(f"Sign in for the first time, once, within a day: {address_}/welcome/{token}")
    sys.stdout.flush()


def _set_up() -> None:
    if os.environ.get("DUTYDESK_SUPERVISED"):
        end_with_parent()
    if not database_url():
        typer.echo(
            "There is no database. Set DATABASE_URL, or run `dutydesk serve`, which brings one.",
            err=True,
        )
        raise typer.Exit(1)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dutydesk.site.settings")
    django.setup()
