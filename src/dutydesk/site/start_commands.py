"""The commands that start processes and watch them: they need neither Django nor the rooms.

So the processes that only watch others stay small.
"""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from dutydesk.kernel.refusals import Refused
from dutydesk.site.serve import serve as serve_all

Host = Annotated[str, typer.Option(envvar="HOST", help="The address to listen on.")]
Port = Annotated[int, typer.Option(envvar="PORT", min=1, max=65535, help="The port to listen on.")]
Supervised = Annotated[bool, typer.Option("--supervised", hidden=True, help="End with `serve`.")]


def serve(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Run the whole desk: database, web and worker. Data is kept in ./var or DUTYDESK_HOME.

    Example: dutydesk serve --port 8080
    """
    given = _settings()
    try:
        serve_all(
            home=Path(given["DUTYDESK_HOME"]["value"]),
            host=host,
            port=port,
            url=given["DUTYDESK_URL"]["value"],
            database_elsewhere=given["DATABASE_URL"]["set"],
        )
    except Refused as refusal:
        typer.echo(f"{refusal.reason} {refusal.remedy}", err=True)
        raise typer.Exit(1) from refusal


def web(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Run the web alone, on the database that DATABASE_URL names."""
    given = _settings()
    left = Path(given["DUTYDESK_HOME"]["value"]) / "database-url"
    need_database(given["DATABASE_URL"]["set"] or left.exists())
    # Only here: the process that watches the others lives long.
    import_module("dutydesk.site.web_server").run(host, port)


def need_database(there: bool) -> None:
    """Say so at once if there is no database."""
    if not there:
        typer.echo(
            "There is no database. Set DATABASE_URL, or run `dutydesk serve`, which brings one.",
            err=True,
        )
        raise typer.Exit(1)


def _settings() -> dict[str, dict[str, Any]]:
    """Give what is set, by its variable; end if it is wrong, and warn of what is no setting.

    A process that is over when it has answered reads them: what it loads for that, two processes
    that only watch others would keep.
    """
    asked = [sys.executable, "-m", "dutydesk", "settings", "--json", "--at-start"]
    answer = subprocess.run(asked, stdout=subprocess.PIPE, text=True, check=False)
    if answer.returncode:
        raise typer.Exit(2)
    return {one["name"]: one for one in json.loads(answer.stdout)["settings"]}


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def launch() -> None:
    """Keep the commands' names, however few there are."""


app.command()(serve)
app.command()(web)
