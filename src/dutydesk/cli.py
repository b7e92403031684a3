"""The `dutydesk` command: every room's commands in one."""

import logging

import typer

from dutydesk.site import commands as site

app = typer.Typer(
    help="Runs a platform team's written process: support, on call, incidents, measures.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (site.serve, site.web, site.worker, site.prepare):
    app.command()(command)


def main() -> None:
    """Run the command that was typed."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    app()
