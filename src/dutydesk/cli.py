"""The `dutydesk` command: every room's commands in one."""

import dutydesk.site.setup  # noqa: F401  # isort: skip -- flows can be imported after this only

import logging

import typer

from dutydesk.process.commands import ProcessCommands
from dutydesk.site import commands as site
from dutydesk.site.home import process_file

app = typer.Typer(
    help="Runs a platform team's written process: support, on call, incidents, measures.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
process = ProcessCommands(process_file())
for command in (
    site.serve,
    site.web,
    site.worker,
    site.prepare,
    process.check,
    process.hours,
):
    app.command()(command)


def main() -> None:
    """Run the command that was typed."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    app()
