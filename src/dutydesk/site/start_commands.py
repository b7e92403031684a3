"""The commands that start processes and watch them: they need neither Django nor the rooms.

So the processes that only watch others stay small.
"""

import os
from typing import Annotated

import typer
from granian import Granian
from granian.constants import HTTPModes, Interfaces

from dutydesk.data_folder import database_url, home
from dutydesk.kernel.refusals import Refused
from dutydesk.site.orphans import end_with_parent
from dutydesk.site.serve import serve as serve_all

Host = Annotated[str, typer.Option(envvar="HOST", help="The address to listen on.")]
Port = Annotated[int, typer.Option(envvar="PORT", min=1, max=65535, help="The port to listen on.")]


def serve(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Run the whole desk: database, web and worker. Data is kept in ./var or DUTYDESK_HOME.

    Example: dutydesk serve --port 8080
    """
    try:
        serve_all(home=home(), host=host, port=port)
    except Refused as refusal:
        typer.echo(f"{refusal.reason} {refusal.remedy}", err=True)
        raise typer.Exit(1) from refusal


def web(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Run the web alone, on the database that DATABASE_URL names."""
    set_up()
    server = Granian(
        "dutydesk.site.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        log_enabled=False,
        workers_kill_timeout=5,
        respawn_failed_workers=True,
        http=HTTPModes.http1,
        websockets=False,
    )
    server.serve()


def set_up() -> None:
    """End with whoever supervises this process; say so at once if there is no database."""
    if os.environ.get("DUTYDESK_SUPERVISED"):
        end_with_parent()
    if not database_url():
        typer.echo(
            "There is no database. Set DATABASE_URL, or run `dutydesk serve`, which brings one.",
            err=True,
        )
        raise typer.Exit(1)


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def launch() -> None:
    """Keep the commands' names, however few there are."""


app.command()(serve)
app.command()(web)
