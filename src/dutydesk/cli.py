"""The `dutydesk` command: every room's commands in one."""

import dutydesk.site.setup  # noqa: F401  # isort: skip -- flows can be imported after this only

import logging
import sys

import typer
from django.db import OperationalError

from dutydesk.incidents import commands as incidents
from dutydesk.kernel.refusals import Refused
from dutydesk.people import commands as people
from dutydesk.process.commands import ProcessCommands
from dutydesk.rota.commands import RotaCommands
from dutydesk.site import commands as site
from dutydesk.site.home import database_url, process_file
from dutydesk.wiring import clock

app = typer.Typer(
    help="Runs a platform team's written process: support, on call, incidents, measures.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
taking_in = typer.Typer(help="Take in what was kept elsewhere.", no_args_is_help=True)
taking_in.command()(incidents.incidents)
taking_in.command()(people.people)
app.add_typer(taking_in, name="import")
process = ProcessCommands(process_file())
rota = RotaCommands(clock.now)
for command in (
    site.serve,
    site.web,
    site.worker,
    site.prepare,
    site.rehearse,
    process.check,
    process.hours,
    rota.who,
):
    app.command()(command)


def main() -> None:
    """Run the command that was typed."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    try:
        app()
    except OperationalError:
        where = "the database that DATABASE_URL names" if database_url() else "a database"
        sys.stderr.write(
            f"There is no reaching {where}. Start `dutydesk serve` here, or set DATABASE_URL.\n"
        )
        sys.exit(2)
    except Refused as refusal:
        sys.stderr.write(f"{refusal.reason} {refusal.remedy}\n")
        sys.exit(1)
