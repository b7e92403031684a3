"""The commands that prepare the desk, work for it and rehearse it."""

from datetime import timedelta
from typing import Annotated

import typer

from dutydesk.data_folder import database_url
from dutydesk.kernel.durations import read_duration
from dutydesk.kernel.moments import coming_moment
from dutydesk.kernel.refusals import Refused
from dutydesk.process.flows import process
from dutydesk.settings import check_at_start, settings_in_force
from dutydesk.site.prepare import make_ready
from dutydesk.site.serve import address
from dutydesk.site.start_commands import need_database
from dutydesk.site.worker import run
from dutydesk.wiring import move_clock, now, rehearses


def worker(
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="Jobs at the same time.")] = 4,
) -> None:
    """Run a worker alone, on the database that DATABASE_URL names; as many as you like."""
    _set_up()
    run(concurrency)


def here() -> str:
    """Give where the web is, as far as a command that runs apart from it can know."""
    return settings_in_force().url or address("127.0.0.1", 8000)


def _set_up() -> None:
    """Warn of what is no setting, and end if there is no database."""
    check_at_start()
    need_database(bool(database_url()))


def prepare(
    where: Annotated[
        str, typer.Option("--address", help="Where the web will be, for the links.")
    ] = "",
) -> None:
    """Bring the database up to date, adopt the process file, print the first sign-in link."""
    _set_up()
    try:
        said = make_ready(where or here())
    except Refused as refusal:
        typer.echo(f"{refusal.reason} {refusal.remedy}", err=True)
        raise typer.Exit(1) from refusal
    typer.echo(said, nl=False)


def rehearse(
    forward: Annotated[
        str, typer.Option(help="Move the clock on by so much, as “15 minutes”.")
    ] = "",
    to: Annotated[
        str, typer.Option(help="Move it on to a time of the team's clock, as “Mon 10:00”.")
    ] = "",
) -> None:
    """Move a rehearsal's clock on, so that what is due then happens now.

    Only for a desk that was started with DUTYDESK_REHEARSAL=1; never where people rely on it.
    """
    if bool(forward) == bool(to):
        typer.echo("Say how far: --forward “15 minutes”, or --to “Mon 10:00”.", err=True)
        raise typer.Exit(2)
    try:
        moved = move_clock(_until(to) if to else read_duration(forward))
    except Refused as refusal:
        typer.echo(f"{refusal.reason} {refusal.remedy}", err=True)
        raise typer.Exit(2) from refusal
    except (ValueError, OverflowError) as error:
        typer.echo(f"“{forward[:40]}” is no time to move on by. Write “15 minutes”.", err=True)
        raise typer.Exit(2) from error
    if moved is None:
        typer.echo(
            "This desk keeps real time. Start it with DUTYDESK_REHEARSAL=1, and set that here too.",
            err=True,
        )
        raise typer.Exit(2)
    typer.echo(f"It is {moved:%Y-%m-%d %H:%M} UTC in this rehearsal now.")


def _until(to: str) -> timedelta:
    """Give how long it is until a time that was typed, by the team's clocks."""
    if not rehearses():
        return timedelta()
    at = now()
    wanted = coming_moment(to, process.in_force().zone, at)
    if wanted <= at:
        raise Refused(f"“{to[:40]}” is over already.", "The clock moves on only.")
    return wanted - at
